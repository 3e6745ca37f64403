package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Refresh spends the login's refresh token and returns the login with what
// came for it; the caller saves that before anything else. Nothing is sent
// twice here. The error is an *Error: Final when only a new sign-in helps,
// Unsure when the token may have been spent all the same.
//
// The body is JSON without a scope, each token of the answer is optional, and
// refresh tokens work once (codex-rs/login/src/auth/manager.rs, 2026-08-22).
func (c *Client) Refresh(ctx context.Context, login Login) (Login, error) {
	endpoint, err := c.endpoint(login, pathToken)
	if err != nil {
		return Login{}, err
	}
	said, err := c.ask(ctx, endpoint, map[string]string{
		"client_id": c.clientID, "grant_type": "refresh_token", "refresh_token": login.Refresh.Reveal()})
	if err != nil {
		return Login{}, unanswered(err)
	}
	if said.status/100 != 2 {
		return Login{}, refreshRefused(said, login.Refresh.Reveal())
	}
	return c.renewed(login, said)
}

// endpoint is below the issuer that gave the login, wherever the client signs
// in otherwise.
func (c *Client) endpoint(login Login, path string) (string, error) {
	if login.Issuer == "" {
		return c.issuer + path, nil
	}
	issuer, err := CheckIssuer(login.Issuer)
	return issuer + path, err
}

func unanswered(err error) error {
	gone, _ := errors.AsType[*lost](err)
	unsure := gone == nil || gone.sent
	advice := adviceLater
	if unsure {
		advice = adviceUnsure
	}
	return &Error{Kind: KindUnavailable, Reason: fmt.Sprintf("the login was not refreshed: the issuer's answer did not come: %v", err), Advice: advice, Unsure: unsure, Cause: err}
}

// finalCodes end a login, whatever the status (codex-rs/login/src/auth/
// manager.rs, 2026-08-22).
var finalCodes = map[string]string{
	"refresh_token_expired":     "it has expired",
	"refresh_token_reused":      "its refresh token was already used, perhaps by another program that has a copy",
	"refresh_token_invalidated": "it was revoked",
}

// refreshRefused tells a login that is over from a bad moment. 400
// invalid_grant is final in the official client since 2026-08-20
// (https://github.com/openai/codex/pull/39637).
func refreshRefused(said answer, spent string) error {
	code, _ := said.failure()
	why, final := finalCodes[code]
	switch {
	case final:
	case said.status == http.StatusUnauthorized, said.status == http.StatusBadRequest && code == "invalid_grant":
		why = "the issuer no longer takes it"
	default:
		return &Error{Kind: KindUnavailable, Reason: "the login was not refreshed: the issuer answered " + said.refusal(spent), Advice: adviceLater}
	}
	return &Error{Kind: KindExpired, Reason: "the login is over: " + why, Advice: adviceLogin, named: final || code == "invalid_grant"}
}

// renewed reads the answer. A refresh token in it replaces the old one even
// where nothing else is right: the old one is spent.
func (c *Client) renewed(login Login, said answer) (Login, error) {
	var t tokens
	err := json.Unmarshal(said.body, &t)
	t = t.usable()
	if err != nil || t.Access == "" && t.Refresh == "" {
		return Login{}, &Error{Kind: KindUnavailable, Reason: "the login was not refreshed: the issuer's answer cannot be read", Advice: adviceUnsure, Unsure: true}
	}
	if !t.continues(login) {
		return Login{}, &Error{Kind: KindOtherAccount, Reason: "the issuer answered with the login of another account", Advice: adviceLogin}
	}
	fresh := login
	fresh.take(t, c.now())
	fresh.AccountID = orKeep(login.AccountID, fresh.AccountID)
	fresh.Refreshed = c.now()
	return fresh, nil
}

// continues reports whether tokens can be of the account of a login. The
// account is the id token's; an access token alone may always have named
// another one, and is compared with the one before it.
func (t tokens) continues(login Login) bool {
	id, _ := ReadClaims(t.ID)
	before, after := login.AccountID, id.AccountID
	if after == "" {
		old, _ := ReadClaims(login.Access.Reveal())
		access, _ := ReadClaims(t.Access)
		before, after = old.AccountID, access.AccountID
	}
	return before == "" || after == "" || before == after
}

// revokeTimeout is the official client's (codex-rs/login/src/auth/revoke.rs,
// 2026-08-22).
const revokeTimeout = 10 * time.Second

// Revoke ends the login at its issuer. It is best effort: the caller removes
// its own copy in any case.
func (c *Client) Revoke(ctx context.Context, login Login) error {
	endpoint, err := c.endpoint(login, pathRevoke)
	if err != nil {
		return err
	}
	body := map[string]string{"token": login.Refresh.Reveal(), "token_type_hint": "refresh_token", "client_id": c.clientID}
	if login.Refresh.Empty() {
		body = map[string]string{"token": login.Access.Reveal(), "token_type_hint": "access_token"}
	}
	ctx, stop := context.WithTimeout(ctx, revokeTimeout)
	defer stop()
	said, err := c.ask(ctx, endpoint, body)
	switch {
	case err != nil:
		return &Error{Kind: KindUnavailable, Reason: fmt.Sprintf("the issuer was not told that the login ends: %v", err), Advice: "end it in the account's settings", Cause: err}
	case said.status/100 != 2:
		return &Error{Kind: KindUnavailable, Reason: "the issuer did not take the login back: " + said.refusal(body["token"]), Advice: "end it in the account's settings"}
	}
	return nil
}
