package sandbox

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

func mustURL(t *testing.T) *url.URL {
	t.Helper()
	u, err := url.Parse("http://127.0.0.1/x")
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// listed are the slugs of a catalogue that are to be shown.
func listed(t *testing.T, r reply) []string {
	t.Helper()
	out := []string{}
	for _, m := range objects(r.json(t).list("models")) {
		if m.str("visibility") == "list" {
			out = append(out, m.str("slug"))
		}
	}
	return out
}

func TestCatalogue(t *testing.T) {
	for _, c := range []struct{ scenario, version, want string }{
		{"", "0.169.0", "gpt-5.6-sol gpt-5.6-terra gpt-5.6-luna gpt-5.5 gpt-5.2 gpt-5.3-codex-spark"},
		{"", "0.130.0", "gpt-5.5 gpt-5.2 gpt-5.3-codex-spark"},
		{"", "0.0.1", ""},
		{"", "", ""},
		{"", "0.169.0-alpha", ""},
		{"2026-04", "0.169.0", "gpt-5.5 gpt-5.2 gpt-5.3-codex-spark gpt-5.4 gpt-5.4-mini"},
	} {
		k := start(t, Config{Scenario: c.scenario})
		got := strings.Join(listed(t, k.do("GET", "/models?client_version="+c.version, nil, header("originator", "codexgen"))), " ")
		if got != c.want {
			t.Errorf("%s %s: %q", c.scenario, c.version, got)
		}
	}
}

func TestCatalogueHasNoImageModels(t *testing.T) {
	k := start(t, Config{})
	for _, m := range objects(k.do("GET", "/models?client_version=9.0.0", nil).json(t).list("models")) {
		in := m.list("input_modalities")
		if strings.Contains(m.str("slug"), "image") || len(in) == 0 || slices.Contains(in, any("image")) == (m.str("slug") == sparkModel) {
			t.Errorf("%v", m)
		}
	}
}

func TestCatalogueByOriginator(t *testing.T) {
	k := start(t, Config{})
	for from, want := range map[string]int{"codex_exec": 404, "codex_cli_rs": 404, "codex-tui": 404, "codexgen": 200, "codexgen-test": 200, "pi": 200, "": 200} {
		if r := k.do("GET", "/models?client_version=0.169.0", nil, header("originator", from)); r.status != want {
			t.Errorf("%q: %d", from, r.status)
		}
	}
}

func TestCatalogueETag(t *testing.T) {
	k := start(t, Config{})
	path := "/models?client_version=0.169.0"
	tag := k.do("GET", path, nil).header.Get("ETag")
	if r := k.do("GET", path, nil, header("If-None-Match", tag)); tag == "" || r.status != 304 || len(r.body) != 0 {
		t.Errorf("%q: %d", tag, r.status)
	}
	if r := k.do("GET", "/models?client_version=0.130.0", nil, header("If-None-Match", tag)); r.status != 200 {
		t.Errorf("another catalogue: %d", r.status)
	}
}
