//go:build linux && !race

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/corpus"
)

// Whatever a backend does, a command keeps within these. The memory is that of
// the promise; the time leaves a busy machine room, the program's own limits
// end it before.
const (
	hostileMemory = 64 << 10 // kB
	hostileTime   = 60 * time.Second
)

// TestHostileBackends runs the program as it is released against backends
// that want to fill its memory, its disk or its time.
func TestHostileBackends(t *testing.T) {
	t.Parallel()
	program := build(t)
	for name, row := range hostileAnswers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // some only wait
			server := httptest.NewServer(row.backend)
			defer server.Close()
			defer server.CloseClientConnections()
			row.run(t, program, server.URL)
		})
	}
}

// A hostileRow is one backend, a command that meets it, and how that ends.
type hostileRow struct {
	backend http.HandlerFunc
	command []string
	exit    int
	says    string // on standard error
	files   []string
}

func (r hostileRow) run(t *testing.T, program, address string) {
	t.Helper()
	folder := t.TempDir()
	figure := filepath.Join(t.TempDir(), "kB")
	ctx, cancel := context.WithTimeout(t.Context(), hostileTime)
	defer cancel()
	command := exec.CommandContext(ctx, "measure", append([]string{figure, program}, r.command...)...)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) } // the program, too
	command.Dir = folder
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "TMPDIR=" + folder, "XDG_CONFIG_HOME=" + filepath.Join(folder, ".config"), "XDG_STATE_HOME=" + filepath.Join(folder, ".state"),
		"DBUS_SESSION_BUS_ADDRESS=disabled:", "CODEXGEN_BASE_URL=" + address + "/backend-api/codex", "CODEXGEN_ISSUER=" + address}
	if r.command[0] != "auth" {
		command.Env = append(command.Env, "CODEXGEN_ACCESS_TOKEN=token")
	}
	for name, content := range bombs() {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out, log bytes.Buffer
	command.Stdout, command.Stderr = &out, &log
	start := time.Now()
	err := command.Run()
	took := time.Since(start)
	exit := 0
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) {
		exit = ended.ExitCode()
	}
	text, _ := os.ReadFile(figure)
	kB, _ := strconv.Atoi(string(text))
	t.Logf("exit %d, %d kB, %s", exit, kB, took.Round(time.Millisecond))
	if exit != r.exit || !strings.Contains(log.String(), r.says) {
		t.Errorf("exit %d:\n%.2000s", exit, log.String())
	}
	if kB == 0 || kB > hostileMemory || took > hostileTime {
		t.Errorf("%d kB, %s", kB, took)
	}
	if out.Len()+log.Len() > 1<<20 {
		t.Errorf("it printed %d and %d bytes", out.Len(), log.Len())
	}
	r.checkFiles(t, folder)
}

// checkFiles finds the files that are to be there, and no others.
func (r hostileRow) checkFiles(t *testing.T, folder string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, entry := range entries {
		if _, bomb := bombs()[entry.Name()]; !bomb && !strings.HasPrefix(entry.Name(), ".") {
			found = append(found, entry.Name())
		}
	}
	if fmt.Sprint(found) != fmt.Sprint(r.files) {
		t.Errorf("there is %q, want %q", found, r.files)
	}
}

// bombs are the pictures that lie in the folder.
func bombs() map[string][]byte {
	return map[string][]byte{"bomb.png": corpus.Bomb(30000, 30000), "header.png": corpus.Bomb(60000, 60000), "bomb.webp": webpBomb()}
}

// webpBomb is a lossless WebP of 16384 x 16384 pixels in a few bytes.
func webpBomb() []byte {
	// Signature, 14 bits each of width and height less one, then a stream of
	// zeros, which is no complete picture.
	data := append([]byte{0x2f, 0xff, 0xff, 0xff, 0x0f}, make([]byte, 64)...)
	size := len(data)
	return append([]byte("RIFF"+le32(size+13)+"WEBPVP8L"+le32(size)), append(data, 0)...)
}

func le32(n int) string { return string([]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)}) }

// says is a backend that says one thing, on whatever path.
func says(status int, media string, write func(io.Writer)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", media)
		w.WriteHeader(status)
		write(w)
	}
}

func streams(write func(io.Writer)) http.HandlerFunc { return says(200, "text/event-stream", write) }
func object(write func(io.Writer)) http.HandlerFunc  { return says(200, "application/json", write) }

// repeated writes text n times, or until nobody listens.
func repeated(w io.Writer, text string, n int) {
	block := max(1, min(n, 64<<10/len(text)))
	whole := []byte(strings.Repeat(text, block))
	for ; n > 0; n -= block {
		if _, err := w.Write(whole[:min(n, block)*len(text)]); err != nil {
			return
		}
	}
}

const endless = 1 << 40

// around writes text before and after what it is given.
func around(before, text string, n int, after string) func(io.Writer) {
	return func(w io.Writer) {
		_, _ = io.WriteString(w, before)
		repeated(w, text, n)
		_, _ = io.WriteString(w, after)
	}
}

// rawly takes the connection over.
func rawly(write func(io.Writer)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		write(conn)
	}
}
