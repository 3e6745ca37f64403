package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/auth"
	"github.com/codexgen/codexgen/pkg/internal/redact"
)

// TestAuthRefresh_NearExpiry: five minutes before the end, and not before.
func TestAuthRefresh_NearExpiry(t *testing.T) {
	inFakeTime(t, func(t *testing.T) {
		for left, want := range map[time.Duration]int{-time.Hour: 1, 0: 1, 5 * time.Minute: 1, 5*time.Minute + time.Second: 0, 24 * time.Hour: 0} {
			r := newRig(t, expiring(left))
			login, err := r.Token(t.Context())
			if err != nil || r.server.count() != want || (login.Access == r.store.login.Access) != true {
				t.Errorf("%v left: asked %d times, %v", left, r.server.count(), err)
			}
			if want == 1 && (r.store.login.Refresh.Reveal() != "r1" || r.store.saves != 1 || r.store.login.Plan != "plus") {
				t.Errorf("%v left: saved %+v", left, r.store.login)
			}
		}
	})
}

// TestAuthRefresh_AdoptsWhatTheStoreHas: no request where the store has a newer
// login, whether it was refused or has expired.
func TestAuthRefresh_AdoptsWhatTheStoreHas(t *testing.T) {
	inFakeTime(t, func(t *testing.T) {
		r := newRig(t, expiring(time.Hour))
		refused, err := r.Token(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		newer := expiring(2 * time.Hour)
		r.store.put(newer)
		got, err := r.Refresh(t.Context(), refused)
		if err != nil || got.Access != newer.Access || r.server.count() != 0 {
			t.Fatalf("%v, asked %d times", err, r.server.count())
		}
		if got, err = r.Refresh(t.Context(), got); err != nil || r.server.count() != 1 || got.Refresh.Reveal() != "r1" {
			t.Errorf("%v, asked %d times", err, r.server.count())
		}
	})
}

// TestAuthRefresh_AccountMismatch is not adopted.
func TestAuthRefresh_AccountMismatch(t *testing.T) {
	inFakeTime(t, func(t *testing.T) {
		r := newRig(t, expiring(time.Hour))
		refused, _ := r.Token(t.Context())
		other := expiring(time.Hour)
		other.AccountID = "other"
		r.store.put(other)
		_, err := r.Refresh(t.Context(), refused)
		if fault, ok := errors.AsType[*auth.Error](err); !ok || fault.Kind != auth.KindOtherAccount || r.server.count() != 0 {
			t.Errorf("%v", err)
		}
	})
}

// TestAuthRefresh_PermanentFailureIsAskedOnce, until the store has another login.
func TestAuthRefresh_PermanentFailureIsAskedOnce(t *testing.T) {
	for name, said := range map[string]*http.Response{
		"expired":       answer(401, `{"error":{"code":"refresh_token_expired"}}`),
		"reused":        answer(400, `{"error":{"code":"refresh_token_reused"}}`),
		"invalid_grant": answer(400, `{"error":"invalid_grant"}`),
	} {
		inFakeTime(t, func(t *testing.T) {
			r := newRig(t, expiring(-time.Minute))
			r.server.answer = func(int) *http.Response { return said }
			for range 5 {
				_, err := r.Token(t.Context())
				fault, ok := errors.AsType[*auth.Error](err)
				if !ok || fault.Kind != auth.KindExpired || fault.ExitCode() != 3 || !strings.Contains(fault.Advice, "auth login") {
					t.Fatalf("%s: %v", name, err)
				}
				time.Sleep(time.Hour)
			}
			if r.server.count() != 1 || r.store.saves != 0 {
				t.Errorf("%s: asked %d times, saved %d", name, r.server.count(), r.store.saves)
			}
			r.server.answer = nil
			another := expiring(-time.Minute)
			another.Refresh = redact.NewSecret("another")
			r.store.put(another)
			if _, err := r.Token(t.Context()); err != nil || r.server.count() != 2 {
				t.Errorf("%s: after a new login: %v, asked %d times", name, err, r.server.count())
			}
		})
	}
}

// TestAuthRefresh_PassingFailureIsNotRemembered: the old token is used, and the next need
// asks again.
func TestAuthRefresh_PassingFailureIsNotRemembered(t *testing.T) {
	for _, status := range []int{400, 403, 429, 500, 503} {
		inFakeTime(t, func(t *testing.T) {
			r := newRig(t, expiring(time.Minute))
			r.server.answer = func(int) *http.Response { return answer(status, "") }
			old := r.store.login
			for range 3 { // one after another: an early refresh that failed is let rest
				if got, err := r.Token(t.Context()); err != nil || got.Access != old.Access {
					t.Fatal(err)
				}
			}
			if r.server.count() != 1 || len(r.warned) != 1 {
				t.Errorf("%d: asked %d times, warned %v", status, r.server.count(), r.warned)
			}
			if _, err := r.Refresh(t.Context(), old); err == nil || r.server.count() != 2 {
				t.Errorf("%d: %v, asked %d times", status, err, r.server.count())
			}
			r.server.answer = nil
			if _, err := r.Refresh(t.Context(), old); err != nil || r.server.count() != 3 {
				t.Errorf("%d: %v", status, err)
			}
		})
	}
}

// TestALostAnswerIsNotAskedForAgain: the token may be spent.
func TestALostAnswerIsNotAskedForAgain(t *testing.T) {
	inFakeTime(t, func(t *testing.T) {
		r := newRig(t, expiring(-time.Minute))
		r.server.answer = func(int) *http.Response { return answer(200, "<html>") }
		old := r.store.login
		for range 4 {
			if _, err := r.Refresh(t.Context(), old); err == nil {
				t.Fatal("refreshed")
			}
			time.Sleep(time.Minute)
		}
		if r.server.count() != 1 || r.store.login.Refresh != old.Refresh {
			t.Errorf("asked %d times", r.server.count())
		}
	})
}

// TestOA11_WrongClocks: at most one refresh a process, whatever the clock or
// the token says.
func TestOA11_WrongClocks(t *testing.T) {
	const day = 24 * time.Hour
	for name, row := range map[string]struct {
		skew, life time.Duration
		access     string // "" is a JWT with iat and exp
	}{
		"10 min ahead":       {10 * time.Minute, 0, ""},
		"10 min behind":      {-10 * time.Minute, 0, ""},
		"a day ahead":        {day, 0, ""},
		"a day behind":       {-day, 0, ""},
		"shorter than 5 min": {0, time.Minute, ""},
		"no exp":             {0, 0, jwt(`{}`)},
		"opaque":             {0, 0, "access-chatgpt"},
		"exp in 1970":        {0, 0, jwt(`{"exp":5}`)},
	} {
		inFakeTime(t, func(t *testing.T) {
			r := newRig(t, expiring(-time.Minute))
			r.server.skew, r.server.life = row.skew, row.life
			if row.access != "" {
				r.server.answer = func(n int) *http.Response {
					return answer(200, fmt.Sprintf(`{"access_token":%q,"refresh_token":"r%d"}`, row.access, n))
				}
			}
			for range 100 {
				if _, err := r.Token(t.Context()); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				time.Sleep(2 * time.Second)
			}
			if r.server.count() != 1 {
				t.Errorf("%s: asked %d times", name, r.server.count())
			}
		})
	}
}

// TestTurnOfAProcess: many goroutines, one request.
func TestTurnOfAProcess(t *testing.T) {
	inFakeTime(t, func(t *testing.T) {
		r := newRig(t, expiring(-time.Minute))
		r.server.delay = time.Second
		var wg sync.WaitGroup
		for range 30 {
			wg.Go(func() {
				if login, err := r.Token(t.Context()); err != nil || login.Refresh.Reveal() != "r1" {
					t.Errorf("%v", err)
				}
			})
		}
		wg.Wait()
		if r.server.count() != 1 {
			t.Errorf("asked %d times", r.server.count())
		}
	})
}

// TestWaitingForATurnEnds with the caller's context.
func TestWaitingForATurnEnds(t *testing.T) {
	inFakeTime(t, func(t *testing.T) {
		r := newRig(t, expiring(-time.Minute))
		unlock, _ := r.store.Lock(t.Context())
		defer unlock()
		reason := errors.New("Ctrl-C")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(reason) })
		if _, err := r.Token(ctx); !errors.Is(err, reason) || r.server.count() != 0 {
			t.Error(err)
		}
	})
}

// TestAuthRefresh_NeedsARefreshToken: a login that was handed over ends with its token.
func TestAuthRefresh_NeedsARefreshToken(t *testing.T) {
	inFakeTime(t, func(t *testing.T) {
		login := expiring(-time.Minute)
		login.Refresh = redact.Secret{}
		r := newRig(t, login)
		if got, err := r.Token(t.Context()); err != nil || got.Access != login.Access {
			t.Error(err)
		}
		_, err := r.Refresh(t.Context(), login)
		if fault, ok := errors.AsType[*auth.Error](err); !ok || fault.Kind != auth.KindExpired || r.server.count() != 0 {
			t.Error(err)
		}
	})
}

// TestPermanentFailureBeforeTheEnd: a token that still works is used.
func TestPermanentFailureBeforeTheEnd(t *testing.T) {
	inFakeTime(t, func(t *testing.T) {
		r := newRig(t, expiring(time.Minute))
		r.server.answer = func(int) *http.Response { return answer(401, "") }
		if got, err := r.Token(t.Context()); err != nil || got.Access != r.store.login.Access || len(r.warned) != 1 {
			t.Errorf("%v %v", err, r.warned)
		}
	})
}

// TestReasonsForAllProcesses: only what the issuer has named is kept for other
// processes; a bare 401 can come from anything on the way.
func TestReasonsForAllProcesses(t *testing.T) {
	for name, row := range map[string]struct {
		said *http.Response
		kept bool
	}{
		"a code":        {answer(401, `{"error":{"code":"refresh_token_reused"}}`), true},
		"invalid_grant": {answer(400, `{"error":"invalid_grant"}`), true},
		"a bare 401":    {answer(401, ""), false},
		"a bad moment":  {answer(500, ""), false},
		"a lost answer": {answer(200, "<html>"), false},
	} {
		inFakeTime(t, func(t *testing.T) {
			r := newRig(t, expiring(-time.Minute))
			r.server.answer = func(int) *http.Response { return row.said }
			_, first := r.Refresh(t.Context(), r.store.login)
			another := newRig(t, r.store.login) // another process with the same store
			another.store.ended = r.store.ended
			_, second := another.Refresh(t.Context(), another.store.login)
			if kept := another.server.count() == 0; kept != row.kept || kept && first.Error() != second.Error() {
				t.Errorf("%s: %v, then %v", name, first, second)
			}
		})
	}
}
