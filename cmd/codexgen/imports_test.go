package main

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/codexgen/codexgen/"

// mayImport says which packages of ours a package of pkg may import besides
// pkg/internal; docs/architecture.md draws it.
var mayImport = map[string][]string{
	"pkg/sse":             nil,
	"pkg/codex":           {"pkg/sse"},
	"pkg/auth":            nil,
	"pkg/credstore":       {"pkg/auth"},
	"pkg/imagefile":       nil,
	"pkg/probe":           {"pkg/codex", "pkg/imagefile"},
	"pkg/probe/report":    {"pkg/codex", "pkg/probe"},
	"pkg/batch":           {"pkg/codex", "pkg/imagefile"},
	"pkg/chromium":        nil,
	"pkg/sandbox":         nil,
	"pkg/secretservice":   nil,
	"pkg/reference":       {"pkg/imagefile"},
	"pkg/corpus":          nil,
	"pkg/retouch":         nil,
	"pkg/history":         nil,
	"pkg/history/gallery": {"pkg/history"},
}

// homes are the only packages that may import a library.
var homes = map[string][]string{
	"github.com/spf13/cobra":             {"cmd/codexgen/internal/cli", "cmd/codexgen/internal/config", "cmd/codexgen/internal/gendocs"},
	"github.com/spf13/viper":             {"cmd/codexgen/internal/config"},
	"github.com/schollz/progressbar/v3":  {"cmd/codexgen/internal/progress"},
	"github.com/segmentio/asm/base64":    {"pkg/internal/jsonlift"},
	"github.com/google/uuid":             {"pkg/codex"},
	"github.com/HugoSmits86/nativewebp":  {"pkg/sandbox", "pkg/corpus", "pkg/retouch"},
	"github.com/bep/imagemeta":           {"pkg/reference"},
	"golang.org/x/image/draw":            {"pkg/internal/pixels", "pkg/sandbox"},
	"golang.org/x/image/webp":            {"pkg/internal/pixels", "pkg/sandbox", "cmd/codexgen/internal/preview"},
	"golang.org/x/image/font/opentype":   {"pkg/sandbox"},
	"github.com/klauspost/compress/zlib": {"pkg/imagefile"},
	"github.com/klauspost/compress/zstd": {"pkg/sandbox"},
	"github.com/coder/websocket":         {"pkg/codex", "pkg/sandbox"},
	"github.com/zalando/go-keyring":      {"pkg/credstore"},
	"github.com/godbus/dbus/v5":          {"pkg/secretservice"},
	"github.com/agnivade/levenshtein":    {"cmd/codexgen/internal/config", "pkg/probe"},
	"github.com/gofrs/flock":             {"pkg/credstore", "pkg/batch"},
	"golang.org/x/oauth2":                {"pkg/auth"},
	"github.com/pelletier/go-toml/v2":    {"cmd/codexgen/internal/config", "cmd/codexgen/internal/faults", "pkg/credstore", "pkg/probe"},
	"github.com/rivo/uniseg":             {"pkg/probe/report"},
	"golang.org/x/term":                  {"cmd/codexgen/internal/cli", "cmd/codexgen/internal/progress", "cmd/codexgen/internal/preview"},
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) (list []goPackage) {
	t.Helper()
	command := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	command.Dir = filepath.Join("..", "..")
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); decoder.More(); {
		var p goPackage
		if err := decoder.Decode(&p); err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	return list
}

// TestImportDirections holds who may import whom.
func TestImportDirections(t *testing.T) {
	for _, p := range packages(t) {
		path := strings.TrimPrefix(p.ImportPath, module)
		allowed, known := mayImport[path]
		if !known && strings.HasPrefix(path, "pkg/") && !strings.HasPrefix(path, "pkg/internal/") {
			t.Errorf("%s is not in the table of this test", path)
		}
		for _, imported := range p.Imports {
			ours, isOurs := strings.CutPrefix(imported, module)
			switch {
			case isOurs && strings.HasPrefix(path, "pkg/") && strings.HasPrefix(ours, "cmd/"):
				t.Errorf("%s imports %s", path, ours)
			case isOurs && known && !strings.HasPrefix(ours, "pkg/internal/") && !slices.Contains(allowed, ours):
				t.Errorf("%s imports %s", path, ours)
			case isOurs && path == "pkg/sandbox":
				t.Errorf("the emulated backend imports %s", ours)
			}
			if home, ok := homes[imported]; ok && !slices.Contains(home, path) {
				t.Errorf("%s imports %s, whose home is %v", path, imported, home)
			}
			if strings.HasPrefix(path, "pkg/") && (strings.Contains(imported, "cobra") || strings.Contains(imported, "viper") || strings.Contains(imported, "progressbar")) {
				t.Errorf("the library package %s imports %s", path, imported)
			}
		}
	}
}
