package codex_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/codex"
)

// baker is a backend that gives cookies with each answer, and notes those that
// each request brings.
type baker struct {
	*httptest.Server
	gives   []string // Set-Cookie lines
	status  int
	target  string // of a redirect
	brought []string
}

func newBaker(t *testing.T, gives ...string) *baker {
	b := &baker{gives: gives, status: http.StatusOK}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.brought = append(b.brought, r.Header.Get("Cookie"))
		for _, line := range b.gives {
			w.Header().Add("Set-Cookie", line)
		}
		if b.target != "" {
			w.Header().Set("Location", b.target)
		}
		w.WriteHeader(b.status)
		_, _ = w.Write([]byte(`{}`))
	}))
	t.Cleanup(b.Close)
	return b
}

func TestOnlyCloudflaresCookiesComeBack(t *testing.T) {
	backend := newBaker(t, "__cf_bm=a; Path=/; HttpOnly", "_cfuvid=b; Path=/", "cf_chl_rc_i=c; Path=/", "__oailb=d; Path=/",
		"session=no; Path=/", "__cf_bmx=no; Path=/", "cf_clearance=no; Path=/; Max-Age=0", "cf_ob_info=no; Path=/elsewhere",
		"cf_use_ob=no; Domain=example.com", "__cfseq="+strings.Repeat("n", 5000))
	client := newClient(t, codex.Options{BaseURL: backend.URL})
	for range 2 {
		if _, err := client.PlanUsage(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	got := strings.Split(backend.brought[1], "; ")
	slices.Sort(got)
	if want := "__cf_bm=a __oailb=d _cfuvid=b cf_chl_rc_i=c"; backend.brought[0] != "" || strings.Join(got, " ") != want {
		t.Errorf("brought %q, want %s", backend.brought, want)
	}
	// another client is another process, as it were
	if _, err := newClient(t, codex.Options{BaseURL: backend.URL}).PlanUsage(t.Context()); err != nil || backend.brought[2] != "" {
		t.Errorf("a new client brought %q, %v", backend.brought[2], err)
	}
}

func TestCookiesAreBounded(t *testing.T) {
	backend := newBaker(t)
	for i := range 200 {
		backend.gives = append(backend.gives, fmt.Sprintf("cf_chl_%d=x; Path=/", i), fmt.Sprintf("__cf_bm=x; Path=/%d", i))
	}
	client := newClient(t, codex.Options{BaseURL: backend.URL})
	for range 2 {
		_, _ = client.PlanUsage(t.Context())
	}
	if n := len(strings.Split(backend.brought[1], "; ")); n == 0 || n > 32 {
		t.Errorf("%d cookies came back", n)
	}
}

// TestCookiesStayAtHome has the backend redirect to another host, which must
// not be asked at all, and looks for the values in logs and in the traces that
// reports are made of.
func TestCookiesStayAtHome(t *testing.T) {
	other := newBaker(t)
	backend := newBaker(t, "__cf_bm=canary7d21; Path=/")
	var log bytes.Buffer
	client := newClient(t, codex.Options{BaseURL: backend.URL, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})), LogBodies: true})
	ctx := codex.WithTrace(t.Context(), &codex.Trace{Answered: func(_ int, header http.Header) {
		if strings.Contains(fmt.Sprint(header), "canary7d21") {
			t.Errorf("the trace has %v", header)
		}
	}})
	_, _ = client.PlanUsage(ctx)
	backend.status, backend.target = http.StatusTemporaryRedirect, other.URL
	if _, err := client.PlanUsage(ctx); err == nil || strings.Contains(err.Error(), "canary7d21") {
		t.Errorf("redirected: %v", err)
	}
	if len(other.brought) != 0 || backend.brought[1] != "__cf_bm=canary7d21" {
		t.Errorf("the other host got %q, the backend %q", other.brought, backend.brought)
	}
	if !strings.Contains(log.String(), "Cookie") || strings.Contains(log.String(), "canary7d21") {
		t.Errorf("log: %s", &log)
	}
}

// TestTheSandboxSeesItsCookies holds the client to what a generation does.
func TestTheSandboxSeesItsCookies(t *testing.T) {
	server, o := startSandbox(t, "", "small")
	o.Tokens = noAccount{o.Tokens.(*tokens)}
	if got := generate(t, o, codex.Request{Prompt: "a cat", Partials: 2}, &memory{}); got.err != nil {
		t.Fatal(got.err)
	}
	_ = server.Close() // a request is noted when its handler has ended
	seen := server.Stats().Requests
	if len(seen) != 2 || seen[0].Cookies != nil || !slices.Equal(seen[1].Cookies, []string{"__cf_bm", "_cfuvid"}) {
		t.Errorf("seen: %+v", seen)
	}
}
