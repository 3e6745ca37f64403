package cli

import (
	"context"
	"errors"

	"github.com/codexgen/codexgen/pkg/sandbox"
)

// trySandboxLogin signs in at an issuer of this process, which ends with it.
// Its one person presses the buttons; nothing is kept.
func trySandboxLogin(ctx context.Context, env Env, o authLoginOptions) (err error) {
	if o.withToken {
		return usageError{"--with-token with --sandbox: the sandbox's sign-in makes its own token", "leave one of them out"}
	}
	server, err := sandbox.New(sandbox.Config{Scenario: o.global.Sandbox, Pace: sandboxPace})
	if err != nil {
		return noScenario("--sandbox="+o.global.Sandbox, o.global.Sandbox)
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	base, err := server.Start("127.0.0.1:0")
	if err != nil {
		return err
	}
	client, err := issuerClient(env, issuerOptions{issuer: sandbox.IssuerURL(base), debug: o.global.Debug, connectors: o.connectors})
	if err != nil {
		return err
	}
	tellPeople(env, o.global, "This is the sandbox's sign-in, on this machine; no account is behind it.")
	login, err := signIn(ctx, env, o, client)
	if err != nil {
		return err
	}
	return signedIn(env, o.global, login, "by the sandbox; nothing was kept")
}
