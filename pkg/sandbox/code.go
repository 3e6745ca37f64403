package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"time"
)

const (
	// codeLife is what RFC 6749, section 4.1.2, recommends at most.
	codeLife = 10 * time.Minute
	maxCodes = 256
)

// code is an authorization code and what it is tied to.
type code struct {
	value, client, redirect, challenge string
	until                              time.Time
	of                                 *family // set by its one use
}

// newCode makes a code; i.mu is held.
func (i *issuer) newCode(client, redirect, challenge string) string {
	c := &code{value: "ac_sandbox_" + randomHex(40), client: client, redirect: redirect, challenge: challenge, until: i.now().Add(codeLife)}
	i.codes = lastOf(append(i.codes, c), maxCodes)
	return c.value
}

// exchange trades a code for tokens, once. One that comes back ends what its
// first use gave (RFC 6749, section 4.1.2).
func (i *issuer) exchange(value, client, redirect, verifier string) (tokenSet, *refusal) {
	i.mu.Lock()
	defer i.mu.Unlock()
	c := i.findCode(value)
	switch {
	case c == nil || c.client != client || i.now().After(c.until):
		return tokenSet{}, grantError("invalid_grant", "The authorization code is not known, or has expired.")
	case c.of != nil:
		c.of.dead = true
		return tokenSet{}, grantError("invalid_grant", "The authorization code was already used.")
	case c.redirect != redirect:
		return tokenSet{}, grantError("invalid_grant", "redirect_uri is not the one that the code was given for.")
	case challengeOf(verifier) != c.challenge:
		return tokenSet{}, grantError("invalid_grant", "code_verifier does not fit the code_challenge.")
	}
	f, t := i.open(client)
	c.of = f
	return t, nil
}

func (i *issuer) findCode(value string) *code {
	for _, c := range i.codes {
		if c.value == value {
			return c
		}
	}
	return nil
}

// challengeOf is S256 of RFC 7636, section 4.2.
func challengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
