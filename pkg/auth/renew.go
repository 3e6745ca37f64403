package auth

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"time"
)

// answerGrace is how much longer a refresh that is under way may take once the
// user wants to stop: its answer holds the only login there is.
const answerGrace = 5 * time.Second

// renew is lock, read again, adopt or refresh, save, release. seen is the
// login that is too old.
func (s *Source) renew(ctx context.Context, seen Login) (Login, error) {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return Login{}, context.Cause(ctx)
	}
	unlock, err := s.store.Lock(ctx)
	if err != nil {
		return Login{}, kept("its lock could not be taken", err)
	}
	defer unlock()
	login, err := s.load(ctx)
	switch {
	case err != nil:
		return Login{}, err
	case login.AccountID != "" && seen.AccountID != "" && login.AccountID != seen.AccountID:
		return Login{}, &Error{Kind: KindOtherAccount, Reason: "another account has signed in meanwhile", Advice: "run the command again to use that account"}
	case login.Access != seen.Access:
		return login, nil // another process was here
	}
	return s.spend(ctx, login)
}

// spend refreshes a login; the lock is held. The store is proved writable
// first, since a refresh token works once.
func (s *Source) spend(ctx context.Context, login Login) (Login, error) {
	if login.Refresh.Empty() {
		return Login{}, &Error{Kind: KindExpired, Reason: "the login cannot be refreshed: it has no refresh token", Advice: adviceLogin}
	}
	mark := s.fingerprint(login)
	if err := s.remembered(mark); err != nil {
		return Login{}, err
	}
	if why := s.store.Ended(login); why != "" {
		return Login{}, &Error{Kind: KindExpired, Reason: why, Advice: adviceLogin}
	}
	if err := s.store.Ready(ctx); err != nil {
		return Login{}, kept("its store cannot be written now, and a refresh token works only once", err)
	}
	ctx, stop := outlive(ctx, answerGrace)
	defer stop()
	fresh, err := s.client.Refresh(ctx, login)
	if err != nil {
		s.remember(mark, login, err)
		return Login{}, err
	}
	s.save(ctx, mark, fresh)
	if fresh.Access == login.Access {
		return Login{}, &Error{Kind: KindUnavailable, Reason: "the login was not refreshed: the issuer gave no new access token", Advice: adviceLater}
	}
	return fresh, nil
}

// kept is a refresh that did not begin.
func kept(why string, err error) error {
	return &Error{Kind: KindUnavailable, Reason: "the login was not refreshed: " + why + ": " + err.Error(), Advice: hintOf(err), Cause: err}
}

// hintOf is the hint of the error beneath, which knows better.
func hintOf(err error) string {
	if hinter, ok := errors.AsType[interface {
		error
		Hint() string
	}](err); ok {
		return hinter.Hint()
	}
	return adviceLater
}

// outlive is a context that ends a while after its parent.
func outlive(parent context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(parent))
	unhook := context.AfterFunc(parent, func() {
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel(context.Cause(parent))
		case <-ctx.Done():
		}
	})
	return ctx, func() { unhook(); cancel(nil) }
}

// fingerprint stands for a credential without being able to give it away.
type fingerprint [sha256.Size]byte

func (s *Source) fingerprint(login Login) fingerprint {
	mac := hmac.New(sha256.New, s.key[:])
	mac.Write([]byte(login.Refresh.Reveal()))
	return fingerprint(mac.Sum(nil))
}

// remember keeps a credential from being asked for again: one that is over,
// and one that may have been spent without an answer, where asking again could
// end the whole login. Where the issuer has named its reason the store tells
// other processes.
func (s *Source) remember(mark fingerprint, login Login, err error) {
	typed, ok := errors.AsType[*Error](err)
	if !ok || !typed.Final() && !typed.Unsure {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over[mark] = err
	if typed.named {
		_ = s.store.End(login, typed.Reason) // or the next process is told so itself
	}
}

func (s *Source) remembered(mark fingerprint) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.over[mark]
}
