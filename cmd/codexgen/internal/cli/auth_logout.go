package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/termtext"
	"github.com/codexgen/codexgen/pkg/auth"
	"github.com/codexgen/codexgen/pkg/credstore"
)

// authLogoutOptions say which logins end.
type authLogoutOptions struct {
	global  globalOptions
	profile string
	all     bool
	caCert  string
}

func newAuthLogoutCmd(env Env, run func(context.Context, Env, authLogoutOptions) error) *cobra.Command {
	var o authLogoutOptions
	cmd := &cobra.Command{
		Use:   "logout",
		Short: "End a login, and remove it from this machine",
		Long: `End a login at its issuer, and remove everything of its profile from this
machine. It is removed even if the issuer does not answer. Tokens that were
handed over, and the logins of other programs, are not ended. A login that is
gone already is no error.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.global = globalFlags(cmd)
			return run(cmd.Context(), env, o)
		},
	}
	under(headLogin, cmd.Flags(), func(flags *pflag.FlagSet) {
		flags.StringVar(&o.profile, "profile", "", "use the login stored under `NAME` (default: the current one)")
		flags.BoolVar(&o.all, "all", false, "end the logins of all profiles")
	})
	under(headBackend, cmd.Flags(), func(flags *pflag.FlagSet) {
		flags.StringVar(&o.caCert, "ca-cert", "", "trust the certificate authority in `FILE` (PEM) too")
		_ = cobra.MarkFlagFilename(flags, "ca-cert", "pem", "crt")
	})
	return cmd
}

func runAuthLogout(ctx context.Context, env Env, o authLogoutOptions) error {
	if o.global.SandboxSet {
		return usageError{"auth logout with --sandbox: its login ends with the run", "leave --sandbox out"}
	}
	profiles, err := profilesOf(env)
	if err != nil {
		return err
	}
	client, err := issuerClient(env, issuerOptions{caCert: o.caCert, debug: o.global.Debug})
	if err != nil {
		return err
	}
	leaving, err := o.which(profiles)
	switch {
	case notLoggedIn(err): // what was asked for is so, as after the first of two
		tellPeople(env, o.global, "Nothing was removed: %s.", o.absent())
	case err != nil:
		return err
	}
	var failed error
	for _, profile := range leaving {
		if err := logOut(ctx, env, o, profiles, client, profile); err != nil {
			failed = errors.Join(failed, err)
		}
	}
	if _, ok := environmentLogin(env); ok && failed == nil {
		fmt.Fprintln(env.Stderr, "CODEXGEN_ACCESS_TOKEN is still set.")
	}
	return failed
}

func (o authLogoutOptions) which(profiles *credstore.Profiles) ([]credstore.Profile, error) {
	switch {
	case o.all && o.profile != "":
		return nil, usageError{"--all and --profile exclude each other", "choose one"}
	case o.all:
		return profiles.List()
	}
	profile, err := profiles.Get(o.profile)
	if err != nil {
		return nil, err
	}
	return []credstore.Profile{profile}, nil
}

// absent says which login is not there.
func (o authLogoutOptions) absent() string {
	if o.profile == "" {
		return "codexgen has no login of its own here"
	}
	return "there is no profile " + o.profile
}

// logOut tells the issuer, and removes the login whatever that says. A store
// that does not answer keeps it: what is there is not known to be gone.
func logOut(ctx context.Context, env Env, o authLogoutOptions, profiles *credstore.Profiles, client *auth.Client, profile credstore.Profile) error {
	told := endAtIssuer(ctx, profiles, client, profile)
	if err := profiles.Remove(ctx, profile.Name); err != nil {
		return err
	}
	tellPeople(env, o.global, "Logged out of profile %s.", profile.Name)
	if told != nil {
		fmt.Fprintln(env.Stderr, termtext.Line("the login is removed, but may go on at its issuer: "+told.Error()))
	}
	return nil
}

// endAtIssuer holds the profile's lock, so that nobody refreshes what ends.
func endAtIssuer(ctx context.Context, profiles *credstore.Profiles, client *auth.Client, profile credstore.Profile) error {
	store, err := profiles.Open(ctx, profile.Name)
	if err != nil {
		return err
	}
	unlock, err := store.Lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	login, err := store.Load(ctx)
	if err != nil {
		return err
	}
	return letGo(ctx, client, login)
}
