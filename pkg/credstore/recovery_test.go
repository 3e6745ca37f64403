package credstore

import (
	"bytes"
	"os"
	"testing"

	"github.com/codexgen/codexgen/pkg/auth"
)

func openStore(t *testing.T, p *Profiles, name string) *Store {
	t.Helper()
	store, err := p.Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// rescueSomething puts a login into the recovery file, as after a refresh that
// could not be stored.
func rescueSomething(t *testing.T, p *Profiles, name string) auth.Login {
	t.Helper()
	store := openStore(t, p, name)
	unlock, err := store.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if err := store.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	rescued := loginOf("rescued"+canary, 6000)
	if err := store.Rescue(rescued); err != nil {
		t.Fatal(err)
	}
	return rescued
}

func TestRecovery(t *testing.T) {
	for _, kind := range []Kind{InKeyring, InFile} {
		ring := newMemory("windows")
		p := profilesOn(t, ring)
		keepLogin(t, p, "x", kind, loginOf("old", 6000))
		rescued := rescueSomething(t, p, "x")
		file := openStore(t, p, "x").recovery
		sealed, err := file.read()
		if err != nil || bytes.Contains(sealed, []byte(canary)) || bytes.Contains(sealed, []byte("acc")) {
			t.Errorf("%s: it is not sealed: %v", kind, err)
		}
		wantLogin(t, p, "x", rescued)
		if _, err := os.Stat(file.path()); err == nil {
			t.Errorf("%s: the file is still there", kind)
		}
		wantLogin(t, p, "x", rescued) // now from its store
	}
}

// The keyring still takes nothing: the rescued login is used, and stays where
// it is.
func TestRecoveryWhileTheStoreFails(t *testing.T) {
	ring := newMemory("linux")
	p := profilesOn(t, ring)
	keepLogin(t, p, "x", InKeyring, loginOf("old", 10))
	rescued := rescueSomething(t, p, "x")
	ring.onlyReads = true
	for range 2 {
		wantLogin(t, p, "x", rescued)
	}
	ring.onlyReads = false
	wantLogin(t, p, "x", rescued)
	if got := filesOf(t, p.folder); len(got) != 0 {
		t.Errorf("left: %v", got)
	}
}

// While another process holds the profile the rescued login is used, and that
// process stores it.
func TestRecoveryWhileLocked(t *testing.T) {
	p := profilesOn(t, newMemory("linux"))
	keepLogin(t, p, "x", InKeyring, loginOf("old", 10))
	rescued := rescueSomething(t, p, "x")
	other := openStore(t, p, "x")
	unlock, err := other.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	wantLogin(t, p, "x", rescued)
	if got := filesOf(t, p.folder); len(got) != 1 {
		t.Errorf("it was stored over another process: %v", got)
	}
	if got, err := other.Load(t.Context()); err != nil || got.Access != rescued.Access {
		t.Errorf("%v, %v", got, err)
	}
	if got := filesOf(t, p.folder); len(got) != 0 {
		t.Errorf("left: %v", got)
	}
}

// A recovery file that does not follow what is stored, or opens with no key of
// ours, is not believed, and the next time it goes.
func TestRecoveryNotBelieved(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, p *Profiles){
		"a newer login was stored": func(t *testing.T, p *Profiles) {
			keepLogin(t, p, "x", InKeyring, loginOf("before", 10))
			rescueSomething(t, p, "x")
			store := openStore(t, p, "x")
			sealed, err := store.recovery.read()
			if err != nil {
				t.Fatal(err)
			}
			keepLogin(t, p, "x", InKeyring, loginOf("stored", 10))
			if err := store.recovery.write(sealed); err != nil {
				t.Fatal(err)
			}
		},
		"of another profile": func(t *testing.T, p *Profiles) {
			keepLogin(t, p, "y", InKeyring, loginOf("old", 10))
			rescueSomething(t, p, "y")
			if err := os.Rename(openStore(t, p, "y").recovery.path(), openStore(t, p, "x").recovery.path()); err != nil {
				t.Fatal(err)
			}
		},
		"cut":   func(t *testing.T, p *Profiles) { rewriteRecovery(t, p, func(b []byte) []byte { return b[:len(b)/2] }) },
		"empty": func(t *testing.T, p *Profiles) { rewriteRecovery(t, p, func([]byte) []byte { return nil }) },
		"the mark": func(t *testing.T, p *Profiles) {
			rewriteRecovery(t, p, func([]byte) []byte { return []byte(recoveryMark) })
		},
		"one bit": func(t *testing.T, p *Profiles) {
			rewriteRecovery(t, p, func(b []byte) []byte { b[len(b)-1] ^= 1; return b })
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := profilesOn(t, newMemory("linux"))
			keepLogin(t, p, "x", InKeyring, loginOf("stored", 10))
			rescueSomething(t, p, "x")
			spoil(t, p)
			wantLogin(t, p, "x", loginOf("stored", 10))
			if got := filesOf(t, p.folder); len(got) != 0 {
				t.Errorf("left: %v", got)
			}
		})
	}
}

func rewriteRecovery(t *testing.T, p *Profiles, change func([]byte) []byte) {
	t.Helper()
	file := openStore(t, p, "x").recovery
	sealed, err := file.read()
	if err != nil {
		t.Fatal(err)
	}
	if err := file.write(change(sealed)); err != nil {
		t.Fatal(err)
	}
}

// The key is read before the refresh token is spent: without that there is no
// file that the next run could not open.
func TestRescueNeedsReady(t *testing.T) {
	p := profilesOn(t, newMemory("linux"))
	keepLogin(t, p, "x", InKeyring, loginOf("old", 10))
	store := openStore(t, p, "x")
	if err := store.Rescue(loginOf("new", 10)); faultOf(err) != Unusable {
		t.Error(err)
	}
	if got := filesOf(t, p.folder); len(got) != 0 {
		t.Errorf("left: %v", got)
	}
	ring := newMemory("linux")
	p.entries = ring
	keepLogin(t, p, "x", InKeyring, loginOf("old", 10))
	ring.onlyReads = true
	if err := openStore(t, p, "x").Ready(t.Context()); err == nil {
		t.Error("a store that takes nothing is ready")
	}
}

// A save that succeeds takes away a recovery file of before.
func TestSaveOvertakesRecovery(t *testing.T) {
	p := profilesOn(t, newMemory("linux"))
	keepLogin(t, p, "x", InKeyring, loginOf("old", 10))
	rescueSomething(t, p, "x")
	if err := openStore(t, p, "x").Save(t.Context(), loginOf("new", 10)); err != nil {
		t.Fatal(err)
	}
	if got := filesOf(t, p.folder); len(got) != 0 {
		t.Errorf("left: %v", got)
	}
	wantLogin(t, p, "x", loginOf("new", 10))
}
