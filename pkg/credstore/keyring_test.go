package credstore

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"
)

const canary = "canary-secret-51af"

// badRing is a keyring that does one thing wrong.
type badRing struct {
	stored map[string]string
	before func() error // runs before each call
	drop   bool         // a write or removal is reported as done and forgotten
	calls  atomic.Int32
}

func (r *badRing) begin() error {
	r.calls.Add(1)
	if r.before == nil {
		return nil
	}
	return r.before()
}

func (r *badRing) Set(_, user, secret string) error {
	if err := r.begin(); err != nil {
		return err
	}
	if !r.drop {
		r.stored[user] = secret
	}
	return nil
}

func (r *badRing) Get(_, user string) (string, error) {
	if err := r.begin(); err != nil {
		return "", err
	}
	secret, ok := r.stored[user]
	if !ok {
		return "", keyring.ErrNotFound
	}
	return secret, nil
}

func (r *badRing) Delete(_, user string) error {
	if err := r.begin(); err != nil {
		return err
	}
	if _, ok := r.stored[user]; !ok {
		return keyring.ErrNotFound
	}
	if !r.drop {
		delete(r.stored, user)
	}
	return nil
}

// onRing is a Keyring over a stand-in for the library.
func onRing(r ring, o KeyringOptions) *Keyring {
	k := newKeyring(Service, o)
	k.ring, k.present = r, func(func(string) (string, bool)) error { return nil }
	k.entryMax = func(string) int { return 0 }
	return k
}

func newRing() *badRing { return &badRing{stored: map[string]string{}} }

func faultOf(err error) Fault {
	var typed *Error
	if !errors.As(err, &typed) {
		return ""
	}
	return typed.Fault
}

func hintOf(err error) string {
	var typed *Error
	if !errors.As(err, &typed) {
		return ""
	}
	return typed.Advice
}

func TestKeyringKeeps(t *testing.T) {
	ring := newRing()
	k := onRing(ring, KeyringOptions{})
	if _, err := k.Get(t.Context(), "x"); faultOf(err) != NotFound {
		t.Errorf("nothing yet: %v", err)
	}
	if err := k.Set(t.Context(), "x", canary); err != nil {
		t.Fatal(err)
	}
	if got, err := k.Get(t.Context(), "x"); got != canary || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	for range 2 {
		if err := k.Delete(t.Context(), "x"); err != nil {
			t.Error(err)
		}
	}
	if len(ring.stored) != 0 {
		t.Error("it is still there")
	}
}

// Each error of the library becomes one of four, with a hint and none of its
// own words; only "not found" may mean "not logged in".
func TestKeyringFaults(t *testing.T) {
	for name, row := range map[string]struct {
		err  error
		want Fault
	}{
		"not found":     {keyring.ErrNotFound, NotFound},
		"locked":        {errors.New("failed to unlock correct collection '/org/freedesktop/secrets/collection/login'"), Locked},
		"no service":    {errors.New("The name org.freedesktop.secrets was not provided by any .service files"), Unavailable},
		"bus is gone":   {io.EOF, Unavailable},
		"a text of its": {errors.New("*dbus.Error " + canary), Unavailable},
	} {
		ring := newRing()
		ring.before = func() error { return row.err }
		_, err := onRing(ring, KeyringOptions{}).Get(t.Context(), "x")
		var typed *Error
		if !errors.As(err, &typed) || typed.Fault != row.want || typed.Missing != (row.want == NotFound) || typed.ExitCode() != 3 || typed.Hint() == "" {
			t.Errorf("%s: %#v", name, err)
		}
		if strings.Contains(err.Error(), canary) || strings.Contains(err.Error(), "dbus") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A dialog that was dismissed is reported by the library as a success.
func TestKeyringReadsBack(t *testing.T) {
	for name, before := range map[string]map[string]string{"nothing there": {}, "an old one there": {"x": "old"}} {
		ring := &badRing{stored: before, drop: true}
		if err := onRing(ring, KeyringOptions{}).Set(t.Context(), "x", canary); faultOf(err) != Locked {
			t.Errorf("%s: %v", name, err)
		}
		if ring.calls.Load() != 2 {
			t.Errorf("%s: the dialog came up again: %d calls", name, ring.calls.Load())
		}
	}
}

// So is a removal whose dialog was dismissed.
func TestKeyringLooksAfterARemoval(t *testing.T) {
	ring := &badRing{stored: map[string]string{"x": "old"}, drop: true}
	if err := onRing(ring, KeyringOptions{}).Delete(t.Context(), "x"); faultOf(err) != Locked || ring.calls.Load() != 2 {
		t.Errorf("%v after %d calls", err, ring.calls.Load())
	}
}

func TestKeyringSurvivesAPanic(t *testing.T) {
	ring := newRing()
	ring.before = func() error { panic("nil pointer " + canary) }
	if err := onRing(ring, KeyringOptions{}).Set(t.Context(), "x", "y"); faultOf(err) != Unavailable || strings.Contains(err.Error(), canary) {
		t.Error(err)
	}
}

// A service that was killed answers one call with an error and is then started
// again by the bus.
func TestKeyringTriesOnceMore(t *testing.T) {
	ring := newRing()
	ring.stored["x"] = canary
	ring.before = func() error {
		if ring.calls.Load() == 1 {
			return errors.New("Message recipient disconnected from message bus without replying")
		}
		return nil
	}
	if got, err := onRing(ring, KeyringOptions{}).Get(t.Context(), "x"); got != canary || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// The limit is 3 s, or a minute with a person; a call that hangs keeps the
// next ones waiting, each for its own limit.
func TestKeyringHangs(t *testing.T) {
	for _, row := range []struct {
		options KeyringOptions
		want    time.Duration
	}{
		{KeyringOptions{}, 3 * time.Second},
		{KeyringOptions{Person: true}, time.Minute},
		{KeyringOptions{Patience: time.Second}, time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			ring, release := newRing(), make(chan struct{})
			ring.before = func() error { <-release; return nil }
			told := 0
			row.options.Waiting = func() { told++ }
			k := onRing(ring, row.options)
			for range 2 {
				start := time.Now()
				_, err := k.Get(t.Context(), "x")
				if faultOf(err) != Timeout || time.Since(start) != row.want {
					t.Errorf("%v after %v", err, time.Since(start))
				}
			}
			if ring.calls.Load() != 1 {
				t.Errorf("%d calls at once", ring.calls.Load())
			}
			if long := row.want > keyringPatience; long != (told == 1) {
				t.Errorf("somebody who has %v was told %d times", row.want, told)
			}
			close(release)
			synctest.Wait()
			if _, err := k.Get(t.Context(), "x"); faultOf(err) != NotFound {
				t.Errorf("after it came back: %v", err)
			}
		})
	}
}

func TestKeyringStopsWithItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ring, release := newRing(), make(chan struct{})
		ring.before = func() error { <-release; return nil }
		interrupted := errors.New("interrupted")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(interrupted) })
		if _, err := onRing(ring, KeyringOptions{Person: true}).Get(ctx, "x"); !errors.Is(err, interrupted) {
			t.Error(err)
		}
		close(release)
	})
}

// KR-3: without a bus the library is not called at all, since it would start
// one that stays behind.
func TestKR03NoBusIsStarted(t *testing.T) {
	for name, env := range map[string]string{"unset": "", "autolaunch": "autolaunch:"} {
		ring := newRing()
		k := onRing(ring, KeyringOptions{LookupEnv: func(string) (string, bool) { return env, env != "" }})
		k.present = func(func(string) (string, bool)) error { return errNoBus }
		_, err := k.Get(t.Context(), "x")
		if faultOf(err) != Unavailable || ring.calls.Load() != 0 || !strings.Contains(hintOf(err), "--store file") {
			t.Errorf("%s: %v, %d calls", name, err, ring.calls.Load())
		}
	}
}

// The limits are those of go-keyring v0.2.8: 3018 bytes fit on macOS for
// codexgen and default, with quotes around each word somewhat less.
func TestEntryMax(t *testing.T) {
	for system, most := range map[string][2]int{"windows": {2560, 2560}, "darwin": {2990, 3018}, "linux": {0, 0}} {
		if got := entryMax(system, Service, "default"); got < most[0] || got > most[1] {
			t.Errorf("%s: %d", system, got)
		}
	}
	k := onRing(newRing(), KeyringOptions{})
	k.entryMax = func(string) int { return 10 }
	if err := k.Set(t.Context(), "x", strings.Repeat("y", 11)); faultOf(err) != Unavailable {
		t.Error(err)
	}
}
