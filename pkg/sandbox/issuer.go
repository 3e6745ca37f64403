package sandbox

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// DefaultTokenLife is how long an access token lasts: ten days, as seen.
const DefaultTokenLife = 10 * 24 * time.Hour

// Bounds on what is remembered; the oldest goes first.
const (
	maxTokens   = 4096 // access tokens, and spent refresh tokens of a family
	maxFamilies = 64
)

// issuer holds the tokens of the one account.
type issuer struct {
	account string
	plan    string // that the tokens claim
	now     func() time.Time
	life    time.Duration

	mu       sync.Mutex
	access   []accessToken // newest last
	house    *family       // behind AccessToken and RefreshToken
	families []*family     // those that people signed in for
	codes    []*code
	devices  []*device
}

// family is one sign-in and everything that was refreshed from it. It dies
// whole: when a spent refresh token comes back, one of the two who have it is
// a thief (RFC 9700, section 4.14.2).
type family struct {
	client  string // who signed in; "" is anybody
	refresh string // the one that works
	spent   []string
	dead    bool
}

type accessToken struct {
	token string
	of    *family
}

// tokenSet is what a sign-in or a refresh gives.
type tokenSet struct{ access, refresh, id string }

func newIssuer(plan string, now func() time.Time, life time.Duration) *issuer {
	if life <= 0 {
		life = DefaultTokenLife
	}
	i := &issuer{account: randomUUID(), plan: plan, now: now, life: life, house: &family{}}
	i.rotate(i.house)
	return i
}

// rotate makes a new pair; access tokens given before stay good until they
// expire.
func (i *issuer) rotate(f *family) tokenSet {
	if f.refresh != "" {
		f.spent = lastOf(append(f.spent, f.refresh), maxTokens)
	}
	f.refresh = "rt_sandbox_" + randomHex(48)
	access := mintJWT(i.account, i.plan, i.now(), i.now().Add(i.life))
	i.access = lastOf(append(i.access, accessToken{access, f}), maxTokens)
	return tokenSet{access, f.refresh, mintJWT(i.account, i.plan, i.now(), i.now().Add(time.Hour))}
}

func lastOf[T any](list []T, most int) []T { return list[max(0, len(list)-most):] }

// open starts a family for a client that a person let in.
func (i *issuer) open(client string) (*family, tokenSet) {
	f := &family{client: client}
	i.families = lastOf(append(i.families, f), maxFamilies)
	return f, i.rotate(f)
}

// redeem trades a refresh token for a new pair. Refresh tokens work once; the
// codes are those of openai/codex login manager.rs, 2026-08-22, the texts ours.
func (i *issuer) redeem(client, token string) (tokenSet, *refusal) {
	i.mu.Lock()
	defer i.mu.Unlock()
	f := i.familyOf(token)
	switch {
	case f == nil || f.dead || f.client != "" && f.client != client:
		return tokenSet{}, refreshRefused("refresh_token_invalidated", "This refresh token is not known.")
	case token != f.refresh:
		f.dead = true
		return tokenSet{}, refreshRefused("refresh_token_reused", "This refresh token was already used.")
	}
	return i.rotate(f), nil
}

func refreshRefused(code, message string) *refusal {
	return newRefusal(code, http.StatusUnauthorized, body{message: message, code: code})
}

// familyOf finds the family of a refresh token, spent or not.
func (i *issuer) familyOf(token string) *family {
	for _, f := range append([]*family{i.house}, i.families...) {
		if token == f.refresh || slices.Contains(f.spent, token) {
			return f
		}
	}
	return nil
}

// revoke ends the family of a token of either kind. Nobody is told whether
// there was one (RFC 7009, section 2.2).
func (i *issuer) revoke(token string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if f := i.familyOf(token); f != nil {
		f.dead = true
	}
	for _, a := range i.access {
		if a.token == token {
			a.of.dead = true
		}
	}
}

// knows reports whether an access token was issued here and not revoked.
func (i *issuer) knows(token string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.ContainsFunc(i.access, func(a accessToken) bool { return a.token == token && !a.of.dead })
}

// AccessToken is a token that this server accepts, shaped like a JWT. It
// opens nothing else.
func (s *Server) AccessToken() string {
	s.issuer.mu.Lock()
	defer s.issuer.mu.Unlock()
	for _, a := range slices.Backward(s.issuer.access) {
		if a.of == s.issuer.house {
			return a.token
		}
	}
	return "" // so many others were issued since that it was dropped
}

// RefreshToken is the one that belongs to AccessToken and that /oauth/token
// would take now, from any client.
func (s *Server) RefreshToken() string {
	s.issuer.mu.Lock()
	defer s.issuer.mu.Unlock()
	return s.issuer.house.refresh
}

// AccountID is the account of every token of this server.
func (s *Server) AccountID() string { return s.issuer.account }
