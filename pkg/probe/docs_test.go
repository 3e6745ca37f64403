package probe

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestOpenQuestionsNameVariants: a question that is said to be settled by a
// variant is settled by one that there is.
func TestOpenQuestionsNameVariants(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "protocol.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), "| Question | Positions | Probe |")
	if !found {
		t.Fatal("there is no such table")
	}
	table, _, _ = strings.Cut(table, "\n\n")
	named := 0
	for row := range strings.Lines(table) {
		cells := strings.Split(strings.TrimSpace(row), "|")
		for _, name := range regexp.MustCompile("`([a-z0-9.-]+)`").FindAllStringSubmatch(cells[max(0, len(cells)-2)], -1) {
			if _, found := Find(Builtin(), name[1]); !found && name[1] != "-v" {
				t.Errorf("there is no variant %s", name[1])
			}
			named++
		}
	}
	if named < 10 {
		t.Errorf("only %d variants are named", named)
	}
}
