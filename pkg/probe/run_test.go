package probe

import (
	"encoding/json"
	"net/http"
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
