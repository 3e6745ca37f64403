package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/sandbox"
	"github.com/codexgen/codexgen/pkg/secretservice"
)

func buildProgram(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "codexgen")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// A desk is a person's machine: a keyring, an issuer, and codexgen signing in.
type desk struct {
	t       *testing.T
	program string
	folder  string
	ring    *secretservice.Keyring
	base    string
	polls   atomic.Int64
	log     lockedBuffer
	signIn  *exec.Cmd
}

type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func newDesk(t *testing.T, program string) *desk {
	t.Helper()
	d := &desk{t: t, program: program, folder: t.TempDir(), ring: secretservice.Start(t, secretservice.Options{})}
	server, err := sandbox.New(sandbox.Config{Pace: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	counted := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/deviceauth/token") {
			d.polls.Add(1)
		}
		server.ServeHTTP(w, r)
	})
	d.base = "http://" + d.serve("127.0.0.1:0", counted)
	t.Cleanup(func() { _ = server.Close() })
	script := "#!/bin/sh\nprintf '%s' \"$1\" > " + d.folder + "/opening && mv " + d.folder + "/opening " + d.folder + "/opened\n"
	if err := os.WriteFile(filepath.Join(d.folder, "xdg-open"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return d
}

// serve answers at an address until the test ends.
func (d *desk) serve(address string, handler http.Handler) string {
	d.t.Helper()
	listener, err := net.Listen("tcp4", address)
	if err != nil {
		d.t.Fatal(err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	d.t.Cleanup(func() { _ = server.Close(); <-done })
	return listener.Addr().String()
}

// occupy is another program on a port, which counts what it is asked.
func (d *desk) occupy(port int) *atomic.Int64 {
	d.t.Helper()
	asked := new(atomic.Int64)
	d.serve(fmt.Sprintf("127.0.0.1:%d", port), http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	return asked
}

func (d *desk) free(port int) {
	d.t.Helper()
	listener, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		d.t.Fatal(err)
	}
	_ = listener.Close()
}

func (d *desk) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(d.t.Context(), d.program, args...)
	cmd.Dir = d.folder
	cmd.Env = append(d.ring.Env(), "PATH="+d.folder+":"+os.Getenv("PATH"), "HOME="+d.folder, "DISPLAY=:0",
		"CODEXGEN_ISSUER="+d.base, "CODEXGEN_BASE_URL="+d.base+"/backend-api/codex")
	return cmd
}

// login starts a sign-in.
func (d *desk) login(args ...string) {
	d.t.Helper()
	d.signIn = d.command(append([]string{"auth", "login"}, args...)...)
	d.signIn.Stderr = &d.log
	if err := d.signIn.Start(); err != nil {
		d.t.Fatal(err)
	}
}

// until waits for something to happen.
func (d *desk) until(what string, happened func() bool) {
	d.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for start := time.Now(); !happened(); <-tick.C {
		if time.Since(start) > time.Minute {
			d.t.Fatalf("%s: not within a minute\n%s", what, d.log.String())
		}
	}
}

// opened is the page that codexgen has opened.
func (d *desk) opened() (address string) {
	d.t.Helper()
	d.until("a page is opened", func() bool {
		content, err := os.ReadFile(filepath.Join(d.folder, "opened"))
		address = string(content)
		return err == nil
	})
	return address
}

// await waits for what codexgen says.
func (d *desk) await(words *regexp.Regexp) (found string) {
	d.t.Helper()
	d.until(words.String(), func() bool {
		match := words.FindStringSubmatch(d.log.String())
		if match != nil {
			found = match[1]
		}
		return match != nil
	})
	return found
}

func (d *desk) polled(times int64) {
	d.t.Helper()
	d.until("it asks again", func() bool { return d.polls.Load() >= times })
}

func (d *desk) ends(code int) {
	d.t.Helper()
	ended := make(chan struct{})
	go func() { _ = d.signIn.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		_ = d.signIn.Process.Signal(syscall.SIGQUIT)
		<-ended
	}
	if got := d.signIn.ProcessState.ExitCode(); got != code {
		d.t.Fatalf("exit %d, want %d\n%s", got, code, d.log.String())
	}
}

// keeps checks how many entries are in the keyring.
func (d *desk) keeps(entries int) {
	d.t.Helper()
	if items, err := d.ring.Items(); len(items) != entries || err != nil {
		d.t.Errorf("the keyring has %q, %v", items, err)
	}
}

// works makes an image with the login in the keyring.
func (d *desk) works() {
	d.t.Helper()
	d.keeps(1)
	out, err := d.command("auth", "status").Output()
	if err != nil || !strings.Contains(string(out), "the keyring (service codexgen, entry default)") {
		d.t.Errorf("%v\n%s", err, out)
	}
	picture := d.command("gen", "a cat", "-o", "cat.png", "-q")
	var log bytes.Buffer
	picture.Stdout, picture.Stderr = io.Discard, &log
	if err := picture.Run(); err != nil {
		d.t.Errorf("%v\n%s", err, log.String())
	}
	if _, err := os.Stat(filepath.Join(d.folder, "cat.png")); err != nil {
		d.t.Error(err)
	}
}

// redirectOf is where a sign-in page sends the browser.
func redirectOf(t *testing.T, address string) string {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r.URL.Query().Get("redirect_uri")
}
