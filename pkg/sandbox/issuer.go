package sandbox

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// accessLife is how long an access token lasts.
const accessLife = 10 * 24 * time.Hour

// maxTokens bounds the access and the spent refresh tokens remembered.
const maxTokens = 256

// issuer holds the tokens of the one account.
type issuer struct {
	account string
	now     func() time.Time

	mu      sync.Mutex
	access  []string // newest last
	refresh string   // the one that works
	spent   []string // those that were used
}

func newIssuer(now func() time.Time) *issuer {
	i := &issuer{account: randomUUID(), now: now}
	i.rotate()
	return i
}

// rotate makes a new pair; access tokens given before stay good until they
// expire.
func (i *issuer) rotate() (access, refresh string) {
	if i.refresh != "" {
		i.spent = lastOf(append(i.spent, i.refresh))
	}
	i.refresh = "rt_sandbox_" + randomHex(48)
	access = mintJWT(i.account, i.now(), i.now().Add(accessLife))
	i.access = lastOf(append(i.access, access))
	return access, i.refresh
}

func lastOf(tokens []string) []string { return tokens[max(0, len(tokens)-maxTokens):] }

// redeem trades a refresh token for a new pair. Refresh tokens work once.
func (i *issuer) redeem(token string) (access, refresh string, rf *refusal) {
	i.mu.Lock()
	defer i.mu.Unlock()
	switch {
	case token == i.refresh:
		access, refresh = i.rotate()
		return access, refresh, nil
	case slices.Contains(i.spent, token):
		// openai/codex login manager.rs, 2026-08-22: the code; the text is ours.
		return "", "", newRefusal("refresh-reused", http.StatusUnauthorized, body{
			message: "This refresh token was already used.", code: "refresh_token_reused"})
	default:
		return "", "", newRefusal("refresh-unknown", http.StatusUnauthorized, body{
			message: "This refresh token is not known.", code: "refresh_token_invalidated"})
	}
}

// knows reports whether an access token was issued here.
func (i *issuer) knows(token string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Contains(i.access, token)
}

// AccessToken is a token that this server accepts, shaped like a JWT. It
// opens nothing else.
func (s *Server) AccessToken() string {
	s.issuer.mu.Lock()
	defer s.issuer.mu.Unlock()
	return s.issuer.access[len(s.issuer.access)-1]
}

// RefreshToken is the one that /oauth/token would take now.
func (s *Server) RefreshToken() string {
	s.issuer.mu.Lock()
	defer s.issuer.mu.Unlock()
	return s.issuer.refresh
}

// AccountID is the account of AccessToken.
func (s *Server) AccountID() string { return s.issuer.account }
