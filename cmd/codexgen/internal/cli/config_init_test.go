package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestNewFileTakesNoOnesPlace has both ways of writing, of which the second is
// for file systems without links.
func TestNewFileTakesNoOnesPlace(t *testing.T) {
	for name, write := range map[string]func(path, text string) error{"link": linkNew, "create": createNew} {
		path := filepath.Join(t.TempDir(), "c.toml")
		if err := write(path, "mine"); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := write(path, "other"); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: over another file: %v", name, err)
		}
		text, err := os.ReadFile(path)
		if err != nil || string(text) != "mine" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) > 0 {
			t.Errorf("%s: left behind %v", name, left)
		}
	}
}
