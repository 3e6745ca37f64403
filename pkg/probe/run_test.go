package probe

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/sandbox"
)

// probed runs variants and fails on an error of Run itself.
func probed(t testing.TB, client *codex.Client, variants []Variant, options Options) Report {
	t.Helper()
	report, err := Run(t.Context(), client, variants, options, Observer{})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func everything(t testing.TB) []Variant {
	t.Helper()
	all, err := Select(Builtin(), Selection{All: true})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestNothingIsSpentWithoutABudget is the promise of a bare run.
func TestNothingIsSpentWithoutABudget(t *testing.T) {
	for _, scenario := range sandbox.Scenarios() {
		server, client := emulated(t, sandbox.Config{Scenario: scenario.Name, Faults: []string{"small"}})
		report := probed(t, client, everything(t), Options{})
		if n := server.Stats().Images; n != 0 || report.Spent != 0 {
			t.Errorf("%s: %d images were drawn, %d are reported", scenario.Name, n, report.Spent)
		}
		if len(report.Results) != len(everything(t)) {
			t.Errorf("%s: %d results", scenario.Name, len(report.Results))
		}
	}
}

func TestBudgetIsKept(t *testing.T) {
	for budget := range 5 {
		server, client := emulated(t, sandbox.Config{Faults: []string{"small"}})
		report := probed(t, client, everything(t), Options{Budget: budget})
		if n := server.Stats().Images; n != budget || report.Spent != budget {
			t.Errorf("budget %d: %d drawn, %d reported", budget, n, report.Spent)
		}
		if n2, _ := report.Result("images-n2"); n2.Verdict != NotSent || n2.Why == "" || n2.Unexpected() {
			t.Errorf("budget %d: %+v", budget, n2)
		}
	}
}

// TestTwoImagesNeedABudgetOfTwo: what may draw two is not sent for one.
func TestTwoImagesNeedABudgetOfTwo(t *testing.T) {
	for budget, want := range map[int]Verdict{1: NotSent, 2: ImageIgnored} {
		_, client := emulated(t, sandbox.Config{Faults: []string{"small"}})
		if r := sent(t, client, "images-n2", Options{Budget: budget}); r.Verdict != want {
			t.Errorf("budget %d: %s, %s", budget, r.Verdict, r.Why)
		}
	}
}

// TestTwoImagesAnswerMost: the controls of both routes come first.
func TestTwoImagesAnswerMost(t *testing.T) {
	_, client := emulated(t, sandbox.Config{Faults: []string{"small"}})
	report := probed(t, client, Builtin(), Options{Budget: 2})
	for _, name := range []string{nameImagesControl, nameForced} {
		if r, _ := report.Result(name); r.Verdict != Image || r.Charged != codex.ChargedYes {
			t.Errorf("%s: %s, charged %s", name, r.Verdict, r.Charged)
		}
	}
}

// TestOrder: questions, then what is free, then images, and last what may
// bring on a challenge.
func TestOrder(t *testing.T) {
	var began []string
	_, client := emulated(t, sandbox.Config{Faults: []string{"small"}})
	_, err := Run(t.Context(), client, everything(t), Options{Budget: 60}, Observer{Began: func(v Variant, n, of int) {
		if began = append(began, v.Name); n != len(began) || of != len(everything(t)) {
			t.Errorf("%s is number %d of %d", v.Name, n, of)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	place := func(name string) int { return slices.Index(began, name) }
	steps := []string{"models", "usage", "hosted-store-true", "edits-https-ref", nameImagesControl, nameForced, nameOtherCarrier, nameAuto, "images-minimal", "no-account-id", "wrong-path", "bad-ua"}
	for i := 1; i < len(steps); i++ {
		if place(steps[i-1]) < 0 || place(steps[i-1]) > place(steps[i]) {
			t.Errorf("%s came after %s: %v", steps[i-1], steps[i], began)
		}
	}
}

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

// TestNothingIsSentTwice: not after a 503 that asks for it, not after a 401.
func TestNothingIsSentTwice(t *testing.T) {
	for _, fault := range []string{"status-once=503", "unauthorized-once"} {
		server, client := emulated(t, sandbox.Config{Faults: []string{"small", fault, "retry-after=1"}})
		probed(t, client, pick(t, nameImagesControl), Options{Budget: 9})
		if n := len(server.Stats().Requests); n != 1 {
			t.Errorf("%s: %d requests", fault, n)
		}
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

func TestEachVariantHasItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, err := codex.New(codex.Options{BaseURL: "http://127.0.0.1/backend-api/codex", Tokens: tokens{canary, ""}, Transport: silent{}})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		report := probed(t, client, pick(t, nameImagesControl, "images-minimal"), Options{Budget: 2, Timeout: time.Minute})
		if took := time.Since(began); took != 2*time.Minute {
			t.Errorf("two variants took %v", took)
		}
		for _, r := range report.Results {
			if r.Verdict != TransportUnknown || r.Evidence.Fault.Kind != codex.KindTimeout || r.Charged != codex.ChargedUnknown {
				t.Errorf("%s: %s %+v, charged %s", r.Name, r.Verdict, r.Evidence.Fault, r.Charged)
			}
		}
	})
}

// silent takes a connection and never answers.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{})
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// TestReportHoldsNoToken: not even when the server sends it back.
func TestReportHoldsNoToken(t *testing.T) {
	echo := `{"error":{"message":"Bearer ` + canary + ` is bad","code":"` + canary + `"},"authorization":"Bearer ` + canary + `"}`
	client := served(t, scripted{400, "x-request-id: Bearer " + canary, echo})
	report := probed(t, client, everything(t), Options{Budget: 60, HostModel: "m"})
	text, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "Bearer "+canary) || strings.Contains(string(text), `"account"`) {
		t.Error("the token or the account id is in the report")
	}
}

func TestAVariantThatCannotBeMadeIsToldFirst(t *testing.T) {
	server, client := emulated(t, sandbox.Config{})
	bad := Variant{Name: "bad", Route: codex.RouteResponses, Edits: edits(codex.Set("tools.7.size", "x"))}
	if _, err := Run(t.Context(), client, append(Builtin(), bad), Options{}, Observer{}); err == nil || !strings.Contains(err.Error(), "variant bad") {
		t.Error(err)
	}
	if n := len(server.Stats().Requests); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestPicturesAreKept(t *testing.T) {
	folder := t.TempDir()
	_, client := emulated(t, sandbox.Config{Faults: []string{"small"}})
	report := probed(t, client, pick(t, "hosted-partials-2"), Options{Budget: 1, Folder: folder, Now: func() time.Time { return time.Unix(0, 0) }})
	result, _ := report.Result("hosted-partials-2")
	if got, want := result.Evidence.Timing, (Timing{1, 1, 1, 1, 1}); got != want {
		t.Errorf("in no time at all: %+v", got) // 0 is what did not happen
	}
	p := result.Evidence.Picture
	if result.Evidence.Drafts != 2 || !strings.HasSuffix(p.Path, "hosted-partials-2.png") || p.Width != 64 || len(p.SHA256) != 64 {
		t.Errorf("%d drafts, %+v", result.Evidence.Drafts, p)
	}
	if _, err := Run(t.Context(), client, Builtin(), Options{Folder: folder + "/none"}, Observer{}); err == nil {
		t.Error("a folder that is not there was taken")
	}
}
