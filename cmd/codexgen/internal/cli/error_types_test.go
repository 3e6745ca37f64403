package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// named finds the names in the code: a constant of a kind, or what an
// ErrorType method returns.
var named = regexp.MustCompile(`\b(?:Kind|Fault) += "([a-z_]+)"|\) ErrorType\(\) string +\{ return "([a-z_]+)" \}`)

// others are kinds of places and outcomes, not of failures.
var others = []string{"keyring", "file", "done", "kept", "adopted", "failed", "unknown"}

// TestEveryErrorTypeIsListed reads the names out of the packages that make
// errors.
func TestEveryErrorTypeIsListed(t *testing.T) {
	var listed []string
	for _, row := range ErrorTypes() {
		if slices.Contains(listed, row.Name) {
			t.Errorf("%s is listed twice", row.Name)
		}
		listed = append(listed, row.Name)
	}
	root := filepath.Join("..", "..", "..", "..")
	found := 0
	var files []string
	for _, pattern := range []string{"pkg/*/*.go", "cmd/codexgen/internal/*/*.go"} {
		matches, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, matches...)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range named.FindAllStringSubmatch(string(text), -1) {
			found++
			if name := match[1] + match[2]; !slices.Contains(listed, name) && !slices.Contains(others, name) {
				t.Errorf("%s: %q is not in ErrorTypes", file, name)
			}
		}
	}
	if found < 60 {
		t.Errorf("found only %d names; has their form changed?", found)
	}
}
