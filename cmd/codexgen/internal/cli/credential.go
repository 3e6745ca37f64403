package cli

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/termtext"
	"github.com/codexgen/codexgen/pkg/auth"
	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/credstore"
)

// loginOptions say which login a command uses.
type loginOptions struct {
	profile string // "" is the current one
	source  string // another program's: "codex" or "hermes"
}

// Programs whose login can be borrowed (credstore.LenderByName).
const (
	sourceCodex  = "codex"
	sourceHermes = "hermes"
)

func (o *loginOptions) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.profile, "profile", "", "use the login stored under `NAME` (default: the current one)")
	flags.StringVar(&o.source, "auth-source", "", "borrow, read only, the login of `PROGRAM`: codex or hermes")
}

// completeLogins completes the flags of loginOptions wherever they are.
func completeLogins(cmd *cobra.Command, env Env) {
	for _, child := range cmd.Commands() {
		completeLogins(child, env)
	}
	// A command without the flag says so by an error; there is nothing to do.
	_ = cmd.RegisterFlagCompletionFunc("profile", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return profileNames(env), cobra.ShellCompDirectiveNoFileComp
	})
	_ = cmd.RegisterFlagCompletionFunc("auth-source", cobra.FixedCompletions([]string{sourceCodex, sourceHermes}, cobra.ShellCompDirectiveNoFileComp))
}

// found is the login that a command uses.
type found struct {
	source     string // environment, profile, codex, hermes or sandbox
	where      string // its store, for people
	credential credstore.Credential

	// Of a profile.
	profile credstore.Profile
	login   auth.Login
	ended   string // why it is known to be over
	own     *auth.Source
}

func (c *connection) use(f found) {
	c.found, c.plan, c.account = f, f.credential.Plan, f.credential.AccountID
}

// tellSource names a login that the user may not have meant, in commands that
// show it nowhere else.
func (c *connection) tellSource(env Env, global globalOptions) {
	if c.note != "" {
		tellPeople(env, global, "%s", termtext.Line(c.note))
	}
}

// login settles where requests go and with which credential: the sandbox's
// throw-away one; another program's, if asked for; the environment's, which
// may go to any base URL; the profile's; or, where there is no profile, that
// of the Codex programs. Stored and borrowed ones go to their own host only.
func (c *connection) login(ctx context.Context, env Env, o backendOptions) (string, codex.TokenSource, error) {
	if o.global.SandboxSet {
		return c.startSandbox(o.global.Sandbox, cmp.Or(o.pace, sandboxPace))
	}
	if o.login.source != "" {
		return c.borrow(ctx, env, o, o.login.source)
	}
	if credential, ok := environmentLogin(env); ok {
		if o.login.profile != "" {
			c.note = "using CODEXGEN_ACCESS_TOKEN, which goes before the profile " + o.login.profile
		}
		c.use(found{source: "environment", credential: credential, where: credential.Source})
		return o.baseURL, fixedToken{credential}, credential.Check(env.Now())
	}
	profiles, err := profilesOf(env)
	if err != nil {
		return "", nil, err
	}
	profile, err := profiles.Get(o.login.profile)
	switch {
	case err == nil:
		return c.stored(ctx, env, o, profiles, profile)
	case notLoggedIn(err) && o.login.profile == "":
		base, tokens, borrowErr := c.borrow(ctx, env, o, sourceCodex)
		if notLoggedIn(borrowErr) {
			return "", nil, err
		}
		return base, tokens, borrowErr
	}
	return "", nil, err
}

// environmentLogin is the credential that was handed over for this run.
func environmentLogin(env Env) (credstore.Credential, bool) {
	token, ok := env.LookupEnv("CODEXGEN_ACCESS_TOKEN")
	if !ok || token == "" {
		return credstore.Credential{}, false
	}
	account, _ := env.LookupEnv("CODEXGEN_ACCOUNT_ID")
	return credstore.FromToken(token, account, "CODEXGEN_ACCESS_TOKEN"), true
}

// stored uses a login of our own.
func (c *connection) stored(ctx context.Context, env Env, o backendOptions, profiles *credstore.Profiles, profile credstore.Profile) (string, codex.TokenSource, error) {
	store, err := profiles.Open(ctx, profile.Name)
	if err != nil {
		return "", nil, err
	}
	login, err := store.Load(ctx)
	if err != nil {
		return "", nil, err
	}
	if err := onlyTo(o.baseURL, login.BaseURL); err != nil { // the list of profiles says it too, but is less well kept
		return "", nil, err
	}
	client, err := issuerClient(env, issuerOptions{caCert: o.caCert, debug: o.global.Debug})
	if err != nil {
		return "", nil, err
	}
	warn := func(err error) { c.say(warningLine(err)) }
	own := auth.NewSource(store, client, warn)
	name := "profile " + profile.Name
	c.use(found{source: "profile", credential: credstore.FromLogin(login, name), where: profiles.Where(profile), profile: profile, login: login, ended: store.Ended(login), own: own})
	return login.BaseURL, storedToken{own, name, login.BaseURL, login.AccountID, warn}, nil
}

// onlyTo refuses to send a login elsewhere than to its own backend.
func onlyTo(asked, own string) error {
	own = orDefault(own, codex.DefaultBaseURL)
	if asked == "" || strings.TrimRight(asked, "/") == strings.TrimRight(own, "/") {
		return nil
	}
	return usageError{"--base-url " + asked + ": a stored login goes to its own host only", "codexgen auth login --profile NAME --base-url URL makes a login for it, or set CODEXGEN_ACCESS_TOKEN to a token that is meant for this URL"}
}

// warningLine is an error that did not stop the run, with its advice.
func warningLine(err error) string {
	line := "warning: " + err.Error()
	if hint := hintOf(err); hint != "" {
		line += "; " + hint
	}
	return termtext.Line(line)
}

// borrow reads another program's login. It is neither changed nor refreshed.
func (c *connection) borrow(ctx context.Context, env Env, o backendOptions, program string) (string, codex.TokenSource, error) {
	lender, err := credstore.LenderByName(program, credstore.Surroundings{HomeDir: env.HomeDir, LookupEnv: env.LookupEnv, Keyring: ringOptions(env), Now: env.Now})
	if err != nil {
		return "", nil, err
	}
	credential, err := lender.Borrow(ctx)
	if err != nil {
		return "", nil, err
	}
	if err := onlyTo(o.baseURL, ""); err != nil {
		return "", nil, err
	}
	c.use(found{source: program, credential: credential, where: credential.Source})
	c.note = "using the " + program + " login at " + credential.Source + " (read only)"
	return "", borrowedToken{lender}, credential.Check(env.Now())
}

// notLoggedIn tells the absence of a login from one that cannot be read.
func notLoggedIn(err error) bool {
	missing, ok := errors.AsType[*credstore.Error](err)
	return ok && missing.Missing
}
