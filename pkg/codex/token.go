package codex

import (
	"context"
	"errors"
	"time"
)

// A Token is the credential of one request.
type Token struct {
	Access    Secret
	AccountID string    // "" sends no account header
	FedRAMP   bool      // the claim chatgpt_account_is_fedramp
	Residency string    // the claim chatgpt_data_residency or chatgpt_compute_residency; "" or "no_constraint" sends no header
	Expires   time.Time // zero when the token does not say
	Source    string    // where it came from, for people
}

// bound reports whether the account is tied to a region.
func (t Token) bound() bool { return t.Residency != "" && t.Residency != "no_constraint" }

// ErrNoRefresh is what a TokenSource returns from Refresh when its credential
// is not its own to renew.
var ErrNoRefresh = errors.New("this credential cannot be refreshed by codexgen")

// A TokenSource gives the credential. It is used from several goroutines.
type TokenSource interface {
	// Token reads the store anew, so that it sees what another process wrote.
	Token(ctx context.Context) (Token, error)
	// Refresh renews a credential that the backend refused with 401.
	Refresh(ctx context.Context, refused Token) (Token, error)
}
