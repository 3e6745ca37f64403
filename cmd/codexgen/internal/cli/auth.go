package cli

import (
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/codexgen/codexgen/pkg/auth"
	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/credstore"
)

func newAuthCmd(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:        "auth",
		SuggestFor: []string{"login", "logout", "signin", "whoami", "token", "status"},
		Short:      "Log in and out, and see which login is used",
		Long: `Log in and out, and see which login is used.

A command takes its login from CODEXGEN_ACCESS_TOKEN (with
CODEXGEN_ACCOUNT_ID), else from the profile, else, read only, from the Codex
programs on this machine. Profiles are kept in the system's keyring, or with
--store file in a private file.`,
		Args: onlySubcommands,
		RunE: showHelp,
	}
	cmd.AddCommand(newAuthLoginCmd(env, runAuthLogin), newAuthStatusCmd(env, runAuthStatus), newAuthRefreshCmd(env, runAuthRefresh),
		newAuthTokenCmd(env, runAuthToken), newAuthListCmd(env, runAuthList), newAuthSwitchCmd(env, runAuthSwitch), newAuthLogoutCmd(env, runAuthLogout))
	return cmd
}

// profilesOf opens the logins of this user; nothing is read yet.
func profilesOf(env Env) (*credstore.Profiles, error) {
	if env.StateDir == "" {
		return nil, &credstore.Error{Fault: credstore.Unwritable, Reason: "this system names no folder for logins", Advice: "set XDG_STATE_HOME or HOME, or CODEXGEN_ACCESS_TOKEN"}
	}
	return credstore.NewProfiles(credstore.Options{Folder: filepath.Join(env.StateDir, "logins"), Keyring: credstore.NewKeyring(ringOptions(env))}), nil
}

// ringOptions give somebody who sits there the time to unlock a keyring.
func ringOptions(env Env) credstore.KeyringOptions {
	return credstore.KeyringOptions{
		LookupEnv: env.LookupEnv, Person: env.StdinTTY && env.StderrTTY,
		Waiting: func() { fmt.Fprintln(env.Stderr, "codexgen: waiting for the keyring: is there a dialog to unlock it?") },
	}
}

// profileNames is for completion: a list that cannot be read has none.
func profileNames(env Env) (names []string) {
	profiles, err := profilesOf(env)
	if err != nil {
		return nil
	}
	all, _ := profiles.List()
	for _, profile := range all {
		names = append(names, profile.Name)
	}
	return names
}

// issuerOptions say which issuer is asked, and how.
type issuerOptions struct {
	issuer     string // "" is Codex's
	caCert     string
	debug      string
	connectors bool
}

// issuerClient speaks to the issuer; nothing is sent yet.
func issuerClient(env Env, o issuerOptions) (*auth.Client, error) {
	roots, err := authorities(o.caCert)
	if err != nil {
		return nil, err
	}
	connections := codex.NewTransport(roots)
	connections.DisableKeepAlives = true // a login asks a few times, a refresh once
	var transport http.RoundTripper = connections
	if o.debug != "" {
		transport = loggedTransport{transport, debugLog(env)}
	}
	return auth.New(auth.Options{Issuer: o.issuer, ClientID: env.ClientID, Ports: env.LoginPorts, Transport: transport,
		Version: env.Version, Now: env.Now, ConnectorScopes: o.connectors})
}

// loggedTransport names the requests to the issuer. Their bodies are secrets,
// and so are those of the answers, at any level.
type loggedTransport struct {
	next http.RoundTripper
	log  *slog.Logger
}

func (t loggedTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	address := request.URL.Scheme + "://" + request.URL.Host + request.URL.Path
	t.log.DebugContext(request.Context(), "request", "method", request.Method, "url", address)
	response, err := t.next.RoundTrip(request)
	if err != nil {
		t.log.DebugContext(request.Context(), "no answer", "url", address)
		return nil, err
	}
	t.log.DebugContext(request.Context(), "answer", "url", address, "status", response.StatusCode)
	return response, nil
}

// tellPeople prints a line that is no result.
func tellPeople(env Env, global globalOptions, format string, args ...any) {
	if !global.Quiet {
		fmt.Fprintf(env.Stderr, format+"\n", args...)
	}
}
