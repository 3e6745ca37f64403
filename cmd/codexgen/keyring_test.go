package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/codexgen/codexgen/pkg/secretservice"
)

// ringBox holds a script's keyring.
type ringBox struct{ keyring *secretservice.Keyring }

type ringKey struct{}

// ring gives a script the real keyring, on a session bus of its own: ring
// start, ring lock, ring items N, ring nosecret WORD.
func ring(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: ring start | lock | items N | nosecret WORD")
	}
	if args[0] == "start" {
		startRing(ts)
		return
	}
	keyring := ts.Value(ringKey{}).(*ringBox).keyring
	if keyring == nil {
		ts.Fatalf("there is no ring yet")
	}
	switch args[0] {
	case "lock":
		ts.Check(keyring.Lock())
	case "items":
		items, err := keyring.Items()
		ts.Check(err)
		if len(items) != len(args)-1 || !slices.EqualFunc(items, args[1:], strings.Contains) {
			ts.Fatalf("the keyring holds %q", items)
		}
	case "nosecret":
		if keyring.Holds(args[1]) {
			ts.Fatalf("a file of the keyring holds %s", args[1])
		}
	default:
		ts.Fatalf("no such thing: ring %s", args[0])
	}
}

func startRing(ts *testscript.TestScript) {
	keyring, err := secretservice.Open(secretservice.Options{})
	ts.Check(err)
	ts.Defer(func() { ts.Check(keyring.Close()) })
	ts.Value(ringKey{}).(*ringBox).keyring = keyring
	ts.Setenv("DBUS_SESSION_BUS_ADDRESS", keyring.Address())
}

// conditions of scripts: [keyring] is that there can be one here, which is a
// must in CI.
func condition(name string) (bool, error) {
	if name != "keyring" {
		return false, fmt.Errorf("unknown condition %q", name)
	}
	err := secretservice.Missing()
	if os.Getenv("CI") != "" {
		return true, err
	}
	return err == nil, nil
}
