package sandbox

import (
	"bytes"
	"context"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

// officialDesk is a person's machine with the official CLI, its home in a
// folder of its own, and a sandbox.
type officialDesk struct {
	t       *testing.T
	program string
	folder  string
	base    string
	server  *Server
	behind  atomic.Int64 // how far the sandbox's clock is behind
	spoilt  atomic.Int64 // answers with the mistake

	mu    sync.Mutex
	turns []string // the bodies of POST /responses
}

// mistake changes the answers on one path.
type mistake struct {
	path   string
	change func(answer *httptest.ResponseRecorder)
}

func newOfficialDesk(t *testing.T, installed string, m mistake) *officialDesk {
	t.Helper()
	d := &officialDesk{t: t, program: filepath.Join(installed, "node_modules", ".bin", "codex"), folder: t.TempDir()}
	server, err := New(Config{AutoApprove: true, Faults: []string{"small"}, TokenLife: 30 * time.Minute,
		Now: func() time.Time { return time.Now().Add(-time.Duration(d.behind.Load())) }})
	if err != nil {
		t.Fatal(err)
	}
	d.server = server
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { d.front(w, r, m) }))
	t.Cleanup(func() {
		front.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	d.base = front.URL + basePath
	for _, sub := range []string{"codex", "work"} {
		if err := os.Mkdir(filepath.Join(d.folder, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(d.file("codex", "config.toml"), []byte(CodexConfig(d.base)), 0o600); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *officialDesk) file(path ...string) string {
	return filepath.Join(append([]string{d.folder}, path...)...)
}

// front answers as the sandbox does, with the mistake, and keeps the turns.
func (d *officialDesk) front(w http.ResponseWriter, r *http.Request, m mistake) {
	if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/responses") {
		d.keep(r)
	}
	if m.path == "" || !strings.HasSuffix(r.URL.Path, m.path) || r.Header.Get("Upgrade") != "" {
		d.server.ServeHTTP(w, r)
		return
	}
	d.spoilt.Add(1)
	answer := httptest.NewRecorder()
	d.server.ServeHTTP(answer, r)
	answer.Header().Del("Content-Length")
	m.change(answer)
	for key, values := range answer.Header() {
		w.Header()[key] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

func (d *officialDesk) keep(r *http.Request) {
	packed, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client left
	}
	r.Body = io.NopCloser(bytes.NewReader(packed))
	plain := packed
	if r.Header.Get("Content-Encoding") == "zstd" {
		reader, err := zstd.NewReader(nil)
		if err != nil {
			return
		}
		defer reader.Close()
		plain, _ = reader.DecodeAll(packed, nil) // the sandbox says what is wrong with it
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.turns = append(d.turns, string(plain))
}

func (d *officialDesk) told() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.turns, "\n")
}

// command is the official CLI at this desk. Nothing of the environment but the
// way to programs reaches it.
func (d *officialDesk) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, d.program, args...)
	cmd.Dir = d.file("work")
	cmd.Env = append(CodexEnvironment(d.base), "PATH="+os.Getenv("PATH"), "HOME="+d.folder, "CODEX_HOME="+d.file("codex"))
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

func (d *officialDesk) run(args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(d.t.Context(), 90*time.Second)
	defer cancel()
	out, err := d.command(ctx, args...).CombinedOutput()
	return string(out), err
}

// login signs in with a code for another device.
func (d *officialDesk) login() (string, error) {
	return d.run("login", "--device-auth", "--experimental_issuer", IssuerURL(d.base))
}

func (d *officialDesk) turn(text string, more ...string) (string, error) {
	return d.run(append([]string{"exec", "--skip-git-repo-check", text}, more...)...)
}

// answered counts the requests of a path that ended with a status.
func (d *officialDesk) answered(path string, status int) (n int) {
	for _, seen := range d.server.Stats().Requests {
		if strings.HasSuffix(seen.Path, path) && seen.Status == status {
			n++
		}
	}
	return n
}

// pictures are the files that the CLI has saved, each a whole PNG.
func (d *officialDesk) pictures() []string {
	d.t.Helper()
	files, err := filepath.Glob(d.file("codex", "generated_images", "*", "*"))
	if err != nil {
		d.t.Fatal(err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err == nil {
			_, err = png.Decode(bytes.NewReader(raw))
		}
		if err != nil {
			d.t.Errorf("%s: %v", name, err)
		}
	}
	return files
}
