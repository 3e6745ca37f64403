package cli

import (
	"context"

	"github.com/codexgen/codexgen/pkg/auth"
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

// storedToken is a login of our own, which is refreshed when it ends.
type storedToken struct {
	source  *auth.Source
	name    string
	base    string      // the backend of this run
	account string      // the account of this run, if known
	warn    func(error) // the backend's answer hides why a refresh failed
}

func (t storedToken) Token(ctx context.Context) (codex.Token, error) {
	return t.only(t.source.Token(ctx))
}

// only gives a login to its own backend, and a run the account that it began
// with. Another process may have put another login into the profile meanwhile.
func (t storedToken) only(login auth.Login, err error) (codex.Token, error) {
	if err != nil {
		return codex.Token{}, err
	}
	if login.BaseURL != t.base {
		return codex.Token{}, &credstore.Error{Reason: t.name + " has a login for another backend now", Advice: "run the command again to use that one"}
	}
	if t.account != "" && login.AccountID != "" && login.AccountID != t.account {
		return codex.Token{}, &credstore.Error{Reason: t.name + " has the login of another account now", Advice: "run the command again to use that one"}
	}
	return asToken(credstore.FromLogin(login, t.name)), nil
}

func (t storedToken) Refresh(ctx context.Context, refused codex.Token) (codex.Token, error) {
	login, err := t.source.Refresh(ctx, auth.Login{Access: refused.Access, AccountID: refused.AccountID})
	if err != nil {
		t.warn(err)
	}
	return t.only(login, err)
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
