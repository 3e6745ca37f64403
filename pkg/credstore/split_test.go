package credstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/codexgen/codexgen/pkg/auth"
	"github.com/codexgen/codexgen/pkg/internal/redact"
)

// memory is a keyring with the limit of a platform, at whose calls something
// can go wrong.
type memory struct {
	system string
	held   map[string]string
	calls  int
	fault  func(call int) (fails, happens bool)
	err    error  // of a call that fails; nil is errInjected
	before func() // runs before each call

	onlyReads bool // all writes fail
}

func newMemory(system string) *memory { return &memory{system: system, held: map[string]string{}} }

var errInjected = &Error{Fault: Unavailable, Reason: "injected"}

func (m *memory) call(do func()) error {
	if m.before != nil {
		m.before()
	}
	m.calls++
	fails, happens := false, true
	if m.fault != nil {
		fails, happens = m.fault(m.calls)
	}
	if happens {
		do()
	}
	if fails && m.err != nil {
		return m.err
	}
	if fails {
		return errInjected
	}
	return nil
}

func (m *memory) Get(_ context.Context, user string) (secret string, err error) {
	ok := false
	if err := m.call(func() { secret, ok = m.held[user] }); err != nil {
		return "", err
	}
	if !ok {
		return "", &Error{Fault: NotFound, Missing: true}
	}
	return secret, nil
}

func (m *memory) Set(_ context.Context, user, secret string) error {
	if most := m.MaxBytes(user); most > 0 && len(secret) > most {
		return errors.New("too large for this platform")
	}
	if m.onlyReads {
		return errInjected
	}
	return m.call(func() { m.held[user] = secret })
}

func (m *memory) Delete(_ context.Context, user string) error {
	return m.call(func() { delete(m.held, user) })
}

func (m *memory) MaxBytes(user string) int { return entryMax(m.system, Service, user) }

func loginOf(token string, size int) auth.Login {
	return auth.Login{Access: redact.NewSecret(token + strings.Repeat("x", size)), Refresh: redact.NewSecret("rt-" + token),
		AccountID: "acc", Email: "ä@example.org", Plan: "plus", Created: time.Unix(1700000000, 0).UTC(), Issuer: "https://auth.openai.com", BaseURL: "https://chatgpt.com/backend-api/codex"}
}

func same(t *testing.T, got, want auth.Login) {
	t.Helper()
	if got.Access.Reveal() != want.Access.Reveal() || got.Refresh.Reveal() != want.Refresh.Reveal() {
		t.Error("another login")
	}
	got.Access, want.Access, got.Refresh, want.Refresh = redact.Secret{}, redact.Secret{}, redact.Secret{}, redact.Secret{}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(redact.Secret{})); diff != "" {
		t.Error(diff)
	}
}

func encoded(t *testing.T, login auth.Login) []byte {
	t.Helper()
	text, err := record{login: login, key: bytes.Repeat([]byte{7}, keySize)}.encode()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// documented are the entries that a profile may have.
func documented(name string) bool {
	return name == "default" || strings.HasPrefix(name, "default:a") || strings.HasPrefix(name, "default:b")
}

// KR-4: a login of 6 kB and one of 64 kB on each platform, again and again,
// also smaller and larger ones in turn. Nothing is left but the newest.
func TestKR04SizeLimits(t *testing.T) {
	for _, system := range []string{"windows", "darwin", "linux"} {
		ring := newMemory(system)
		vault := split{ring, "default"}
		for round, size := range []int{6000, 6000, 64 << 10, 100, 6000, 2000, 64 << 10} {
			want := encoded(t, loginOf(fmt.Sprint("token", round), size))
			if err := vault.write(t.Context(), want); err != nil {
				t.Fatalf("%s, %d bytes: %v", system, size, err)
			}
			got, err := vault.read(t.Context())
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s, %d bytes: %v", system, size, err)
			}
			stored := 0
			for name, secret := range ring.held {
				if !documented(name) {
					t.Errorf("%s: an entry %q", system, name)
				}
				stored += len(secret)
			}
			if stored > len(want)+200 {
				t.Errorf("%s, %d bytes: %d are stored", system, len(want), stored)
			}
		}
		if err := vault.remove(t.Context()); err != nil || len(ring.held) != 0 {
			t.Errorf("%s: %v, left: %v", system, err, slices.Collect(maps.Keys(ring.held)))
		}
	}
}

// KR-5: whatever call fails, or is the last before a crash, in whatever order
// sizes come: the old login or the new one is there, whole, and the next
// success leaves no orphans.
func TestKR05FaultAtEveryCall(t *testing.T) {
	faults := map[string]func(k int) func(int) (bool, bool){
		"fails":           func(k int) func(int) (bool, bool) { return func(c int) (bool, bool) { return c == k, c != k } },
		"done, but fails": func(k int) func(int) (bool, bool) { return func(c int) (bool, bool) { return c == k, true } },
		"crash before":    func(k int) func(int) (bool, bool) { return func(c int) (bool, bool) { return c >= k, c < k } },
		"crash after":     func(k int) func(int) (bool, bool) { return func(c int) (bool, bool) { return c >= k, c <= k } },
	}
	for _, system := range []string{"windows", "darwin", "linux"} {
		for _, sizes := range [][2]int{{6000, 6000}, {100, 6000}, {6000, 100}, {20000, 6000}, {6000, 20000}, {100, 100}} {
			old, next, last := encoded(t, loginOf("old", sizes[0])), encoded(t, loginOf("new", sizes[1])), encoded(t, loginOf("last", sizes[0]))
			for name, fault := range faults {
				for k, through := 1, false; !through; k++ {
					ring := newMemory(system)
					vault := split{ring, "default"}
					if err := errors.Join(vault.write(t.Context(), encoded(t, loginOf("first", 30000))), vault.write(t.Context(), old)); err != nil {
						t.Fatal(err)
					}
					ring.calls, ring.fault = 0, fault(k)
					err := vault.write(t.Context(), next)
					through, ring.fault = ring.calls < k, nil
					got, readErr := vault.read(t.Context())
					if readErr != nil || !bytes.Equal(got, old) && !bytes.Equal(got, next) || err == nil && !bytes.Equal(got, next) {
						t.Fatalf("%s, %v, call %d %s: written: %v, read: %v", system, sizes, k, name, err, readErr)
					}
					if err := vault.write(t.Context(), last); err != nil {
						t.Fatal(err)
					}
					clean := newMemory(system)
					if err := (split{clean, "default"}).write(t.Context(), last); err != nil {
						t.Fatal(err)
					}
					if len(ring.held) != len(clean.held) {
						t.Fatalf("%s, %v, call %d %s: orphans: %v", system, sizes, k, name, slices.Sorted(maps.Keys(ring.held)))
					}
				}
			}
		}
	}
}

// A removal that was cut short can be repeated, and leaves nothing.
func TestKR08RemoveAfterFault(t *testing.T) {
	for k := 1; ; k++ {
		ring := newMemory("windows")
		vault := split{ring, "default"}
		if err := vault.write(t.Context(), encoded(t, loginOf("x", 9000))); err != nil {
			t.Fatal(err)
		}
		ring.calls, ring.fault = 0, func(call int) (bool, bool) { return call >= k, call < k }
		err := vault.remove(t.Context())
		ring.fault = nil
		if again := vault.remove(t.Context()); again != nil || len(ring.held) != 0 {
			t.Fatalf("call %d: %v, left: %v", k, again, slices.Sorted(maps.Keys(ring.held)))
		}
		if err == nil {
			return
		}
	}
}

// Who reads while another writes gets the old login or the new one.
func TestKR13ReadWhileWriting(t *testing.T) {
	for _, system := range []string{"windows", "linux"} {
		old, next := encoded(t, loginOf("old", 6000)), encoded(t, loginOf("new", 9000))
		for k := 1; k < 30; k++ {
			ring := newMemory(system)
			vault := split{ring, "default"}
			if err := vault.write(t.Context(), old); err != nil {
				t.Fatal(err)
			}
			calls := 0
			ring.before = func() {
				if calls++; calls != k {
					return
				}
				ring.before = nil
				if err := vault.write(t.Context(), next); err != nil {
					t.Error(err)
				}
			}
			got, err := vault.read(t.Context())
			if err != nil || !bytes.Equal(got, old) && !bytes.Equal(got, next) {
				t.Errorf("%s, written at call %d: %v", system, k, err)
			}
		}
	}
}

func TestSplitDamaged(t *testing.T) {
	for name, spoil := range map[string]func(held map[string]string){
		"a part is gone":     func(held map[string]string) { delete(held, "default:a1") },
		"a part is another":  func(held map[string]string) { held["default:a1"] = strings.Repeat("z", 2560) },
		"no such generation": func(held map[string]string) { held["default"] = `{"version":1,"generation":"c","parts":1}` },
		"an absurd number":   func(held map[string]string) { held["default"] = `{"version":1,"generation":"a","parts":1000000000}` },
		"a negative number":  func(held map[string]string) { held["default"] = `{"version":1,"generation":"a","parts":-1}` },
		"another sum":        func(held map[string]string) { held["default"] = `{"version":1,"generation":"a","parts":3,"sha256":""}` },
	} {
		ring := newMemory("windows")
		vault := split{ring, "default"}
		if err := vault.write(t.Context(), encoded(t, loginOf("x", 6000))); err != nil {
			t.Fatal(err)
		}
		spoil(ring.held)
		if _, err := vault.read(t.Context()); faultOf(err) != Damaged {
			t.Errorf("%s: %v", name, err)
		}
		if err := vault.write(t.Context(), encoded(t, loginOf("y", 6000))); err != nil {
			t.Errorf("%s: a new login: %v", name, err)
		}
	}
	ring := newMemory("windows")
	ring.held["default"] = `{"version":2,"generation":"q","members":{}}`
	if _, err := (split{ring, "default"}).read(t.Context()); faultOf(err) != Newer {
		t.Error(err)
	}
}
