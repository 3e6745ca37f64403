package cli

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/termtext"
	"github.com/codexgen/codexgen/pkg/auth"
	"github.com/codexgen/codexgen/pkg/codex"
)

// authListOptions say how the profiles are listed.
type authListOptions struct{ json bool }

func newAuthListCmd(env Env, run func(context.Context, Env, authListOptions) error) *cobra.Command {
	var o authListOptions
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the profiles",
		Long: `List the profiles. No store is opened for it: auth status shows one login.

With --json: profiles, each with name, current, store, base_url and issuer.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return run(cmd.Context(), env, o) },
	}
	addJSONFlag(cmd, &o.json)
	return cmd
}

// profileList is what --json prints.
type profileList struct {
	Profiles []profileRow `json:"profiles"`
}

type profileRow struct {
	Name    string `json:"name"`
	Current bool   `json:"current"`
	Store   string `json:"store"`
	BaseURL string `json:"base_url"`
	Issuer  string `json:"issuer"`
}

func runAuthList(_ context.Context, env Env, o authListOptions) error {
	list, err := listProfiles(env)
	switch {
	case o.json:
		return answerJSON(env, list, err)
	case err != nil:
		return err
	case len(list.Profiles) == 0:
		fmt.Fprintln(env.Stderr, "there is no profile; codexgen auth login makes one")
		return nil
	}
	return list.print(env)
}

func listProfiles(env Env) (profileList, error) {
	list := profileList{Profiles: []profileRow{}}
	profiles, err := profilesOf(env)
	if err != nil {
		return list, err
	}
	all, err := profiles.List()
	for _, p := range all {
		list.Profiles = append(list.Profiles, profileRow{p.Name, p.Current, string(p.Store), orDefault(p.BaseURL, codex.DefaultBaseURL), orDefault(p.Issuer, auth.DefaultIssuer)})
	}
	return list, err
}

func (l profileList) print(env Env) error {
	table := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PROFILE\tSTORE\tBACKEND\t")
	for _, row := range l.Profiles {
		note := ""
		if row.Current {
			note = "current"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", row.Name, row.Store, termtext.Line(row.BaseURL), note)
	}
	return table.Flush()
}

// authSwitchOptions name the profile to use from now on.
type authSwitchOptions struct {
	global globalOptions
	name   string
}

func newAuthSwitchCmd(env Env, run func(context.Context, Env, authSwitchOptions) error) *cobra.Command {
	var o authSwitchOptions
	return &cobra.Command{
		Use:   "switch PROFILE",
		Short: "Use another profile from now on",
		Long:  "Use another profile from now on. --profile and CODEXGEN_PROFILE go before it.",
		Args:  oneProfile,
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return profileNames(env), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.global, o.name = globalFlags(cmd), args[0]
			return run(cmd.Context(), env, o)
		},
	}
}

func oneProfile(cmd *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	return usageError{fmt.Sprintf("%s takes one profile, but got %d", cmd.Name(), len(args)), "codexgen auth list shows them"}
}

func runAuthSwitch(ctx context.Context, env Env, o authSwitchOptions) error {
	profiles, err := profilesOf(env)
	if err != nil {
		return err
	}
	if err := profiles.Switch(ctx, o.name); err != nil {
		return err
	}
	tellPeople(env, o.global, "Using profile %s.", o.name)
	return nil
}
