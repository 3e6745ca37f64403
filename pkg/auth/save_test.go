package auth_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// TestOA09_SaveFails: tried for five seconds, then kept aside; it works for
// this run in any case.
func TestOA09_SaveFails(t *testing.T) {
	for name, row := range map[string]struct {
		rescue error
		want   string
	}{
		"kept aside":     {nil, "kept aside, sealed"},
		"not even aside": {errors.New("no room"), "may be lost"},
	} {
		inFakeTime(t, func(t *testing.T) {
			r := newRig(t, expiring(-time.Minute))
			r.store.save, r.store.rescue = errors.New("the disk is full"), row.rescue
			start := time.Now()
			fresh, err := r.Token(t.Context())
			if took := time.Since(start); err != nil || took > 5*time.Second || r.store.saves < 3 {
				t.Fatalf("%s: %v after %v and %d tries", name, err, took, r.store.saves)
			}
			if r.store.rescued.Refresh != fresh.Refresh || len(r.warned) != 1 || !strings.Contains(r.warned[0].Error(), row.want) || !strings.Contains(r.warned[0].Error(), "the disk is full") {
				t.Errorf("%s: %v", name, r.warned)
			}
			if again, err := r.Token(t.Context()); err != nil || again.Access != fresh.Access || r.server.count() != 1 {
				t.Errorf("%s: %v, asked %d times", name, err, r.server.count())
			}
			time.Sleep(2 * time.Hour)
			r.store.save = nil
			if last, err := r.Token(t.Context()); err != nil || last.Refresh.Reveal() != "r2" || r.store.login.Refresh.Reveal() != "r2" {
				t.Errorf("%s: %v %+v", name, err, r.store.login)
			}
		})
	}
}

// TestSaveIsTriedAgain: a store that comes back in time has the login.
func TestSaveIsTriedAgain(t *testing.T) {
	inFakeTime(t, func(t *testing.T) {
		r := newRig(t, expiring(-time.Minute))
		r.store.save = errors.New("busy")
		time.AfterFunc(2*time.Second, func() {
			r.store.mu.Lock()
			defer r.store.mu.Unlock()
			r.store.save = nil
		})
		if _, err := r.Token(t.Context()); err != nil || r.store.login.Refresh.Reveal() != "r1" || len(r.warned) != 0 || !r.store.rescued.Refresh.Empty() {
			t.Errorf("%v %v", err, r.warned)
		}
	})
}

// TestNothingIsSpentOnAStoreThatCannotBeWritten.
func TestNothingIsSpentOnAStoreThatCannotBeWritten(t *testing.T) {
	inFakeTime(t, func(t *testing.T) {
		r := newRig(t, expiring(time.Minute))
		r.store.ready = errors.New("read-only file system")
		if _, err := r.Refresh(t.Context(), r.store.login); err == nil || !strings.Contains(err.Error(), "read-only file system") || r.server.count() != 0 {
			t.Errorf("%v, asked %d times", err, r.server.count())
		}
		if got, err := r.Token(t.Context()); err != nil || got.Access != r.store.login.Access || r.server.count() != 0 {
			t.Errorf("%v, asked %d times", err, r.server.count())
		}
	})
}

// TestInterruptedRefreshIsSaved: Ctrl-C while the answer is on its way loses
// nothing.
func TestInterruptedRefreshIsSaved(t *testing.T) {
	inFakeTime(t, func(t *testing.T) {
		r := newRig(t, expiring(-time.Minute))
		r.server.delay = 3 * time.Second
		reason := errors.New("Ctrl-C")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(reason) })
		_, _ = r.Token(ctx) // either is right: the token, or why it ended
		if r.store.login.Refresh.Reveal() != "r1" || r.server.count() != 1 {
			t.Errorf("%+v", r.store.login)
		}
	})
}
