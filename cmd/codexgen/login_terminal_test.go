//go:build unix

package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/sandbox"
)

// TestLoginInATerminal pastes an address as a person does: it is not shown,
// and the terminal has its echo back, also when nothing is pasted in the end.
func TestLoginInATerminal(t *testing.T) {
	needTmux(t)
	term := newTerminal(t)

	term.types("codexgen auth login --no-browser --store file\n")
	landing := term.landing()
	term.types("nonsense\n")
	term.shows("try again")
	term.types(landing + "\n")
	screen := term.shows("Logged in as sandbox@example.invalid")
	code := regexp.MustCompile(`code=([^&]+)`).FindStringSubmatch(landing)[1]
	if strings.Contains(screen, code) || strings.Contains(screen, "nonsense") {
		t.Errorf("what was pasted is on the screen:\n%s", screen)
	}
	term.echoes()

	// the browser comes back by itself while the terminal waits for a line
	term.types("codexgen auth login --no-browser --store file --profile tunnel\n")
	response, err := http.Get(term.landing())
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	term.shows("Logged in as sandbox@example.invalid")
	term.echoes()

	// Ctrl-C while it waits
	term.types("codexgen auth login --no-browser --store file --profile none\n")
	term.landing()
	term.tmux("send-keys", "C-c")
	term.shows("codexgen: interrupted")
	term.echoes()

	// a terminal is not shown a token
	term.types("codexgen auth token\n")
	term.shows("auth token would show the token on the terminal, where it stays")
	term.types("codexgen auth login --with-token --store file\n")
	term.shows("access token (it is not shown):")
	term.types("secret-token-of-another\n")
	if screen := term.shows("nothing was changed"); strings.Contains(screen, "secret-token-of-another") {
		t.Errorf("the token is on the screen:\n%s", screen)
	}
	term.echoes()
}

// A terminal runs a shell; each step begins with an empty screen.
type terminal struct {
	t      *testing.T
	folder string
	env    []string
}

func newTerminal(t *testing.T) *terminal {
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
	folder, err := os.MkdirTemp("", "tmux") // a socket's name is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	term := &terminal{t: t, folder: folder, env: append(os.Environ(), "TMUX=", "HOME="+folder, "XDG_STATE_HOME="+folder, "XDG_CONFIG_HOME="+folder, "LC_ALL=C.UTF-8", "PS1=$ ",
		"CODEXGEN_ACCESS_TOKEN=", "CODEXGEN_BASE_URL="+base, "CODEXGEN_ISSUER="+sandbox.IssuerURL(base))}
	term.tmux("new-session", "-d", "-x", "1000", "-y", "60", "sh")
	t.Cleanup(func() { term.tmux("kill-server") })
	return term
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

var signInPage = regexp.MustCompile(`http://\S+/oauth/authorize\?\S+`)

// landing waits for the prompt, and approves on another machine.
func (s *terminal) landing() string {
	s.t.Helper()
	screen := s.shows("address:")
	landing, err := decide(&http.Client{Timeout: 20 * time.Second}, "approve", signInPage.FindString(screen))
	if err != nil {
		s.t.Fatal(err)
	}
	return landing
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
