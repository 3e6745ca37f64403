package cli

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/termtext"
	"github.com/codexgen/codexgen/pkg/auth"
	"github.com/codexgen/codexgen/pkg/codex"
)

// authStatusOptions say which login is shown, and how.
type authStatusOptions struct {
	backend backendOptions
	json    bool
}

func newAuthStatusCmd(env Env, run func(context.Context, Env, authStatusOptions) error) *cobra.Command {
	var o authStatusOptions
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show which login is used, and until when",
		Long: `Show which login the other commands would use, and until when. Nothing is
sent. The exit code is 3 when there is none that can be used.

With --json: logged_in, source ("environment", "profile", "codex", "hermes" or
"sandbox"), profile, store, where, account_id, email, plan, expires,
next_refresh (null where there is none), refreshable, ended (why it cannot be
refreshed any more), base_url and issuer. A failure has error_type:
"auth_required" means not logged in, "keyring_locked" and the like that the
login could not be looked at.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.backend.global = globalFlags(cmd)
			return run(cmd.Context(), env, o)
		},
	}
	o.backend.addAddressFlags(cmd.Flags())
	addJSONFlag(cmd, &o.json)
	return cmd
}

// loginStatus is what --json prints.
type loginStatus struct {
	LoggedIn    bool       `json:"logged_in"`
	Source      string     `json:"source"`
	Profile     string     `json:"profile"`
	Store       string     `json:"store"`
	Where       string     `json:"where"`
	AccountID   string     `json:"account_id"`
	Email       string     `json:"email"`
	Plan        string     `json:"plan"`
	Expires     *time.Time `json:"expires"`
	NextRefresh *time.Time `json:"next_refresh"`
	Refreshable bool       `json:"refreshable"`
	Ended       string     `json:"ended"`
	BaseURL     string     `json:"base_url"`
	Issuer      string     `json:"issuer"`
}

func runAuthStatus(ctx context.Context, env Env, o authStatusOptions) error {
	status, err := askStatus(ctx, env, o.backend)
	switch {
	case o.json:
		return answerJSON(env, status, err)
	case err != nil:
		return err
	}
	return status.print(env)
}

func askStatus(ctx context.Context, env Env, o backendOptions) (status loginStatus, err error) {
	conn, err := connect(ctx, env, o)
	if err != nil {
		return status, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	status = statusOf(conn)
	if status.Ended != "" && status.Expires != nil && !env.Now().Before(*status.Expires) {
		return status, &auth.Error{Kind: auth.KindExpired, Reason: status.Ended, Advice: "codexgen auth login"}
	}
	return status, nil
}

func statusOf(conn *connection) loginStatus {
	f := conn.found
	email := f.login.Email
	if claims, ok := auth.ReadClaims(f.credential.Access.Reveal()); ok && email == "" {
		email = claims.Email
	}
	return loginStatus{LoggedIn: true, Source: f.source, Profile: f.profile.Name, Store: string(f.profile.Store), Where: termtext.Line(f.where),
		AccountID: termtext.Line(f.credential.AccountID), Email: termtext.Line(email), Plan: termtext.Line(f.credential.Plan),
		Expires: orNull(f.credential.Expires), NextRefresh: orNull(f.login.RefreshAt()), Refreshable: !f.login.Refresh.Empty() && f.ended == "", Ended: f.ended,
		BaseURL: orDefault(conn.base, codex.DefaultBaseURL), Issuer: f.login.Issuer}
}

func orNull(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	at = at.UTC()
	return &at
}

func (s loginStatus) print(env Env) error {
	table := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	for _, row := range [][2]string{
		{"source", s.Source}, {"profile", s.Profile}, {"account", s.Email}, {"account id", s.AccountID}, {"plan", orDefault(s.Plan, "not told")},
		{"store", s.Where}, {"expires", s.expiry(env.Now())}, {"refresh", s.refresh(env.Now())}, {"backend", termtext.Line(s.BaseURL)}, {"issuer", termtext.Line(s.Issuer)},
	} {
		if row[1] != "" {
			fmt.Fprintf(table, "%s\t%s\n", row[0], row[1])
		}
	}
	return table.Flush()
}

func (s loginStatus) expiry(now time.Time) string {
	switch {
	case s.Expires == nil:
		return "not told"
	case !now.Before(*s.Expires):
		return s.Expires.Local().Format("2006-01-02 15:04") + ", which is past"
	}
	return codex.Until(*s.Expires, now)
}

func (s loginStatus) refresh(now time.Time) string {
	switch {
	case s.Ended != "":
		return "not any more: " + termtext.Line(s.Ended)
	case !s.Refreshable:
		return "not by codexgen"
	case s.NextRefresh == nil:
		return "when the backend refuses it"
	case !now.Before(*s.NextRefresh):
		return "at the next use"
	}
	return codex.Until(*s.NextRefresh, now)
}
