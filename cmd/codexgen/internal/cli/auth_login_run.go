package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/termtext"
	"github.com/codexgen/codexgen/pkg/auth"
	"github.com/codexgen/codexgen/pkg/credstore"
)

// runAuthLogin proves the store before it asks a person to sign in, and lets
// go of what it cannot keep.
func runAuthLogin(ctx context.Context, env Env, o authLoginOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	if o.global.SandboxSet {
		return trySandboxLogin(ctx, env, o)
	}
	profiles, err := profilesOf(env)
	if err != nil {
		return err
	}
	profile, exists, err := o.target(profiles)
	if err != nil {
		return err
	}
	client, err := issuerClient(env, issuerOptions{profile.Issuer, o.caCert, o.global.Debug, o.connectors})
	if err != nil {
		return err
	}
	if err := profiles.Try(ctx, profile); err != nil {
		return err
	}
	announce(env, o, profiles, profile, client)
	before, err := oldLogin(ctx, profiles, profile, exists)
	if err != nil {
		return err
	}
	login, err := signIn(ctx, env, o, client)
	if err != nil {
		return err
	}
	login.BaseURL = profile.BaseURL
	if err := mayReplace(ctx, env, o, profile, before, login); err != nil {
		_ = letGo(ctx, client, login) // or it ends by itself
		return err
	}
	leftover, err := profiles.Login(ctx, profile, login)
	if err != nil {
		_ = letGo(ctx, client, login) // or it ends by itself
		return err
	}
	if leftover != nil {
		fmt.Fprintln(env.Stderr, warningLine(leftover))
	}
	if before.Refresh != login.Refresh && letGo(ctx, client, before) != nil {
		tellPeople(env, o.global, "the old login could not be ended at its issuer; it ends by itself")
	}
	return signedIn(env, o.global, login, "kept in "+profiles.Where(profile))
}

// announce says what is about to happen before it does.
func announce(env Env, o authLoginOptions, profiles *credstore.Profiles, profile credstore.Profile, client *auth.Client) {
	if o.global.Quiet && profile.Store == credstore.InFile { // never without a word
		fmt.Fprintf(env.Stderr, "The login is kept in %s.\n", profiles.Where(profile))
	}
	if o.withToken {
		tellPeople(env, o.global, "The token is kept in %s.", profiles.Where(profile))
	} else {
		tellPeople(env, o.global, "This is the sign-in of the Codex programs; OpenAI does not document its use by others. The tokens are kept in %s.", profiles.Where(profile))
		announceIssuer(env, o, profile, client.Issuer())
	}
	if profile.BaseURL != "" {
		tellPeople(env, o.global, "The login goes to %s and nowhere else.", termtext.Line(profile.BaseURL))
	}
	if _, ok := environmentLogin(env); ok {
		fmt.Fprintln(env.Stderr, "CODEXGEN_ACCESS_TOKEN is set: it goes before this login until you unset it.")
	}
}

// announceIssuer names every issuer but the usual one, whatever --quiet says.
func announceIssuer(env Env, o authLoginOptions, profile credstore.Profile, issuer string) {
	if issuer == auth.DefaultIssuer {
		return
	}
	fmt.Fprintln(env.Stderr, "You sign in at", termtext.Line(issuer)+", which is not OpenAI's.")
	if o.issuer == "" {
		fmt.Fprintf(env.Stderr, "Profile %s was made for it; codexgen auth logout --profile %s forgets that.\n", profile.Name, profile.Name)
	}
}

// oldLogin is what the new one replaces; one that is damaged or gone is none.
func oldLogin(ctx context.Context, profiles *credstore.Profiles, profile credstore.Profile, exists bool) (auth.Login, error) {
	if !exists {
		return auth.Login{}, nil
	}
	store, err := profiles.Open(ctx, profile.Name)
	if err != nil {
		return auth.Login{}, err
	}
	login, err := store.Load(ctx)
	fault, _ := errors.AsType[*credstore.Error](err)
	if fault != nil && (fault.Missing || fault.Fault == credstore.NotFound || fault.Fault == credstore.Damaged) {
		return auth.Login{}, nil
	}
	return login, err
}

// signIn takes the way that was asked for, or the one that this machine has.
func signIn(ctx context.Context, env Env, o authLoginOptions, client *auth.Client) (auth.Login, error) {
	switch {
	case o.withToken:
		return handedOver(env)
	case o.device:
		return deviceSignIn(ctx, env, client)
	}
	return browserSignIn(ctx, env, client, !o.noBrowser && hasBrowser(env))
}

// handedOver makes a login of an access token.
func handedOver(env Env) (auth.Login, error) {
	line, err := secretLines(env, "access token (it is not shown): ")()
	switch {
	case errors.Is(err, bufio.ErrTooLong):
		return auth.Login{}, usageError{"--with-token: that is too long for a token", "give the access token alone"}
	case err != nil && !errors.Is(err, io.EOF):
		return auth.Login{}, fmt.Errorf("read token: %w", err)
	case line == "":
		return auth.Login{}, usageError{"--with-token: standard input has no token in its first line", "codexgen auth login --with-token < FILE"}
	}
	credential := credstore.FromToken(line, "", "standard input")
	if err := credential.Check(env.Now()); err != nil {
		return auth.Login{}, err
	}
	claims, _ := auth.ReadClaims(line)
	return auth.Login{Access: credential.Access, Expires: credential.Expires, AccountID: credential.AccountID, Email: claims.Email,
		Plan: claims.Plan, FedRAMP: claims.FedRAMP, Residency: claims.Residency, Created: env.Now()}, nil
}

// mayReplace asks before another account's login goes.
func mayReplace(ctx context.Context, env Env, o authLoginOptions, profile credstore.Profile, before, after auth.Login) error {
	if before.Access.Empty() || o.yes || before.SameAccount(after) {
		return nil
	}
	was := termtext.Line(orDefault(before.Email, "another account"))
	refusal := usageError{"profile " + profile.Name + " holds the login of " + was + "; nothing was changed", "codexgen auth login --profile NAME keeps both, --yes replaces it"}
	// Nobody is asked where a line of standard input may be an address.
	if !env.StdinTTY || o.withToken || !o.device && (o.noBrowser || !hasBrowser(env)) {
		return refusal
	}
	answer, err := ask(ctx, env, fmt.Sprintf("Profile %s holds the login of %s. Replace it by that of %s? [y/N] ", profile.Name, was, termtext.Line(orDefault(after.Email, "another account"))))
	switch {
	case err != nil:
		return err
	case answer == "y" || answer == "yes":
		return nil
	}
	return refusal
}

// letGo ends a login of ours at its issuer, so that none is left that nobody
// keeps. One that was handed over belongs to whom it came from.
func letGo(ctx context.Context, client *auth.Client, login auth.Login) error {
	if login.Refresh.Empty() {
		return nil
	}
	return client.Revoke(context.WithoutCancel(ctx), login) // has a limit of its own
}

func signedIn(env Env, global globalOptions, login auth.Login, where string) error {
	tellPeople(env, global, "Logged in as %s (plan %s), %s.", termtext.Line(orDefault(login.Email, "an account without a name")), termtext.Line(orDefault(login.Plan, "not told")), where)
	if login.Plan == "free" {
		fmt.Fprintln(env.Stderr, freeNote)
	}
	return nil
}
