// Package credstore keeps logins, and finds the credential of a run: given in
// the environment, stored under a profile, or borrowed from Codex or Hermes,
// which are only read.
//
// Profiles says which profiles exist and where each keeps its login: in the
// system's keyring or in a private file. A Store is one profile's login
// (auth.Store), with the lock that keeps other processes off it and the sealed
// file for a refreshed login that could not be stored. Nothing falls back to
// another store by itself, and only an Error with Missing set means "not
// logged in".
//
// Its token types satisfy codex.TokenSource through the caller; this package
// knows no backend.
package credstore

import (
	"fmt"
	"time"

	"github.com/codexgen/codexgen/pkg/auth"
	"github.com/codexgen/codexgen/pkg/internal/redact"
)

// A Credential is what a request needs of a login.
type Credential struct {
	Access    redact.Secret
	AccountID string
	FedRAMP   bool
	Residency string
	Plan      string
	Expires   time.Time // zero when unknown
	Source    string    // for people: where it came from
	Anywhere  bool      // it may go to a base URL of the user's choice
}

// FromToken makes a credential of an access token that was handed over. The
// account id is the one given, else the token's own claim.
func FromToken(access, accountID, source string) Credential {
	claims, _ := auth.ReadClaims(access)
	if accountID == "" {
		accountID = claims.AccountID
	}
	return Credential{Access: redact.NewSecret(access), AccountID: accountID, FedRAMP: claims.FedRAMP,
		Residency: claims.Residency, Plan: claims.Plan, Expires: claims.Expires, Source: source}
}

// FromLogin makes a credential of a stored login.
func FromLogin(login auth.Login, source string) Credential {
	return Credential{Access: login.Access, AccountID: login.AccountID, FedRAMP: login.FedRAMP,
		Residency: login.Residency, Plan: login.Plan, Expires: login.Expires, Source: source}
}

// Check refuses a credential that cannot work, before it is sent.
func (c Credential) Check(now time.Time) error {
	for _, r := range c.Access.Reveal() {
		if r <= ' ' || r > '~' {
			return &Error{Reason: fmt.Sprintf("the access token from %s has a character that no token has", c.Source), Advice: "set it again, without quotes or line breaks"}
		}
	}
	if !c.Expires.IsZero() && now.After(c.Expires) {
		return &Error{Reason: fmt.Sprintf("the access token from %s expired at %s", c.Source, c.Expires.Local().Format("2006-01-02 15:04")), Advice: "renew it where it came from; " + adviceLogin}
	}
	return nil
}
