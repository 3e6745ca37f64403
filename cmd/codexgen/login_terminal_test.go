//go:build unix

package main

import (
	"net/http"
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
	term := newTerminal(t, sandbox.Config{Pace: time.Millisecond})
	term.open(1000, 60, []string{"PS1=$ ", "CODEXGEN_ACCESS_TOKEN="}, "sh")

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
