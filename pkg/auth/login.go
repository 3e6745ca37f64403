package auth

import (
	"context"
	"time"

	"github.com/codexgen/codexgen/pkg/internal/redact"
)

// A Login is what a sign-in leaves and a profile keeps. The id token is read
// when it arrives and not kept.
type Login struct {
	Access    redact.Secret
	Refresh   redact.Secret
	Expires   time.Time // of the access token; zero when it does not say
	AccountID string
	Email     string
	Plan      string
	FedRAMP   bool
	Residency string
	Issuer    string    // the OAuth issuer that gave it
	BaseURL   string    // the only backend it may be sent to
	Created   time.Time // the sign-in
	Refreshed time.Time // the last refresh; zero before the first
}

// A Store keeps the login of one profile where other processes see it.
type Store interface {
	Load(ctx context.Context) (Login, error)
	Save(ctx context.Context, login Login) error
	// Ready proves that the store can be written, before a refresh token,
	// which works once, is spent. It also reads the key that Rescue needs.
	Ready(ctx context.Context) error
	// Rescue keeps a login that Save could not take, in a sealed file that
	// the next Load opens, stores and deletes.
	Rescue(login Login) error
	// Ended says why a login that was loaded is known to be over, or nothing.
	Ended(login Login) string
	// End remembers that for all processes.
	End(login Login, why string) error
	// Lock holds other processes off this profile until unlock is called.
	Lock(ctx context.Context) (unlock func(), err error)
}
