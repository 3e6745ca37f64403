package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/codexgen/codexgen/pkg/internal/redact"
)

// scopes are the official client's, by default without its two for connectors
// (observed with 0.169.0, 2026-11). That the issuer takes the shorter list is
// not verified.
func (c *Client) scopes() []string {
	list := []string{"openid", "profile", "email", "offline_access"}
	if c.connectors {
		list = append(list, "api.connectors.read", "api.connectors.invoke")
	}
	return list
}

func (c *Client) oauth(redirect string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: c.clientID,
		Endpoint: oauth2.Endpoint{
			AuthURL: c.issuer + pathAuthorize, TokenURL: c.issuer + pathToken,
			// To find the style out, the library would try twice, and a code works once.
			AuthStyle: oauth2.AuthStyleInParams,
		},
		RedirectURL: redirect,
		Scopes:      c.scopes(),
	}
}

// exchange trades a code for a login. It is not repeated: a code works once.
func (c *Client) exchange(ctx context.Context, redirect, code, verifier string) (Login, error) {
	ctx = context.WithValue(ctx, oauth2.HTTPClient, c.http)
	token, err := c.oauth(redirect).Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if ctx.Err() != nil {
		return Login{}, context.Cause(ctx)
	}
	if err != nil {
		return Login{}, &Error{Kind: KindFailed, Reason: "the sign-in at " + c.issuer + " did not come to an end: " + exchangeFault(err, code, verifier), Advice: adviceLogin}
	}
	id, _ := token.Extra("id_token").(string)
	return c.signedIn(tokens{Access: token.AccessToken, Refresh: token.RefreshToken, ID: id})
}

// exchangeFault words an error of the library, whose own text holds the whole
// answer.
func exchangeFault(err error, secrets ...string) string {
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return connectionOrAnswer(err)
	}
	return answer{status: refused.Response.StatusCode, body: refused.Body}.refusal(secrets...)
}

func connectionOrAnswer(err error) string {
	if strings.HasPrefix(err.Error(), "oauth2:") { // it has no types for these
		return "its answer cannot be read"
	}
	return noConnection(err)
}

// tokens are what the issuer gives; after a refresh any may be missing.
type tokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	ID      string `json:"id_token"`
}

// usable leaves out what cannot be sent in a header or is too long.
func (t tokens) usable() tokens {
	for _, token := range []*string{&t.Access, &t.Refresh, &t.ID} {
		if len(*token) > maxToken || strings.ContainsFunc(*token, func(r rune) bool { return r <= ' ' || r > '~' }) {
			*token = ""
		}
	}
	return t
}

// signedIn makes a login of the answer to a sign-in, which must be whole.
func (c *Client) signedIn(t tokens) (Login, error) {
	refuse := func(why string) (Login, error) {
		return Login{}, &Error{Kind: KindFailed, Reason: fmt.Sprintf("the answer of %s to the sign-in %s", c.issuer, why), Advice: adviceLogin}
	}
	if t = t.usable(); t.Access == "" || t.Refresh == "" || t.ID == "" {
		return refuse("lacks a token that can be used")
	}
	if _, ok := ReadClaims(t.ID); !ok {
		return refuse("has an id token that cannot be read")
	}
	login := Login{Issuer: c.issuer, Created: c.now()}
	login.take(t, c.now())
	return login, nil
}

// take puts new tokens, those that are there, in the place of the old, with
// what they say of themselves. The id token speaks for the person.
func (l *Login) take(t tokens, now time.Time) {
	access, _ := ReadClaims(t.Access)
	for _, claims := range []UnverifiedClaims{access, firstOf(ReadClaims(t.ID))} {
		l.AccountID = orKeep(claims.AccountID, l.AccountID)
		l.Email = orKeep(claims.Email, l.Email)
		l.Plan = orKeep(claims.Plan, l.Plan)
		l.Residency = orKeep(claims.Residency, l.Residency)
		l.FedRAMP = l.FedRAMP || claims.FedRAMP
	}
	if t.Access != "" {
		l.Access, l.Expires = redact.NewSecret(t.Access), access.expiresHere(now)
	}
	if t.Refresh != "" {
		l.Refresh = redact.NewSecret(t.Refresh)
	}
}

func firstOf[A, B any](a A, _ B) A { return a }

func orKeep(value, old string) string {
	if value == "" {
		return old
	}
	return value
}

// maxSkew is how far this machine's clock may be off before it is corrected
// for.
const maxSkew = 5 * time.Minute

// expiresHere is the expiry of a token that has just been made, by this
// machine's clock: one that is a day wrong must not refresh all day long.
func (c UnverifiedClaims) expiresHere(now time.Time) time.Time {
	if c.Expires.IsZero() || c.Issued.IsZero() || !c.Issued.Before(c.Expires) {
		return c.Expires
	}
	if skew := now.Sub(c.Issued); skew.Abs() > maxSkew {
		return c.Expires.Add(skew.Round(time.Second))
	}
	return c.Expires
}

// SameAccount reports whether a login is certain to be of the same account as
// another: a sign-in over a different one must be asked about.
func (l Login) SameAccount(other Login) bool {
	if l.AccountID != "" && other.AccountID != "" {
		return l.AccountID == other.AccountID
	}
	return l.Email != "" && l.Email == other.Email
}
