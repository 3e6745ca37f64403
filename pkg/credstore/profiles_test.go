package credstore

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestProfiles(t *testing.T) {
	ring := newMemory("windows")
	p := profilesOn(t, ring)
	if all, err := p.List(); err != nil || len(all) != 0 {
		t.Errorf("at first: %v, %v", all, err)
	}
	home, work := loginOf("home", 6000), loginOf("work", 6000)
	work.BaseURL, work.Issuer = "http://127.0.0.1:1/", "http://127.0.0.1:2/"
	keepLogin(t, p, "work", InFile, work)
	keepLogin(t, p, "home", InKeyring, home)
	wantLogin(t, p, "", work) // the first one is the current one
	wantLogin(t, p, "home", home)
	if err := p.Switch(t.Context(), "home"); err != nil {
		t.Fatal(err)
	}
	wantLogin(t, p, "", home)
	all, err := p.List()
	want := []Profile{
		{Name: "home", Store: InKeyring, BaseURL: home.BaseURL, Issuer: home.Issuer, Current: true},
		{Name: "work", Store: InFile, BaseURL: work.BaseURL, Issuer: work.Issuer},
	}
	if diff := cmp.Diff(want, all); diff != "" || err != nil {
		t.Error(err, diff)
	}
	if where := p.Where(all[0]); where != "the keyring (service codexgen, entry home)" {
		t.Error(where)
	}
	if where := p.Where(all[1]); !strings.Contains(where, filepath.Join("profile-work", "login.json")) {
		t.Error(where)
	}
	next := loginOf("next", 100)
	keepLogin(t, p, "work", InFile, next)
	wantLogin(t, p, "work", next)
	if err := p.Remove(t.Context(), "home"); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Get(""); faultOf(err) != NotFound || !strings.Contains(hintOf(err), "switch") {
		t.Errorf("without a current one: %v", err)
	}
	wantLogin(t, p, "work", next)
}

func TestProfileNames(t *testing.T) {
	p := profilesOn(t, newMemory("linux"))
	for _, name := range []string{"", ".", "..", "a/b", `a\b`, "A", "a:b", "-a", "a b", "ä", strings.Repeat("a", 33), "a\n", "con.txt"} {
		_, err := p.Login(t.Context(), Profile{Name: name, Store: InFile}, loginOf("x", 1))
		var typed *Error
		if !errors.As(err, &typed) || typed.Fault != BadName || typed.ExitCode() != 2 {
			t.Errorf("%q: %v", name, err)
		}
		if err := p.Switch(t.Context(), name); faultOf(err) != BadName {
			t.Errorf("switch to %q: %v", name, err)
		}
		if err := p.Remove(t.Context(), name); faultOf(err) != BadName {
			t.Errorf("remove %q: %v", name, err)
		}
	}
	if _, err := ParseKind("cloud"); faultOf(err) != BadName {
		t.Error(err)
	}
	if _, err := os.Stat(p.folder); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a folder was made")
	}
	for name, want := range map[string]string{"work": "--profile work", DefaultProfile: "codexgen auth login"} {
		_, err := p.Get(name)
		var typed *Error
		if !errors.As(err, &typed) || !typed.Missing || typed.ExitCode() != 3 || !strings.Contains(typed.Hint(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := p.Switch(t.Context(), "work"); faultOf(err) != NotFound {
		t.Error(err)
	}
}

func TestIndexDamaged(t *testing.T) {
	for name, row := range map[string]struct {
		content string
		want    Fault
	}{
		"not JSON":        {`{"version":1,`, Damaged},
		"empty":           {``, Damaged},
		"no version":      {`{}`, Damaged},
		"later":           {`{"version":2,"profiles":[]}`, Newer},
		"a foreign name":  {`{"version":1,"profiles":{"../x":{"store":"file"}}}`, Damaged},
		"a foreign store": {`{"version":1,"profiles":{"x":{"store":"cloud"}}}`, Damaged},
		"too large":       {strings.Repeat(" ", maxRecord+1), Unusable},
	} {
		p := profilesOn(t, newMemory("linux"))
		if err := makePrivate(p.folder); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p.indexFile().path(), []byte(row.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := p.List(); faultOf(err) != row.want {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := p.Login(t.Context(), Profile{Name: "x", Store: InFile}, loginOf("x", 1)); faultOf(err) != row.want {
			t.Errorf("%s: login: %v", name, err)
		}
		if content, _ := os.ReadFile(p.indexFile().path()); string(content) != row.content {
			t.Errorf("%s: it was changed", name)
		}
		if got := filesOf(t, p.folder); len(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// KR-6: without a keyring nothing falls back by itself, and nothing of the
// login gets to the disk. Try says so before somebody signs in.
func TestKR06NoSilentFallback(t *testing.T) {
	for _, fault := range []Fault{Unavailable, Locked, Timeout} {
		ring := newMemory("linux")
		ring.fault = func(int) (bool, bool) { return true, false }
		ring.err = &Error{Fault: fault, Reason: "no keyring", Advice: adviceNoKeyring}
		p := profilesOn(t, ring)
		profile := Profile{Name: "default", Store: InKeyring}
		if err := p.Try(t.Context(), profile); faultOf(err) != fault {
			t.Errorf("%s: %v", fault, err)
		}
		_, err := p.Login(t.Context(), profile, loginOf(canary, 10))
		var typed *Error
		if !errors.As(err, &typed) || typed.Fault != fault || typed.Missing || typed.ExitCode() != 3 ||
			!strings.Contains(typed.Hint(), "--store file") || !strings.Contains(typed.Hint(), "CODEXGEN_ACCESS_TOKEN") {
			t.Errorf("%s: %v", fault, err)
		}
		if holds(t, p.folder, canary) || len(filesOf(t, p.folder)) != 0 {
			t.Errorf("%s: something is on the disk", fault)
		}
		if all, err := p.List(); err != nil || len(all) != 0 {
			t.Errorf("%s: a profile is listed: %v, %v", fault, all, err)
		}
	}
}

// Try writes to the store that the login would go to, and leaves nothing.
func TestTry(t *testing.T) {
	ring := newMemory("windows")
	p := profilesOn(t, ring)
	for _, kind := range []Kind{InKeyring, InFile} {
		if err := p.Try(t.Context(), Profile{Name: "x", Store: kind}); err != nil {
			t.Error(err)
		}
	}
	ring.fault = func(call int) (bool, bool) { return call == 6, call != 6 } // the second read, trial and its removal
	if err := p.Try(t.Context(), Profile{Name: "x", Store: InKeyring}); faultOf(err) != Unavailable {
		t.Error(err)
	}
	ring.fault = nil
	if got := slices.Sorted(maps.Keys(ring.held)); len(got) > 1 || len(filesOf(t, p.folder)) != 0 {
		t.Errorf("left: %v, %v", got, filesOf(t, p.folder))
	}
	keepLogin(t, p, "x", InKeyring, loginOf("x", 10))
	if err := p.Remove(t.Context(), "x"); err != nil || len(ring.held) != 0 {
		t.Errorf("%v, left: %v", err, slices.Sorted(maps.Keys(ring.held)))
	}
	keepLogin(t, p, "y", InFile, loginOf("y", 10))
	if err := p.Try(t.Context(), Profile{Name: "y", Store: InFile}); err != nil {
		t.Error(err)
	}
	wantLogin(t, p, "y", loginOf("y", 10))
}

// KR-8: a profile leaves nothing in any store that it was ever in, and going
// twice is no error.
func TestKR08Logout(t *testing.T) {
	for _, kinds := range [][]Kind{{InKeyring}, {InFile}, {InKeyring, InFile}, {InFile, InKeyring}} {
		ring := newMemory("darwin")
		p := profilesOn(t, ring)
		for _, kind := range kinds {
			keepLogin(t, p, "x", kind, loginOf(canary, 9000))
		}
		rescueSomething(t, p, "x")
		for range 2 {
			if err := p.Remove(t.Context(), "x"); err != nil {
				t.Errorf("%v: %v", kinds, err)
			}
		}
		if len(ring.held) != 0 || len(filesOf(t, p.folder)) != 0 || holds(t, p.folder, canary) {
			t.Errorf("%v: left: %v, %v", kinds, slices.Sorted(maps.Keys(ring.held)), filesOf(t, p.folder))
		}
		if _, err := p.Get("x"); faultOf(err) != NotFound {
			t.Errorf("%v: %v", kinds, err)
		}
	}
}

// A keyring that does not answer keeps no file from being removed, and the
// profile is listed until all is gone.
func TestKR08LogoutWithoutKeyring(t *testing.T) {
	ring := newMemory("linux")
	p := profilesOn(t, ring)
	keepLogin(t, p, "x", InKeyring, loginOf("old", 10))
	ring.fault = func(call int) (bool, bool) { return true, false }
	if _, err := p.Login(t.Context(), Profile{Name: "x", Store: InFile}, loginOf(canary, 10)); err != nil {
		t.Fatal(err)
	}
	if err := p.Remove(t.Context(), "x"); faultOf(err) != Unavailable {
		t.Error(err)
	}
	if holds(t, p.folder, canary) {
		t.Error("the file is still there")
	}
	ring.fault = nil
	if err := p.Remove(t.Context(), "x"); err != nil || len(ring.held) != 0 {
		t.Errorf("%v, left: %v", err, ring.held)
	}
}

// KR-12: a locked keyring is not "not logged in".
func TestKR12Locked(t *testing.T) {
	ring := newMemory("linux")
	p := profilesOn(t, ring)
	keepLogin(t, p, "x", InKeyring, loginOf("x", 10))
	ring.fault, ring.err = func(int) (bool, bool) { return true, false }, &Error{Fault: Locked, Reason: "the keyring is locked"}
	store, err := p.Open(t.Context(), "")
	if err != nil {
		t.Fatal("opening asks no keyring:", err)
	}
	_, err = store.Load(t.Context())
	var typed *Error
	if !errors.As(err, &typed) || typed.Missing || typed.ErrorType() != "keyring_locked" || typed.ExitCode() != 3 {
		t.Error(err)
	}
	if all, err := p.List(); err != nil || len(all) != 1 {
		t.Errorf("the list needs no keyring: %v, %v", all, err)
	}
}

// What a writer that was killed has left may hold a login in part: the next
// write removes it.
func TestKR07LeftoverOfAWriter(t *testing.T) {
	p := profilesOn(t, newMemory("linux"))
	keepLogin(t, p, "x", InFile, loginOf("x", 10))
	keepLogin(t, p, "y", InFile, loginOf("y", 10))
	for folder, write := range map[string]func() error{
		p.profileFolder("x"): func() error { return openStore(t, p, "x").Save(t.Context(), loginOf("z", 10)) },
		p.folder:             func() error { return p.Switch(t.Context(), "y") },
	} {
		if err := os.WriteFile(filepath.Join(folder, ".codexgen-KILLED.part"), []byte(canary), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := write(); err != nil || holds(t, p.folder, canary) {
			t.Errorf("%v, left: %v", err, filesOf(t, p.folder))
		}
	}
}
