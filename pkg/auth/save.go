package auth

import (
	"context"
	"fmt"
	"time"

	"github.com/codexgen/codexgen/pkg/internal/retry"
)

// How long a save is tried after the refresh token was spent.
const (
	saveFor   = 5 * time.Second
	savePause = 250 * time.Millisecond
)

// unsaved is a login that the store did not take, and the credential that it
// is in place of.
type unsaved struct {
	login    Login
	replaces fingerprint
}

// save keeps what came for a spent refresh token: in the store, else in the
// store's rescue, and for this run in memory in any case.
func (s *Source) save(ctx context.Context, spent fingerprint, login Login) {
	err := s.persist(ctx, login)
	if err == nil {
		s.setUnsaved(nil)
		return
	}
	s.setUnsaved(&unsaved{login, spent})
	if rescue := s.store.Rescue(login); rescue != nil {
		s.warn(&Error{Kind: KindUnavailable, Reason: fmt.Sprintf("the refreshed login could not be stored (%v), nor kept aside (%v); it works for this run and may be lost after it", err, rescue), Advice: "mend the store, then " + adviceLogin, Cause: err})
		return
	}
	s.warn(&Error{Kind: KindUnavailable, Reason: fmt.Sprintf("the refreshed login could not be stored (%v); it is kept aside, sealed, and the next run stores it", err), Advice: hintOf(err), Cause: err})
}

// persist tries for saveFor, whatever the caller's context says.
func (s *Source) persist(ctx context.Context, login Login) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), saveFor)
	defer stop()
	for n := 1; ; n++ {
		err := s.store.Save(ctx, login)
		if err == nil {
			return nil
		}
		if retry.Sleep(ctx, retry.Backoff(n, savePause)) != nil {
			return err
		}
	}
}

func (s *Source) setUnsaved(u *unsaved) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unsaved = u
}

// load reads the store. While that still holds a login whose refresh token was
// spent here, or cannot be read, what came for it is used.
func (s *Source) load(ctx context.Context) (Login, error) {
	login, err := s.store.Load(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unsaved != nil && (err != nil || s.fingerprint(login) == s.unsaved.replaces) {
		return s.unsaved.login, nil
	}
	return login, err
}
