package cli

import (
	"context"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/credstore"
)

func asToken(c credstore.Credential) codex.Token {
	return codex.Token{Access: c.Access, AccountID: c.AccountID, FedRAMP: c.FedRAMP, Residency: c.Residency, Expires: c.Expires, Source: c.Source}
}

// fixedToken is a credential that was handed over for this run.
type fixedToken struct{ credential credstore.Credential }

func (t fixedToken) Token(context.Context) (codex.Token, error) { return asToken(t.credential), nil }

func (t fixedToken) Refresh(context.Context, codex.Token) (codex.Token, error) {
	return codex.Token{}, codex.ErrNoRefresh
}

// borrowedToken reads another program's login anew each time, since that
// program may have refreshed it, and never refreshes it itself.
type borrowedToken struct{ lender credstore.Lender }

func (t borrowedToken) Token(ctx context.Context) (codex.Token, error) {
	credential, err := t.lender.Borrow(ctx)
	return asToken(credential), err
}

func (t borrowedToken) Refresh(context.Context, codex.Token) (codex.Token, error) {
	return codex.Token{}, codex.ErrNoRefresh
}
