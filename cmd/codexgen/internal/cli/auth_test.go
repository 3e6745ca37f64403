package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/auth"
	"github.com/codexgen/codexgen/pkg/credstore"
)

// Only somebody who can be seen at both ends is given the minute to unlock a
// keyring; a script waits the short while.
func TestTheKeyringWaitsForAPerson(t *testing.T) {
	for _, env := range []Env{{}, {StdinTTY: true}, {StderrTTY: true}, {StdinTTY: true, StderrTTY: true}} {
		var said bytes.Buffer
		env.Stderr = &said
		options := ringOptions(env)
		if options.Person != (env.StdinTTY && env.StderrTTY) || options.Patience != 0 {
			t.Errorf("stdin %t, stderr %t: %+v", env.StdinTTY, env.StderrTTY, options.Person)
		}
		options.Waiting()
		if !strings.Contains(said.String(), "waiting for the keyring") || strings.Count(said.String(), "\n") != 1 {
			t.Errorf("%q", said.String())
		}
	}
}

// Another account's login goes only if somebody says yes, and nobody is asked
// who cannot answer or whose line may be an address.
func TestAnotherAccountsLoginIsAskedAbout(t *testing.T) {
	login := func(account string) auth.Login {
		return auth.Login{Access: credstore.FromToken("x", "", "").Access, AccountID: account, Email: account + "@b.c\x1b[31m"}
	}
	lookup := func(string) (string, bool) { return "", false } // no display
	device := authLoginOptions{device: true}
	for name, row := range map[string]struct {
		options authLoginOptions
		tty     bool
		answer  string
		before  auth.Login
		asks    bool
		may     bool
	}{
		"no login":        {device, true, "", auth.Login{}, false, true},
		"the same":        {device, true, "", login("new"), false, true},
		"--yes":           {authLoginOptions{yes: true}, false, "", login("old"), false, true},
		"y":               {device, true, "y\n", login("old"), true, true},
		"YES":             {device, true, " YES \r\n", login("old"), true, true},
		"no":              {device, true, "n\n", login("old"), true, false},
		"a return":        {device, true, "\n", login("old"), true, false},
		"something else":  {device, true, "yesterday\n", login("old"), true, false},
		"nothing":         {device, true, "", login("old"), true, false},
		"a script":        {device, false, "y\n", login("old"), false, false},
		"with a token":    {authLoginOptions{withToken: true}, true, "y\n", login("old"), false, false},
		"pasting":         {authLoginOptions{noBrowser: true}, true, "y\n", login("old"), false, false},
		"without browser": {authLoginOptions{}, true, "y\n", login("old"), false, false},
	} {
		if name == "without browser" && (runtime.GOOS == "darwin" || runtime.GOOS == "windows") {
			continue // there is one always
		}
		var said bytes.Buffer
		env := Env{Stdin: strings.NewReader(row.answer), Stderr: &said, StdinTTY: row.tty, LookupEnv: lookup}
		err := mayReplace(t.Context(), env, row.options, credstore.Profile{Name: "p"}, row.before, login("new"))
		if (err == nil) != row.may || err != nil && exitCode(err) != 2 {
			t.Errorf("%s: %v", name, err)
		}
		if asked := strings.Contains(said.String(), "[y/N]"); asked != row.asks || strings.Contains(said.String(), "\x1b") {
			t.Errorf("%s: %q", name, said.String())
		}
	}
}

// Ctrl-C ends the question, so that the sign-in can be ended at its issuer.
func TestTheQuestionEndsWithTheRun(t *testing.T) {
	in, typist := io.Pipe()
	defer typist.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(ErrInterrupted)
	env := Env{Stdin: in, Stderr: io.Discard, StdinTTY: true}
	before, after := credstore.FromToken("old", "a", ""), credstore.FromToken("new", "b", "")
	err := mayReplace(ctx, env, authLoginOptions{device: true}, credstore.Profile{Name: "p"},
		auth.Login{Access: before.Access, AccountID: before.AccountID}, auth.Login{Access: after.Access, AccountID: after.AccountID})
	if !errors.Is(err, ErrInterrupted) {
		t.Error(err)
	}
}
