package codex_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/codexgen/codexgen/pkg/codex"
)

// newClient makes one whose connections end with the test.
func newClient(t *testing.T, o codex.Options) *codex.Client {
	t.Helper()
	transport := codex.NewTransport(nil)
	t.Cleanup(transport.CloseIdleConnections)
	o.Transport = transport
	if o.Tokens == nil {
		o.Tokens = fixed("token")
	}
	client, err := codex.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// TestQuestionsDoTheStepsOfA401: a question has no body to send again, which
// is no reason to give up.
func TestQuestionsDoTheStepsOfA401(t *testing.T) {
	refused := status(401, `{"error":{"code":"token_expired"}}`)
	options, count := script(t, refused, status(200, `{"models":[{"slug":"a"}]}`))
	store := &tokens{stored: []string{"old"}, refreshed: "new"}
	options.Tokens = store
	client, err := codex.New(options)
	if err != nil {
		t.Fatal(err)
	}
	if models, err := client.Models(t.Context()); err != nil || len(models) != 1 || count.Load() != 2 || store.refreshes != 1 {
		t.Errorf("%v, %v, %d requests, %d refreshes", models, err, count.Load(), store.refreshes)
	}
}

// TestQuestionsWaitAsTheyAreAsked as images do.
func TestQuestionsWaitAsTheyAreAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options, count := script(t, status(429, `{"error":{"code":"rate_limit_exceeded"}}`, "Retry-After", "3"), status(200, `{}`))
		client, err := codex.New(options)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.PlanUsage(t.Context()); err != nil || count.Load() != 2 {
			t.Errorf("%v, %d requests", err, count.Load())
		}
		options, count = script(t, status(429, `{"error":{"code":"rate_limit_exceeded"}}`, "Retry-After", "30"))
		if client, err = codex.New(options); err != nil {
			t.Fatal(err)
		}
		var failure *codex.Error
		if _, err := client.PlanUsage(t.Context()); !errors.As(err, &failure) || failure.Kind != codex.KindRateLimit || count.Load() != 1 {
			t.Errorf("longer than a question takes: %v, %d requests", err, count.Load())
		}
	})
}

func TestHostCandidates(t *testing.T) {
	for name, row := range map[string]struct {
		catalogue string
		want      []string
		first     string
	}{
		"not lite before lite":   {`[{"slug":"a","use_responses_lite":true},{"slug":"b"},{"slug":"c"}]`, []string{"b", "c", "a"}, "b"},
		"only lite":              {`[{"slug":"a","use_responses_lite":true}]`, []string{"a"}, "a"},
		"hidden":                 {`[{"slug":"a","visibility":"hide"},{"slug":"b","visibility":"list"}]`, []string{"b"}, "b"},
		"text only":              {`[{"slug":"a","input_modalities":["text"]}]`, nil, codex.FallbackHost},
		"modalities not given":   {`[{"slug":"a","input_modalities":null}]`, []string{"a"}, "a"},
		"modalities given empty": {`[{"slug":"a","input_modalities":[]}]`, nil, codex.FallbackHost},
		"without a name":         {`[{"display_name":"a"}]`, nil, codex.FallbackHost},
		"nothing":                {`[]`, nil, codex.FallbackHost},
	} {
		var models []codex.Model
		if err := json.Unmarshal([]byte(row.catalogue), &models); err != nil {
			t.Fatal(err)
		}
		if got := codex.HostCandidates(models); !slices.Equal(got, row.want) {
			t.Errorf("%s: %v, want %v", name, got, row.want)
		}
		if got := codex.HostModel(models); got != row.first {
			t.Errorf("%s: first is %s, want %s", name, got, row.first)
		}
	}
}

// TestQuestionsCostNothing: whatever goes wrong with a GET, no image can have
// been charged, and the hint does not speak of one.
func TestQuestionsCostNothing(t *testing.T) {
	for name, row := range map[string]struct {
		status int
		body   string
		kind   codex.Kind
	}{
		"server":    {500, `{"error":{"message":"x"}}`, codex.KindServer},
		"missing":   {404, "", codex.KindRouteMissing},
		"not JSON":  {200, "hello", codex.KindMalformed},
		"cut":       {200, `{"models":[{"slug":"a"`, codex.KindMalformed},
		"challenge": {403, "<html>blocked by Cloudflare</html>", codex.KindChallenge},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(row.status)
			_, _ = w.Write([]byte(row.body))
		}))
		client := newClient(t, codex.Options{BaseURL: server.URL + "/backend-api/codex"})
		_, err := client.Models(t.Context())
		var failure *codex.Error
		if !errors.As(err, &failure) || failure.Kind != row.kind || failure.Charged != codex.ChargedNo {
			t.Errorf("%s: %v", name, err)
		} else if hint := failure.Hint(); hint == "" || slices.Contains([]codex.Kind{codex.KindServer, codex.KindMalformed}, failure.Kind) && hint != "try again later; if it stays, see the request id above" {
			t.Errorf("%s: hint %q", name, hint)
		}
		server.Close()
	}
}

// TestCatalogueOfOtherTypes: a member that changed its type does not cost the
// rest of the catalogue.
func TestCatalogueOfOtherTypes(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"models":[{"slug":"a","use_responses_lite":"yes"},{"slug":"b"}],"etag":7}`))
	}))
	defer server.Close()
	models, err := newClient(t, codex.Options{BaseURL: server.URL}).Models(t.Context())
	if err != nil || len(models) != 2 || models[1].Slug != "b" {
		t.Errorf("%v, %v", models, err)
	}
}
