package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/pkg/auth"
	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/credstore"
)

// authLoginOptions say how to sign in, and what becomes of the login.
type authLoginOptions struct {
	global     globalOptions
	device     bool
	noBrowser  bool
	withToken  bool
	yes        bool
	connectors bool
	profile    string
	store      string
	baseURL    string
	issuer     string
	caCert     string
}

func newAuthLoginCmd(env Env, run func(context.Context, Env, authLoginOptions) error) *cobra.Command {
	var o authLoginOptions
	cmd := &cobra.Command{
		Use:   "login",
		Short: "Sign in and keep the login under a profile",
		Long: `Sign in and keep the login under a profile: in the system's keyring, or with
--store file in a file that only you can read. It is refreshed when needed,
also when many codexgen run at once.

The sign-in is that of the Codex programs. OpenAI tolerates its use by others
and does not document it. The Free plan has no images.

Where no browser can be opened, the address is printed; open it anywhere, and
when the browser ends at an address that it cannot show, paste that address
here. --device needs no way back at all. A sign-in waits 15 minutes.`,
		Example: `  codexgen auth login                          on a laptop
  codexgen auth login --device                 over SSH
  codexgen auth login --device --store file    in a container
  codexgen auth login --profile work           a second account
  codexgen auth login --with-token < token     without a sign-in
  codexgen auth login --sandbox                to see how it goes`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.global = globalFlags(cmd)
			return run(cmd.Context(), env, o)
		},
	}
	under(headLogin, cmd.Flags(), o.addFlags)
	_ = cmd.RegisterFlagCompletionFunc("store", cobra.FixedCompletions([]string{string(credstore.InKeyring), string(credstore.InFile)}, cobra.ShellCompDirectiveNoFileComp))
	under(headBackend, cmd.Flags(), func(flags *pflag.FlagSet) {
		flags.StringVar(&o.baseURL, "base-url", "", "`URL` of the backend that the login is for, if it is another")
		flags.StringVar(&o.issuer, "issuer", "", "`URL` of the issuer to sign in at (default "+auth.DefaultIssuer+")")
		flags.BoolVar(&o.connectors, "connector-scopes", false, "ask for the connector scopes too, should the issuer refuse without")
		flags.StringVar(&o.caCert, "ca-cert", "", "trust the certificate authority in `FILE` (PEM) too")
		_ = cobra.MarkFlagFilename(flags, "ca-cert", "pem", "crt")
	})
	return cmd
}

func (o *authLoginOptions) addFlags(flags *pflag.FlagSet) {
	flags.BoolVar(&o.device, "device", false, "sign in by a code that is typed on another device")
	flags.BoolVar(&o.noBrowser, "no-browser", false, "print the address to open, and take the one that the browser ends at")
	flags.BoolVar(&o.withToken, "with-token", false, "read an access token from standard input; it cannot be refreshed")
	flags.StringVar(&o.profile, "profile", "", "use the login stored under `NAME` (default: the current one)")
	flags.StringVar(&o.store, "store", "", "keep the login in `PLACE`, keyring or file (default: keyring)")
	flags.BoolVar(&o.yes, "yes", false, "replace another account's login without asking")
}

func (o authLoginOptions) check() error {
	ways := 0
	for _, way := range []bool{o.device, o.noBrowser, o.withToken} {
		if way {
			ways++
		}
	}
	switch {
	case ways > 1:
		return usageError{"--device, --no-browser and --with-token exclude each other", "choose one"}
	case o.baseURL == "":
		return nil
	}
	_, err := codex.New(codex.Options{BaseURL: o.baseURL}) // the same check as later
	return err
}

// target is the profile that the login goes to. One that exists keeps its
// place and its address unless others are asked for.
func (o authLoginOptions) target(profiles *credstore.Profiles) (credstore.Profile, bool, error) {
	profile, err := profiles.Get(o.profile)
	exists := err == nil
	switch {
	case notLoggedIn(err):
		profile = credstore.Profile{Name: orDefault(o.profile, credstore.DefaultProfile), Store: credstore.InKeyring}
	case err != nil:
		return profile, false, err
	}
	if o.store != "" {
		if profile.Store, err = credstore.ParseKind(o.store); err != nil {
			return profile, false, err
		}
	}
	profile.BaseURL, profile.Issuer = orDefault(strings.TrimRight(o.baseURL, "/"), profile.BaseURL), orDefault(o.issuer, profile.Issuer)
	return profile, exists, nil
}

// freeNote is for the plan that has no images.
const freeNote = "the account's plan is free; images are not included in it"
