package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/probe"
	"github.com/codexgen/codexgen/pkg/probe/report"
)

// TestProbeIsDocumented holds docs/probe.md to the verdicts and formats, and
// its suite to the parser.
func TestProbeIsDocumented(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "docs", "probe.md"))
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for _, verdict := range probe.Verdicts() {
		if strings.Count(page, "| `"+string(verdict)+"` | ") != 1 {
			t.Errorf("the verdict %s has no row", verdict)
		}
	}
	for _, format := range report.Formats() {
		if !strings.Contains(page, "`"+format+"`") {
			t.Errorf("the format %s is missing", format)
		}
	}
	suite := regexp.MustCompile("(?s)```toml\n(.*?)```").FindStringSubmatch(page)
	path := filepath.Join(t.TempDir(), "suite.toml")
	if err := os.WriteFile(path, []byte(suite[1]), 0o600); err != nil {
		t.Fatal(err)
	}
	variants, err := knownVariants(Env{}, path)
	if _, found := probe.Find(variants, "my-size"); err != nil || !found {
		t.Errorf("the page's suite: %v", err)
	}
}
