package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/pkg/codex"
)

// authTokenOptions say which token is printed.
type authTokenOptions struct {
	backend backendOptions
	yes     bool
}

func newAuthTokenCmd(env Env, run func(context.Context, Env, authTokenOptions) error) *cobra.Command {
	var o authTokenOptions
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Print the access token, for scripts",
		Long: `Print the access token on standard output, for scripts; it is refreshed first
if its end is near. Whoever has it can use the account until it expires, so a
terminal gets it only with --yes.`,
		Example: `  curl -H "Authorization: Bearer $(codexgen auth token)" ...`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.backend.global = globalFlags(cmd)
			return run(cmd.Context(), env, o)
		},
	}
	o.backend.addAddressFlags(cmd.Flags())
	under(headScripts, cmd.Flags(), func(flags *pflag.FlagSet) {
		flags.BoolVar(&o.yes, "yes", false, "print it on a terminal, too")
	})
	return cmd
}

func runAuthToken(ctx context.Context, env Env, o authTokenOptions) (err error) {
	if env.StdoutTTY && !o.yes {
		return usageError{"auth token would show the token on the terminal, where it stays", "pipe it, or add --yes"}
	}
	conn, err := connect(ctx, env, o.backend)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	conn.tellSource(env, o.backend.global)
	token, err := conn.tokens.Token(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(env.Stdout, token.Access.Reveal())
	return err
}

// authRefreshOptions say which login is refreshed.
type authRefreshOptions struct{ backend backendOptions }

func newAuthRefreshCmd(env Env, run func(context.Context, Env, authRefreshOptions) error) *cobra.Command {
	var o authRefreshOptions
	cmd := &cobra.Command{
		Use:   "refresh",
		Short: "Refresh the login now",
		Long: `Refresh the login now. This happens by itself five minutes before a token ends;
the command is for a login that is to be fresh before something long. Only
codexgen's own logins can be refreshed.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.backend.global = globalFlags(cmd)
			return run(cmd.Context(), env, o)
		},
	}
	o.backend.addAddressFlags(cmd.Flags())
	return cmd
}

func runAuthRefresh(ctx context.Context, env Env, o authRefreshOptions) (err error) {
	conn, err := connect(ctx, env, o.backend)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if conn.found.own == nil {
		return usageError{"the login from " + conn.found.credential.Source + " is not codexgen's to refresh", "codexgen auth login makes one that is"}
	}
	login, err := conn.found.own.Refresh(ctx, conn.found.login)
	if err != nil {
		return err
	}
	if login.Expires.IsZero() {
		tellPeople(env, o.backend.global, "Refreshed.")
		return nil
	}
	tellPeople(env, o.backend.global, "Refreshed; it ends %s.", codex.Until(login.Expires, env.Now()))
	return nil
}
