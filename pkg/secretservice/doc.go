// Package secretservice gives tests a keyring of their own: a session bus in a
// new folder, and on it the real gnome-keyring or a stand-in that does one
// thing wrong. Nothing of the user's session is touched, and all of it ends
// with Close.
//
// It is for tests alone: the program reaches a keyring through pkg/credstore.
package secretservice

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// programs are what a real keyring needs, and the Debian packages they are in.
var programs = [...][2]string{{"dbus-daemon", "dbus"}, {"dbus-monitor", "dbus"}, {"gnome-keyring-daemon", "gnome-keyring"}}

// Missing names the programs that are not installed here.
func Missing() error {
	var all []error
	for _, program := range programs {
		if _, err := exec.LookPath(program[0]); err != nil {
			all = append(all, fmt.Errorf("no %s here (Debian package %s)", program[0], program[1]))
		}
	}
	return errors.Join(all...)
}

// Need skips a test where programs are missing; in CI it fails.
func Need(t testing.TB) {
	t.Helper()
	err := Missing()
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		t.Fatal(err)
	default:
		t.Skip(err)
	}
}

// Start gives a test an unlocked keyring.
func Start(t testing.TB, o Options) *Keyring {
	t.Helper()
	Need(t)
	k, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	})
	return k
}
