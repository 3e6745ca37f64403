//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/sandbox"
)

func needTmux(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err == nil {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatal("tmux is missing; .ci/run installs it")
	}
	t.Skip("tmux is not installed; it is the terminal of this test")
}

// A terminal is one of tmux, with a home and a backend of its own; a login for
// that is in its environment.
type terminal struct {
	t      *testing.T
	folder string
	env    []string
}

func newTerminal(t *testing.T, config sandbox.Config) *terminal {
	t.Helper()
	server, err := sandbox.New(config)
	if err != nil {
		t.Fatal(err)
	}
	base, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	folder, err := os.MkdirTemp("", "tmux") // a socket's name is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return &terminal{t, folder, append(os.Environ(), "TMUX=", "HOME="+folder, "XDG_STATE_HOME="+folder, "XDG_CONFIG_HOME="+folder, "LC_ALL=C.UTF-8",
		"CODEXGEN_BASE_URL="+base, "CODEXGEN_ISSUER="+sandbox.IssuerURL(base), "CODEXGEN_ACCESS_TOKEN="+server.AccessToken(), "CODEXGEN_ACCOUNT_ID="+server.AccountID())}
}

// open begins a command in it, with more of an environment.
func (s *terminal) open(columns, rows int, env []string, command ...string) {
	s.t.Helper()
	s.env = append(s.env, env...)
	s.tmux(append([]string{"new-session", "-d", "-x", strconv.Itoa(columns), "-y", strconv.Itoa(rows)}, command...)...)
	s.t.Cleanup(func() { s.tmux("kill-server") })
}

func (s *terminal) tmux(args ...string) string {
	s.t.Helper()
	command := exec.Command("tmux", append([]string{"-u", "-f", os.DevNull, "-S", filepath.Join(s.folder, "s")}, args...)...)
	command.Dir, command.Env = s.folder, s.env
	out, err := command.CombinedOutput()
	if err != nil {
		s.t.Fatalf("tmux %s: %v\n%s", args[0], err, out)
	}
	return string(out)
}

// types keys; a line feed is the key for it.
func (s *terminal) types(keys string) {
	s.t.Helper()
	text, enter := strings.CutSuffix(keys, "\n")
	s.tmux("send-keys", "-l", text)
	if enter {
		s.tmux("send-keys", "Enter")
	}
}

// shows waits for words and returns the screen.
func (s *terminal) shows(words string) string {
	s.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 1500 {
		<-tick.C
		if screen := s.tmux("capture-pane", "-p", "-J"); strings.Contains(screen, words) {
			return screen
		}
	}
	s.t.Fatalf("no %q on the screen:\n%s", words, s.tmux("capture-pane", "-p", "-J"))
	return ""
}

// echoes checks that what is typed is shown again, and clears the screen.
func (s *terminal) echoes() {
	s.t.Helper()
	s.types("# still there")
	s.shows("# still there")
	s.types("\n")
	s.types("clear\n")
	s.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 1500 {
		<-tick.C
		if !strings.Contains(s.tmux("capture-pane", "-p", "-J"), "still there") {
			return
		}
	}
	s.t.Fatal("the screen was not cleared")
}
