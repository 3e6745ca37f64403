package release

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestManualRenders has both formatters of manual pages look at every page:
// neither has anything to say, but that the pages carry no date, since the same
// commands give the same bytes on any day.
func TestManualRenders(t *testing.T) {
	need(t, "man")
	need(t, "groff")
	need(t, "mandoc")
	pages, err := filepath.Glob(filepath.Join(root, "docs", "man", "*.1"))
	if err != nil || len(pages) < 20 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, page := range pages {
		command := strings.ReplaceAll(strings.TrimSuffix(filepath.Base(page), ".1"), "-", " ")
		shown := run(t, root, []string{"LC_ALL=C.UTF-8", "MANWIDTH=80"}, "man", "--warnings", "--encoding", "UTF-8", "--local-file", page)
		if strings.Contains(shown, "warning:") || !strings.Contains(shown, "SYNOPSIS\n       "+command) {
			t.Errorf("%s:\n%s", filepath.Base(page), shown)
		}
		found := run(t, root, nil, "sh", "-c", `mandoc -T lint -W warning "$1" || true`, "sh", page) // its exit code counts the date, too
		for line := range strings.Lines(found) {
			if !strings.Contains(line, "missing date") {
				t.Errorf("%s: %s", filepath.Base(page), line)
			}
		}
	}
}
