package credstore

import (
	"strings"
	"testing"
)

// places are the stores in which there is anything of a profile.
func places(t *testing.T, p *Profiles, ring *memory) (kinds []Kind) {
	t.Helper()
	if len(ring.held) > 0 {
		kinds = append(kinds, InKeyring)
	}
	if len(filesOf(t, p.folder)) > 0 {
		kinds = append(kinds, InFile)
	}
	return kinds
}

// KR-9: whatever call is the last before a crash on the way to another store,
// the old login or the new one is there, and the next run finishes: one store
// has it, no other.
func TestKR09MoveCrash(t *testing.T) {
	for _, way := range [][2]Kind{{InKeyring, InFile}, {InFile, InKeyring}} {
		for name, happens := range map[string]bool{"before": false, "after": true} {
			for k, last := 1, false; !last; k++ {
				ring := newMemory("windows")
				p := profilesOn(t, ring)
				keepLogin(t, p, "x", way[0], loginOf("old", 6000))
				ring.calls, ring.fault = 0, func(c int) (bool, bool) { return c >= k, c < k || c == k && happens }
				leftover, err := p.Login(t.Context(), Profile{Name: "x", Store: way[1]}, loginOf("new", 6000))
				last, ring.fault = ring.calls < k, nil
				if leftover != nil && faultOf(leftover) != Unwritable {
					t.Errorf("%v: %v", way, leftover)
				}
				profile, getErr := p.Get("x")
				want := loginOf("old", 6000)
				if profile.Store == way[1] {
					want = loginOf("new", 6000)
				}
				wantLogin(t, p, "x", want)
				if got := places(t, p, ring); getErr != nil || len(got) != 1 || got[0] != profile.Store || err == nil && profile.Store != way[1] {
					t.Fatalf("%v, crash %s call %d: in %v, listed in %s, %v, %v", way, name, k, got, profile.Store, err, getErr)
				}
			}
		}
	}
}

// What could not be removed is named with its place, and is gone once the
// keyring answers again.
func TestKR09Leftover(t *testing.T) {
	ring := newMemory("linux")
	p := profilesOn(t, ring)
	keepLogin(t, p, "x", InKeyring, loginOf("x", 10))
	ring.fault = func(int) (bool, bool) { return true, false }
	leftover, err := p.Login(t.Context(), Profile{Name: "x", Store: InFile}, loginOf("x", 10))
	if err != nil || leftover == nil || !strings.Contains(leftover.Error(), "keyring (service codexgen, entry x)") {
		t.Errorf("%v, %v", leftover, err)
	}
	wantLogin(t, p, "x", loginOf("x", 10)) // the keyring still fails
	if got := places(t, p, ring); len(got) != 2 {
		t.Errorf("in %v", got)
	}
	ring.fault = nil
	wantLogin(t, p, "x", loginOf("x", 10))
	if got := places(t, p, ring); len(got) != 1 || got[0] != InFile {
		t.Errorf("in %v", got)
	}
}

// A new login in another store takes the old one away; one that fails does
// not. A first one that fails leaves no profile.
func TestLoginElsewhere(t *testing.T) {
	ring := newMemory("windows")
	p := profilesOn(t, ring)
	keepLogin(t, p, "x", InKeyring, loginOf("old", 6000))
	keepLogin(t, p, "x", InFile, loginOf("new", 6000))
	wantLogin(t, p, "x", loginOf("new", 6000))
	if got := places(t, p, ring); len(got) != 1 || got[0] != InFile {
		t.Errorf("in %v", got)
	}
	ring.calls, ring.fault = 0, func(c int) (bool, bool) { return c > 3, c <= 3 }
	if _, err := p.Login(t.Context(), Profile{Name: "x", Store: InKeyring}, loginOf("newer", 6000)); err == nil {
		t.Error("it was stored")
	}
	if _, err := p.Login(t.Context(), Profile{Name: "y", Store: InKeyring}, loginOf("y", 6000)); err == nil {
		t.Error("it was stored")
	}
	ring.fault = nil
	wantLogin(t, p, "x", loginOf("new", 6000))
	if got := places(t, p, ring); len(got) != 1 || got[0] != InFile {
		t.Errorf("in %v", got)
	}
	if _, err := p.Get("y"); faultOf(err) != NotFound {
		t.Error(err)
	}
}
