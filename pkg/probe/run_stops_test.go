package probe

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/sandbox"
)

func TestRunStops(t *testing.T) {
	for _, c := range []struct {
		name    string
		config  sandbox.Config
		last    string // the variant that ended it
		verdict Verdict
	}{
		{"challenge", sandbox.Config{Scenario: "challenge"}, "models", Challenge},
		{"limit", sandbox.Config{Scenario: "usage-limit"}, nameImagesControl, Limited},
		{"401", sandbox.Config{Faults: []string{"unauthorized"}}, "hosted-store-true", Auth},
	} {
		server, client := emulated(t, c.config)
		report := probed(t, client, everything(t), Options{Budget: 60})
		last, _ := report.Result(c.last)
		if last.Verdict != c.verdict || !strings.HasPrefix(report.Stopped, c.last+" ") {
			t.Errorf("%s: %s is %s, stopped: %q", c.name, c.last, last.Verdict, report.Stopped)
		}
		sent := slices.DeleteFunc(slices.Clone(report.Results), func(r Result) bool { return r.Verdict == NotSent })
		if err := server.Close(); err != nil { // a WebSocket is counted when it has ended
			t.Error(err)
		}
		if n := len(server.Stats().Requests); n != len(sent) || sent[n-1].Name != c.last {
			t.Errorf("%s: %d requests for %d results", c.name, n, len(sent))
		}
	}
}

// TestNoConnectionStops holds that an unreachable host is tried once: each
// attempt can take as long as a connection is waited for.
func TestNoConnectionStops(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	report := probed(t, clientFor(t, gone.URL+"/backend-api/codex", tokens{canary, ""}), Builtin(), Options{Budget: 9})
	first, second := report.Results[0], report.Results[1]
	if first.Verdict != TransportUnknown || second.Verdict != NotSent || !strings.Contains(report.Stopped, "no usable connection") || report.Spent != 0 {
		t.Errorf("%s, %s, %q", first.Verdict, second.Verdict, report.Stopped)
	}
	if d := report.Diagnosis; first.Charged != codex.ChargedNo || len(d.Findings) != 1 || !strings.HasPrefix(d.Summary, "The backend cannot be reached") {
		t.Errorf("charged %s, %+v", first.Charged, d)
	}
}

// TestExpectedRefusalsDoNotStop: a refused login that was to be expected is
// an answer, not an end.
func TestExpectedRefusalsDoNotStop(t *testing.T) {
	client := served(t, scripted{status: 401, body: `{"error":{"code":"token_expired","message":"expired"}}`})
	report := probed(t, client, pick(t, "no-account-id", "no-originator", "images-minimal"), Options{Budget: 9})
	first, second, third := report.Results[0], report.Results[1], report.Results[2]
	if first.Name != "images-minimal" || first.Verdict != Auth || second.Verdict != NotSent || third.Verdict != NotSent {
		t.Errorf("%s, %s, %s", first.Verdict, second.Verdict, third.Verdict)
	}
	report = probed(t, client, pick(t, "no-account-id"), Options{Budget: 9})
	if report.Stopped != "" || report.Results[0].Verdict != Auth {
		t.Errorf("%q %+v", report.Stopped, report.Results[0])
	}
}

// accepting draws for everybody, whatever is wrong with the body.
const accepting = `{"type":"response.created","response":{"tools":[{"type":"image_generation"}]}}`

// TestUnexpectedAcceptanceEndsAFreeRun: it is cut short, said to have perhaps
// cost an image, and nothing follows.
func TestUnexpectedAcceptanceEndsAFreeRun(t *testing.T) {
	for name, answer := range map[string]scripted{
		"hosted-store-true": stream(accepting, `{"type":"response.image_generation_call.generating"}`),
		"edits-https-ref":   {status: 200, body: `{"data":[{"b64_json":"aGVsbG8="}]}`},
	} {
		report := probed(t, served(t, answer), pick(t, name, "hosted-spark", "edits-string-images"), Options{HostModel: "m"})
		accepted, _ := report.Result(name)
		if name == "edits-https-ref" {
			accepted, _ = report.Result("hosted-spark") // a JSON answer there is no acceptance, but nobody knows what it cost
		}
		if aborted := accepted.Evidence.Aborted; aborted != (name == "hosted-store-true") || accepted.Charged != codex.ChargedUnknown {
			t.Errorf("%s: %+v", name, accepted)
		}
		if after := report.Results[len(report.Results)-1]; report.Stopped == "" || report.Spent != 1 || after.Verdict != NotSent {
			t.Errorf("%s: spent %d, stopped %q, then %s", name, report.Spent, report.Stopped, after.Verdict)
		}
	}
	client := served(t, scripted{status: 200, body: `{"data":[{"b64_json":"aGVsbG8="}]}`})
	report := probed(t, client, pick(t, "edits-https-ref", "edits-string-images"), Options{})
	if first := report.Results[0]; !first.Evidence.Aborted || first.Evidence.Picture != nil || report.Results[1].Verdict != NotSent {
		t.Errorf("%+v", report.Results)
	}
}

// TestAcceptanceWithoutTheToolIsNoDanger: an empty echo cannot draw, so the
// answer is read to its end.
func TestAcceptanceWithoutTheToolIsNoDanger(t *testing.T) {
	client := served(t, stream(`{"type":"response.created","response":{"tools":[]}}`, `{"type":"response.completed","response":{"tools":[]}}`))
	report := probed(t, client, pick(t, "hosted-n2", "hosted-spark"), Options{HostModel: "m"})
	for _, r := range report.Results {
		if r.Verdict != Stripped || r.Charged != codex.ChargedNo {
			t.Errorf("%s: %s, charged %s", r.Name, r.Verdict, r.Charged)
		}
	}
	if report.Stopped != "" || report.Spent != 0 {
		t.Errorf("stopped %q, spent %d", report.Stopped, report.Spent)
	}
}

var errInterrupted = errors.New("interrupted by the user")

func TestInterruptGivesWhatIsKnown(t *testing.T) {
	_, client := emulated(t, sandbox.Config{Faults: []string{"small", "stall=3000"}})
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	report, err := Run(ctx, client, pick(t, "hosted-store-true", nameForced, nameAuto), Options{Budget: 9}, Observer{Event: func(string) { cancel(errInterrupted) }})
	if err != nil || report.Stopped != "interrupted" {
		t.Fatalf("%v %q", err, report.Stopped)
	}
	forced, _ := report.Result(nameForced)
	control, _ := report.Result("hosted-store-true")
	if control.Verdict != Rejected || forced.Verdict != TransportUnknown || forced.Evidence.Fault.Kind != kindInterrupted || report.Ended.IsZero() {
		t.Errorf("%s, %s: %s", control.Verdict, forced.Verdict, forced.Why)
	}
}
