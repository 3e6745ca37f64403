package release

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/sandbox"
)

// A block is one of a document's blocks of code.
type block struct{ language, name, text string }

var fenced = regexp.MustCompile("(?ms)^```(\\S*) ?(\\S*)\n(.*?)^```$")

// documents are all that people write, by their paths; docs/cli is generated.
func documents(t *testing.T) map[string][]block {
	t.Helper()
	pages := map[string][]block{}
	for _, pattern := range []string{"*.md", "docs/*.md", "pkg/*/*.md", ".github/*.md"} {
		found, err := fs.Glob(os.DirFS(root), pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, page := range found {
			text, err := os.ReadFile(filepath.Join(root, page))
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range fenced.FindAllStringSubmatch(string(text), -1) {
				pages[page] = append(pages[page], block{found[1], found[2], found[3]})
			}
		}
	}
	return pages
}

// TestShellBlocks runs every block marked sh as a reader would who has the
// checkout, codexgen and a login: one page after the other, each in a checkout
// and a home of its own. Those with a name are files, which other tests run.
func TestShellBlocks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the blocks are for a POSIX shell")
	}
	programs := filepath.Dir(build(t, root))
	ran := 0
	for page, blocks := range documents(t) {
		blocks = slices.DeleteFunc(blocks, func(b block) bool { return b.language != "sh" || b.name != "" })
		ran += len(blocks)
		if len(blocks) > 0 {
			t.Run(page, func(t *testing.T) {
				checkout, env := filepath.Join(t.TempDir(), "codexgen"), reader(t, programs)
				copyTree(t, checkout)
				for _, b := range blocks {
					t.Logf("%s%s", b.text, run(t, checkout, env, "sh", "-e", "-c", b.text))
				}
			})
		}
	}
	if ran < 6 {
		t.Errorf("only %d blocks ran", ran)
	}
}

// reader is the environment of somebody with a home, a login, and a backend
// that has images.
func reader(t *testing.T, programs string) []string {
	t.Helper()
	server, err := sandbox.New(sandbox.Config{Pace: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	base, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	home := t.TempDir()
	env := []string{
		"HOME=" + home, "XDG_CONFIG_HOME=" + home, "XDG_STATE_HOME=" + home, "DBUS_SESSION_BUS_ADDRESS=disabled:",
		"CODEXGEN_BASE_URL=" + base, "CODEXGEN_ACCESS_TOKEN=" + server.AccessToken(), "CODEXGEN_ACCOUNT_ID=" + server.AccountID(),
		"GOBIN=" + filepath.Join(home, "bin"), "GOFLAGS=-trimpath -buildvcs=false", // so that what is compiled already is found
		"PATH=" + goWithoutTests(t) + ":" + programs + ":" + os.Getenv("PATH"),
	}
	for _, name := range []string{"GOCACHE", "GOPATH", "GOMODCACHE", "GOPROXY", "GONOSUMDB", "GOTOOLCHAIN", "GOSUMDB"} { // else they would be of the new home
		env = append(env, name+"="+strings.TrimSpace(run(t, root, nil, "go", "env", name)))
	}
	return env
}

// goWithoutTests is a folder with a go that lists where it is told to test
// everything: those tests are the ones that are running.
func goWithoutTests(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\nif [ \"$*\" = 'test ./...' ]; then set -- list -test ./...; fi\nexec '%s' \"$@\"\n", program)
	if err := os.WriteFile(filepath.Join(dir, "go"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// copyTree copies the repository, less its history and what was built of it.
func copyTree(t *testing.T, to string) {
	t.Helper()
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(to, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		from, copied := filepath.Join(root, entry.Name()), filepath.Join(to, entry.Name())
		switch {
		case entry.Name() == ".git" || entry.Name() == "dist":
			continue
		case entry.IsDir():
			err = os.CopyFS(copied, os.DirFS(from))
		default:
			var content []byte
			if content, err = os.ReadFile(from); err == nil {
				err = os.WriteFile(copied, content, 0o644)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

var command = regexp.MustCompile(`(?m)^(\$ |codexgen |go (run|test|build|install|get) |sudo |\.ci/)`)

// TestCommandsAreMarked: commands are in a block marked sh, which runs, or
// console, which does not; nowhere else.
func TestCommandsAreMarked(t *testing.T) {
	for page, blocks := range documents(t) {
		for _, b := range blocks {
			shell := b.language == "sh" || b.language == "console" || b.name != ""
			if !shell && command.MatchString(b.text) {
				t.Errorf("%s: commands in a block marked %q:\n%s", page, b.language, b.text)
			}
		}
	}
}
