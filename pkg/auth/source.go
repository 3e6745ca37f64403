package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"
)

// Of the refresh before the token ends.
const (
	// earlyBy is the official client's (codex-rs/login/src/auth/manager.rs,
	// 2026-08-22).
	earlyBy = 5 * time.Minute
	// settleFor keeps a token that was just made from being refreshed again
	// because it lives shorter than earlyBy or the clock has jumped.
	settleFor = 5 * time.Minute
	// holdOff is the pause after an early refresh that came to nothing.
	holdOff = 30 * time.Second
)

// A Source gives the access token of one profile to this process, and lets
// many processes share the login behind it: exactly one of those that find it
// expired refreshes it, under the store's lock, the others take over what that
// one saved. It is safe for concurrent use.
type Source struct {
	store  Store
	client *Client
	warn   func(error)
	turn   chan struct{} // holds one: who refreshes in this process

	key     [32]byte // of fingerprints; new in each process
	mu      sync.Mutex
	over    map[fingerprint]error // credentials that are not asked for again, and why
	unsaved *unsaved
	quiet   time.Time // no early refresh before
}

// NewSource makes a source. warn, which may be nil, is told what went wrong
// although a token could be given: an *Error.
func NewSource(store Store, client *Client, warn func(error)) *Source {
	s := &Source{store: store, client: client, warn: warn, turn: make(chan struct{}, 1), over: map[fingerprint]error{}}
	_, _ = rand.Read(s.key[:]) // never fails since Go 1.24
	if s.warn == nil {
		s.warn = func(error) {}
	}
	return s
}

// Token reads the store anew and refreshes the login when its end is near. An
// early refresh that comes to nothing is no error while the login may still
// work: the backend has the last word.
func (s *Source) Token(ctx context.Context) (Login, error) {
	login, err := s.load(ctx)
	if err != nil || !s.due(login) {
		return login, err
	}
	fresh, err := s.renew(ctx, login)
	switch {
	case err == nil:
		return fresh, nil
	case ctx.Err() != nil:
		return Login{}, context.Cause(ctx)
	case final(err) && !s.client.now().Before(login.Expires):
		return Login{}, err
	}
	s.pause()
	s.warn(err)
	return login, nil
}

// Refresh renews a login that the backend refused. When the store holds
// another one by now, that is returned and nothing is sent.
func (s *Source) Refresh(ctx context.Context, refused Login) (Login, error) {
	fresh, err := s.renew(ctx, refused)
	if err != nil && ctx.Err() != nil {
		return Login{}, context.Cause(ctx)
	}
	return fresh, err
}

// due reports whether the login should be refreshed before it is used. One
// without a known end waits until it is refused.
func (s *Source) due(login Login) bool {
	now := s.client.now()
	if at := login.RefreshAt(); at.IsZero() || now.Before(at) {
		return false
	}
	made := login.Refreshed
	if made.IsZero() {
		made = login.Created
	}
	if age := now.Sub(made); age >= 0 && age < settleFor {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return !now.Before(s.quiet)
}

// RefreshAt is from when on a Source refreshes the login before it is used, or
// zero where it waits for a refusal.
func (l Login) RefreshAt() time.Time {
	if l.Expires.IsZero() || l.Refresh.Empty() {
		return time.Time{}
	}
	return l.Expires.Add(-earlyBy)
}

func (s *Source) pause() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quiet = s.client.now().Add(holdOff)
}

func final(err error) bool {
	typed, ok := errors.AsType[*Error](err)
	return ok && typed.Final()
}
