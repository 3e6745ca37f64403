// Package credstore finds the credential of a run: given in the environment,
// or borrowed from an existing Codex login, which is only read.
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

// An Error is a credential that is missing or cannot be used. Its exit code
// is 3.
type Error struct {
	Reason, Advice string
	Missing        bool // there is no login at all
}

func (e *Error) Error() string { return e.Reason }
func (e *Error) Hint() string  { return e.Advice }
func (e *Error) ExitCode() int { return 3 }
func (e *Error) ErrorType() string {
	if e.Missing {
		return "auth_required"
	}
	return "unauthorized"
}

const adviceLogin = "codexgen auth login   (or try it without an account: add --sandbox)"

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
