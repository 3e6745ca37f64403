package cli

import (
	"context"
	"testing"

	"github.com/codexgen/codexgen/pkg/auth"
	"github.com/codexgen/codexgen/pkg/credstore"
)

// oneLogin is a store with a login that another process may replace.
type oneLogin struct {
	auth.Store
	login auth.Login
}

func (s *oneLogin) Load(context.Context) (auth.Login, error) { return s.login, nil }
func (s *oneLogin) Lock(context.Context) (func(), error)     { return func() {}, nil }

// A run speaks to one backend: a login for another one that comes into its
// profile meanwhile is not sent there, neither at first nor after a 401.
func TestALoginGoesToItsOwnBackendAlone(t *testing.T) {
	client, err := auth.New(auth.Options{})
	if err != nil {
		t.Fatal(err)
	}
	store := &oneLogin{login: auth.Login{Access: credstore.FromToken("first", "", "").Access}}
	token := storedToken{auth.NewSource(store, client, nil), "profile x", "", "acc", func(error) {}}
	first, err := token.Token(t.Context())
	if err != nil || first.Access.Reveal() != "first" {
		t.Fatal(err)
	}
	store.login = auth.Login{Access: credstore.FromToken("second", "", "").Access, BaseURL: "http://127.0.0.1:1/"}
	if got, err := token.Token(t.Context()); err == nil {
		t.Errorf("%q was given away", got.Access.Reveal())
	}
	if got, err := token.Refresh(t.Context(), first); err == nil {
		t.Errorf("%q was given away after a 401", got.Access.Reveal())
	}
	store.login.BaseURL = ""
	if got, err := token.Token(t.Context()); err != nil || got.Access.Reveal() != "second" {
		t.Error(err)
	}
}

// Nor does a run change accounts halfway.
func TestARunKeepsItsAccount(t *testing.T) {
	client, err := auth.New(auth.Options{})
	if err != nil {
		t.Fatal(err)
	}
	store := &oneLogin{login: auth.Login{Access: credstore.FromToken("first", "", "").Access, AccountID: "acc"}}
	token := storedToken{auth.NewSource(store, client, nil), "profile x", "", "acc", func(error) {}}
	first, err := token.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	store.login = auth.Login{Access: credstore.FromToken("second", "", "").Access, AccountID: "another"}
	if _, err := token.Token(t.Context()); exitCode(err) != 3 {
		t.Error(err)
	}
	if _, err := token.Refresh(t.Context(), first); exitCode(err) != 3 {
		t.Error(err)
	}
}
