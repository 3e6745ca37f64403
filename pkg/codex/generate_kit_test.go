package codex_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/sandbox"
)

// memory is a Spool that counts what was made and discarded.
type memory struct {
	mu                 sync.Mutex
	created, discarded int
	full               bool
}

type blob struct {
	bytes.Buffer
	spool *memory
}

func (s *memory) Create() (codex.Blob, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.created++
	return &blob{spool: s}, nil
}

func (b *blob) Write(p []byte) (int, error) {
	if b.spool.full {
		return 0, errors.New("no space left on device")
	}
	return b.Buffer.Write(p)
}

func (b *blob) Discard() error {
	b.spool.mu.Lock()
	defer b.spool.mu.Unlock()
	b.spool.discarded++
	return nil
}

// tokens is a store whose content can change.
type tokens struct {
	stored    []string // the next reads, the last one stays
	refreshed string
	refreshes int
}

func (s *tokens) Token(context.Context) (codex.Token, error) {
	token := s.stored[0]
	if len(s.stored) > 1 {
		s.stored = s.stored[1:]
	}
	return codex.Token{Access: codex.NewSecret(token), AccountID: "acc"}, nil
}

func (s *tokens) Refresh(context.Context, codex.Token) (codex.Token, error) {
	s.refreshes++
	if s.refreshed == "" {
		return codex.Token{}, codex.ErrNoRefresh
	}
	return codex.Token{Access: codex.NewSecret(s.refreshed), AccountID: "acc"}, nil
}

func fixed(token string) *tokens { return &tokens{stored: []string{token}} }

// outcome is what a generation yielded.
type outcome struct {
	drafts, finals int
	image          []byte
	routes         []codex.Route
	hosts          []string
	resends        int
	warnings       []string
	usage          codex.Usage
	ignored        bool // the references were, as an event says
	err            error
}

func generate(t *testing.T, o codex.Options, r codex.Request, spool *memory) (got outcome) {
	t.Helper()
	if o.Transport == nil {
		transport := codex.NewTransport(nil)
		defer transport.CloseIdleConnections()
		o.Transport = transport
	}
	client, err := codex.New(o)
	if err != nil {
		t.Fatal(err)
	}
	handed := 0
	for event, err := range client.Generate(t.Context(), r, spool) {
		if err != nil {
			got.err = err
			break
		}
		switch event := event.(type) {
		case codex.Planned:
			got.routes = append(got.routes, event.Plan.Route)
			got.hosts = append(got.hosts, event.Plan.HostModel())
		case codex.Partial:
			got.drafts++
			handed++
		case codex.Final:
			got.finals++
			handed++
			got.image = event.Image.(*blob).Bytes()
		case codex.Warning:
			got.warnings = append(got.warnings, event.Text)
		case codex.Usage:
			got.usage = event
		case codex.ReferencesIgnored:
			got.ignored = true
		case codex.Resending:
			got.resends++
		}
	}
	if spool.created != spool.discarded+handed {
		t.Errorf("%d images begun, %d discarded, %d handed on", spool.created, spool.discarded, handed)
	}
	return got
}

func startSandbox(t *testing.T, scenario string, faults ...string) (*sandbox.Server, codex.Options) {
	t.Helper()
	server, err := sandbox.New(sandbox.Config{Scenario: scenario, Faults: faults})
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
	return server, codex.Options{BaseURL: base, Tokens: &tokens{stored: []string{server.AccessToken()}}}
}

// The sandbox checks the account too; these requests leave it out.
type noAccount struct{ *tokens }

func (s noAccount) Token(ctx context.Context) (codex.Token, error) {
	token, err := s.tokens.Token(ctx)
	token.AccountID = ""
	return token, err
}

func (s noAccount) Refresh(ctx context.Context, refused codex.Token) (codex.Token, error) {
	token, err := s.tokens.Refresh(ctx, refused)
	token.AccountID = ""
	return token, err
}

// orSmall draws small pictures where no fault counts their bytes.
func orSmall(faults string) string { return cmp.Or(faults, "small") }

// script answers each request with the next handler.
func script(t *testing.T, handlers ...http.HandlerFunc) (codex.Options, *atomic.Int32) {
	t.Helper()
	count := new(atomic.Int32)
	return overPipes(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler := handlers[min(int(count.Add(1)), len(handlers))-1]
		_, _ = io.Copy(io.Discard, r.Body)
		handler(w, r)
	})), count
}

func status(code int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}
}

var picture = status(200, `{"created":1,"data":[{"b64_json":"iVBORw0KGgo="}]}`, "Content-Type", "application/json")

// inFakeTime runs a test where waits take no time.
func inFakeTime(test func(*testing.T)) func(*testing.T) {
	return func(t *testing.T) { synctest.Test(t, test) }
}
