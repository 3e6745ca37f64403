package opener

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCommand(t *testing.T) {
	for system, want := range map[string][]string{
		"linux":   {"xdg-open", "/a b/-c.png"},
		"freebsd": {"xdg-open", "/a b/-c.png"},
		"darwin":  {"open", "/a b/-c.png"},
		"windows": {"rundll32", "url.dll,FileProtocolHandler", "/a b/-c.png"},
	} {
		name, args := command(system, "/a b/-c.png")
		if diff := cmp.Diff(want, append([]string{name}, args...)); diff != "" {
			t.Errorf("%s: %s", system, diff)
		}
	}
}

func TestOurVariablesStayHere(t *testing.T) {
	got := environment([]string{"PATH=/bin", "CODEXGEN_ACCESS_TOKEN=secret", "codexgen_base_url=x", "DISPLAY=:0", "NOT_CODEXGEN_=1"})
	if diff := cmp.Diff([]string{"PATH=/bin", "DISPLAY=:0", "NOT_CODEXGEN_=1"}, got); diff != "" {
		t.Error(diff)
	}
}
