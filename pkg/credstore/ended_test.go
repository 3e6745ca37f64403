package credstore

import (
	"bytes"
	"crypto/sha256"
	"os"
	"testing"
)

// What is remembered of a login that is over is bound to that login, tells
// nothing of it, and goes with it.
func TestEnded(t *testing.T) {
	for _, kind := range []Kind{InKeyring, InFile} {
		p := profilesOn(t, newMemory("windows"))
		login := loginOf("over"+canary, 6000)
		keepLogin(t, p, "x", kind, login)
		store := openStore(t, p, "x")
		if err := store.End(login, "unread"); err != nil || store.Ended(login) != "" {
			t.Errorf("%s: remembered without a key: %v", kind, err)
		}
		if _, err := store.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := store.End(login, "it was revoked"); err != nil {
			t.Fatal(err)
		}
		another := openStore(t, p, "x") // as another process
		if _, err := another.Load(t.Context()); err != nil || another.Ended(login) != "it was revoked" || another.Ended(loginOf("new", 6000)) != "" {
			t.Errorf("%s: %q, %v", kind, another.Ended(login), err)
		}
		text, err := store.endingFile().read()
		plain := sha256.Sum256([]byte(login.Refresh.Reveal()))
		if err != nil || bytes.Contains(text, []byte(canary)) || bytes.Contains(text, plain[:]) {
			t.Errorf("%s: %v in %s", kind, err, text)
		}
		keepLogin(t, p, "x", kind, loginOf("new", 6000))
		if _, err := os.Stat(store.endingFile().path()); err == nil {
			t.Errorf("%s: it outlives its login", kind)
		}
	}
}
