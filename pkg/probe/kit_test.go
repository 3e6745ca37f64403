package probe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/internal/redact"
	"github.com/codexgen/codexgen/pkg/sandbox"
)

// canary is a token that must not be found anywhere afterwards.
const canary = "canary-token-0123456789abcdef"

type tokens struct{ access, account string }

func (s tokens) Token(context.Context) (codex.Token, error) {
	return codex.Token{Access: redact.NewSecret(s.access), AccountID: s.account}, nil
}

func (tokens) Refresh(context.Context, codex.Token) (codex.Token, error) {
	return codex.Token{}, errors.New("a probe does not refresh")
}

func clientFor(t testing.TB, base string, source codex.TokenSource) *codex.Client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	client, err := codex.New(codex.Options{BaseURL: base, Tokens: source, Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// emulated starts a backend of a scenario and a client for it.
func emulated(t testing.TB, config sandbox.Config) (*sandbox.Server, *codex.Client) {
	t.Helper()
	server, err := sandbox.New(config)
	if err != nil {
		t.Fatal(err)
	}
	base, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server, clientFor(t, base, tokens{server.AccessToken(), server.AccountID()})
}

// scripted answers every request with the same bytes.
type scripted struct {
	status int
	header string // "Name: value", one a line
	body   string
}

func (s scripted) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	for line := range strings.Lines(s.header) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		w.Header().Set(name, value)
	}
	w.WriteHeader(s.status)
	_, _ = fmt.Fprint(w, s.body)
}

func served(t testing.TB, handler http.Handler) *codex.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return clientFor(t, server.URL+"/backend-api/codex", tokens{canary, "account"})
}

func pick(t testing.TB, names ...string) []Variant {
	t.Helper()
	variants, err := Select(Builtin(), Selection{Names: names})
	if err != nil {
		t.Fatal(err)
	}
	return variants
}

// sent runs one variant and returns its result.
func sent(t testing.TB, client *codex.Client, name string, options Options) Result {
	t.Helper()
	report, err := Run(t.Context(), client, pick(t, name), options, Observer{})
	if err != nil {
		t.Fatal(err)
	}
	result, found := report.Result(name)
	if !found {
		t.Fatalf("no result of %s", name)
	}
	return result
}

// stream is an answer of the responses route in events.
func stream(events ...string) scripted {
	var body strings.Builder
	for _, event := range events {
		body.WriteString("data: " + event + "\n\n")
	}
	return scripted{200, "Content-Type: text/event-stream", body.String()}
}
