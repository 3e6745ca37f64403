package cli

import (
	"bytes"
	"strings"
	"testing"
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
