package codex_test

import (
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/codex"
)

func TestReachSendsNoCredential(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" || r.Header.Get("ChatGPT-Account-ID") != "" || r.Header.Get("originator") != "codexgen" {
			t.Errorf("sent %v", r.Header)
		}
		w.Header().Set("Date", "Fri, 20 Nov 2026 12:00:00 GMT")
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer server.Close()
	reached, err := newClient(t, codex.Options{BaseURL: server.URL}).Reach(t.Context())
	if err != nil || reached != (codex.Reached{Status: 401, Date: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}) {
		t.Errorf("%+v, %v", reached, err)
	}
}

func TestReachNamesWhatStandsBetween(t *testing.T) {
	for name, row := range map[string]struct {
		status int
		body   string
		kind   codex.Kind // "" is reached
	}{
		"catalogue":    {200, `{"models":[]}`, ""},
		"unauthorized": {401, `{"detail":"x"}`, ""},
		"forbidden":    {403, `{"detail":"x"}`, ""},
		"missing":      {404, ``, ""},
		"limit":        {429, `{}`, ""},
		"challenge":    {403, "<html>You have been blocked. Cloudflare</html>", codex.KindChallenge},
		"portal":       {200, "<html>Welcome to the airport</html>", codex.KindWebPage},
		"redirect":     {302, "", codex.KindRedirect},
		"outage":       {502, "", codex.KindServer},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(row.status)
			_, _ = w.Write([]byte(row.body))
		}))
		reached, err := newClient(t, codex.Options{BaseURL: server.URL}).Reach(t.Context())
		var failure *codex.Error
		if errors.As(err, &failure); reached.Status != row.status || (err == nil) != (row.kind == "") || failure != nil && (failure.Kind != row.kind || failure.Charged != codex.ChargedNo) {
			t.Errorf("%s: %+v, %v", name, reached, err)
		}
		server.Close()
	}
	closed := httptest.NewUnstartedServer(http.NotFoundHandler())
	closed.Config.ErrorLog = log.New(io.Discard, "", 0) // the refusal is the test
	closed.StartTLS()
	defer closed.Close()
	var failure *codex.Error
	if _, err := newClient(t, codex.Options{BaseURL: closed.URL}).Reach(t.Context()); !errors.As(err, &failure) || failure.Kind != codex.KindTLS {
		t.Errorf("an unknown authority: %v", err)
	}
}
