package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/probe"
	"github.com/codexgen/codexgen/pkg/probe/report"
	"github.com/codexgen/codexgen/pkg/sandbox"
)

// atTerminal is a person at a terminal who answers, with a login for server.
func atTerminal(t *testing.T, server *sandbox.Server, answer string) (Env, *bytes.Buffer) {
	t.Helper()
	base, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	settings := map[string]string{"CODEXGEN_ACCESS_TOKEN": server.AccessToken(), "CODEXGEN_ACCOUNT_ID": server.AccountID(), "CODEXGEN_BASE_URL": base}
	shown := &bytes.Buffer{}
	return Env{
		Stdin: strings.NewReader(answer), Stdout: io.Discard, Stderr: shown, StdinTTY: true, StderrTTY: true, Now: time.Now, Version: "1.2.3-test",
		HomeDir: t.TempDir(), StateDir: t.TempDir(), LookupEnv: func(name string) (string, bool) { value, ok := settings[name]; return value, ok },
	}, shown
}

func newServer(t *testing.T, scenario string, faults ...string) *sandbox.Server {
	t.Helper()
	server, err := sandbox.New(sandbox.Config{Scenario: scenario, Faults: append(faults, "small"), Pace: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return server
}

func runRoot(ctx context.Context, env Env, args ...string) error {
	root := Root(env)
	root.SetArgs(args)
	return root.ExecuteContext(ctx)
}

// TestProbeAsksFirst holds that a real host gets nothing without a yes, and
// what each answer spends.
func TestProbeAsksFirst(t *testing.T) {
	for name, c := range map[string]struct {
		answer string
		args   []string
		images int
		exit   int
		shows  string
	}{
		"no answer":         {"", nil, 0, 2, "Send them? y: yes; 2: yes, and spend up to 2 images for a full diagnosis; else no: "},
		"no":                {"n\n", nil, 0, 2, "it is believed that they cost nothing"},
		"yes":               {"Yes\n", nil, 0, 0, "most are malformed on purpose and may look unusual there"},
		"two images":        {"2\n", nil, 2, 0, "2: yes, and spend"},
		"an image, no":      {"no\n", []string{"--budget", "1"}, 0, 2, "up to 1 images may be spent\nSend them? [y/N] "},
		"an image, yes":     {"y\n", []string{"--budget", "1"}, 1, 0, "Send them? [y/N] "},
		"two are not given": {"2\n", []string{"--budget", "0"}, 0, 2, "Send them? [y/N] "},
		"not asked":         {"", []string{"--yes", "--only", "models"}, 0, 0, "models"},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, "")
			env, shown := atTerminal(t, server, c.answer)
			err := runRoot(t.Context(), env, append([]string{"probe"}, c.args...)...)
			if exitCode(err) != c.exit || server.Stats().Images != c.images || !strings.Contains(shown.String(), c.shows) {
				t.Errorf("exit %d (%v), %d images, shown: %s", exitCode(err), err, server.Stats().Images, shown)
			}
		})
	}
}

// TestProbeEndsAtThePrompt holds that Ctrl-C is heard while a person thinks.
func TestProbeEndsAtThePrompt(t *testing.T) {
	env, _ := atTerminal(t, newServer(t, ""), "")
	silent, end := io.Pipe()
	defer end.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	env.Stdin, env.Stderr = silent, writerFunc(func(text string) {
		if strings.Contains(text, "Send them?") {
			cancel(ErrInterrupted)
		}
	})
	if err := runRoot(ctx, env, "probe"); !errors.Is(err, ErrInterrupted) {
		t.Error(err)
	}
}

type writerFunc func(string)

func (f writerFunc) Write(p []byte) (int, error) { f(string(p)); return len(p), nil }

// TestProbePrintsWhatIsKnown interrupts a run at a variant that never ends:
// what came before it is printed, saved and remembered.
func TestProbePrintsWhatIsKnown(t *testing.T) {
	env, _ := atTerminal(t, newServer(t, "stripped"), "")
	saved := t.TempDir() + "/report.json"
	ctx, cancel := context.WithCancelCause(t.Context())
	var printed bytes.Buffer
	env.StderrTTY, env.Stdout = false, &printed
	env.Stderr = writerFunc(func(text string) {
		if strings.Contains(text, ": hosted-auto (") {
			cancel(ErrInterrupted)
		}
	})
	err := runRoot(ctx, env, "probe", "--yes", "--budget", "9", "--save", saved)
	if !errors.Is(err, ErrInterrupted) || exitCode(err) != 130 {
		t.Errorf("%v", err)
	}
	r, err := readReport(saved)
	if err != nil {
		t.Fatal(err)
	}
	forced, _ := r.Result("hosted-forced")
	last, _ := r.Result("hosted-ref-edit")
	if forced.Verdict != probe.Stripped || last.Verdict != probe.NotSent || r.Stopped != "interrupted" {
		t.Errorf("%s, %s, %q", forced.Verdict, last.Verdict, r.Stopped)
	}
	for _, want := range []string{"\nhosted-forced ", "Ended early: interrupted", "hosted-ref-edit"} {
		if !strings.Contains(printed.String(), want) {
			t.Errorf("%q is missing in\n%s", want, printed.String())
		}
	}
	printed.Reset()
	env.Stderr = io.Discard
	if err := runRoot(t.Context(), env, "gen", "a cat", "--json", "-o", t.TempDir()+"/a.png"); err != nil || !strings.Contains(printed.String(), "remembered from") {
		t.Errorf("%v %s", err, printed.String())
	}
}

// TestNoTokenGetsOut probes a backend that throws the whole request back, and
// looks for the credential on every surface.
func TestNoTokenGetsOut(t *testing.T) {
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		said, _ := json.Marshal(fmt.Sprint(r.Header, string(body)))
		w.Header().Set("x-request-id", r.Header.Get("Authorization"))
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"error":{"code":%q,"message":%s}}`, r.Header.Get("ChatGPT-Account-ID"), said)
	}))
	defer echo.Close()
	settings := map[string]string{"CODEXGEN_ACCESS_TOKEN": "opaque.token.of.no.known.shape", "CODEXGEN_ACCOUNT_ID": "account-0123", "CODEXGEN_BASE_URL": echo.URL}
	saved := filepath.Join(t.TempDir(), "report.json")
	for _, format := range report.Formats() {
		var out bytes.Buffer
		env := Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Now: time.Now, StateDir: t.TempDir(), HomeDir: t.TempDir(), Version: "1.2.3-test",
			LookupEnv: func(name string) (string, bool) { value, ok := settings[name]; return value, ok }}
		_ = runRoot(t.Context(), env, "probe", "--yes", "--budget", "60", "--all", "-v", "--debug", "--format", format, "--save", saved)
		kept, err := os.ReadFile(saved)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"opaque.token", "account-0123"} {
			if strings.Contains(out.String(), secret) || strings.Contains(string(kept), secret) {
				t.Errorf("%s: %q got out", format, secret)
			}
		}
		if !strings.Contains(string(kept), "[redacted]") {
			t.Error("the backend's echo was not even met")
		}
	}
}

// TestWhatAProbeTeaches holds which verdicts of the controls are remembered.
func TestWhatAProbeTeaches(t *testing.T) {
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	result := func(name string, verdict probe.Verdict, kind codex.Kind) probe.Result {
		e := &probe.Evidence{Sent: at, Timing: probe.Timing{End: 2000}}
		if kind != "" {
			e.Fault = &probe.Fault{Kind: kind}
		}
		return probe.Result{Name: name, Verdict: verdict, Evidence: e}
	}
	for name, c := range map[string]struct {
		result    probe.Result
		hostModel string
		route     codex.Route
		learns    bool
		refused   codex.Kind
	}{
		"draws":              {result("images-control", probe.Image, ""), "", codex.RouteImages, true, ""},
		"draws otherwise":    {result("images-control", probe.ImageIgnored, ""), "", codex.RouteImages, true, ""},
		"route missing":      {result("images-control", probe.Rejected, codex.KindRouteMissing), "", codex.RouteImages, true, codex.KindRouteMissing},
		"another refusal":    {result("images-control", probe.Rejected, codex.KindParameter), "", codex.RouteImages, false, ""},
		"a limit":            {result("images-control", probe.Limited, codex.KindUsageLimit), "", codex.RouteImages, false, ""},
		"stripped":           {result("hosted-forced", probe.Stripped, codex.KindToolStripped), "", codex.RouteResponses, true, codex.KindToolStripped},
		"stripped, own host": {result("hosted-forced", probe.Stripped, codex.KindToolStripped), "gpt-9", codex.RouteResponses, false, ""},
		"no control":         {result("hosted-webp", probe.Image, ""), "", codex.RouteResponses, false, ""},
		"not sent":           {probe.Result{Name: "hosted-forced", Verdict: probe.NotSent}, "", codex.RouteResponses, false, ""},
	} {
		var found codex.Findings
		learned(probe.Report{Results: []probe.Result{c.result}}, c.hostModel)(&found)
		finding, learns := found.Routes[c.route]
		if learns != c.learns || finding.Refused != c.refused || learns && !finding.At.Equal(at.Add(2*time.Second)) {
			t.Errorf("%s: %+v", name, found.Routes)
		}
	}
}
