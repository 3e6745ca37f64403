package cli

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/codexgen/codexgen/pkg/codex"
)

// usageOptions say whose allowance is shown, and how.
type usageOptions struct {
	backend backendOptions
	json    bool
}

func newUsageCmd(env Env, run func(context.Context, Env, usageOptions) error) *cobra.Command {
	var o usageOptions
	cmd := &cobra.Command{
		Use:        "usage",
		SuggestFor: []string{"quota", "limits", "balance"},
		Short:      "Show what is left of the plan's limits, and when they reset",
		Long: `Show what is left of the plan's limits, and when they reset. Asking costs
nothing. The names are the backend's own and change; those with "image" in them
are marked. Images and text draw on different limits, and a limit that images
draw on need not be listed: a window with room left proves nothing.

With --json: plan, limits (each with name, images, reached, and windows of
limit, window, used_percent, window_minutes and resets_at), credits
(has_credits, unlimited, balance) and reached.`,
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

func runUsage(ctx context.Context, env Env, o usageOptions) error {
	usage, err := askUsage(ctx, env, o.backend)
	switch {
	case o.json:
		return answerJSON(env, usage, err)
	case err != nil:
		return err
	}
	return printUsage(env, usage)
}

func askUsage(ctx context.Context, env Env, o backendOptions) (usage codex.PlanUsage, err error) {
	conn, err := connect(ctx, env, o)
	if err != nil {
		return usage, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	conn.tellSource(env, o.global)
	return conn.client.PlanUsage(ctx)
}

func printUsage(env Env, usage codex.PlanUsage) error {
	table := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "plan %s, credits %s\n\n", orDefault(usage.Plan, "not told"), creditsText(usage.Credits))
	fmt.Fprintln(table, "LIMIT\tWINDOW\tUSED\tLEFT\tRESETS\tNOTE")
	for _, limit := range usage.Limits {
		note := limitNote(limit)
		for _, w := range limit.Windows {
			fmt.Fprintf(table, "%s\t%s\t%.0f %%\t%.0f %%\t%s\t%s\n", limit.Name, windowLength(w), w.UsedPercent, w.Left(), resetText(w, env.Now()), note)
		}
		if len(limit.Windows) == 0 {
			fmt.Fprintf(table, "%s\t-\t-\t-\t-\t%s\n", limit.Name, note)
		}
	}
	if usage.Reached != "" {
		fmt.Fprintf(table, "\nthe backend says: %s\n", usage.Reached)
	}
	return table.Flush()
}

func limitNote(limit codex.PlanLimit) string {
	switch {
	case limit.Images && limit.Reached:
		return "images, reached"
	case limit.Images:
		return "images"
	case limit.Reached:
		return "reached"
	}
	return ""
}

func creditsText(credits *codex.Credits) string {
	switch {
	case credits == nil:
		return "not told"
	case credits.Unlimited:
		return "unlimited"
	case !credits.Has:
		return "none"
	}
	return orDefault(credits.Balance, "some")
}

// windowLength is "5 h" or "7 d", or the window's place where it has no length.
func windowLength(w codex.Window) string {
	length := time.Duration(w.Minutes) * time.Minute
	switch day := 24 * time.Hour; {
	case length == 0:
		return w.Window
	case length%day == 0:
		return fmt.Sprintf("%d d", length/day)
	case length%time.Hour == 0:
		return fmt.Sprintf("%d h", length/time.Hour)
	}
	return fmt.Sprintf("%d min", w.Minutes)
}

func resetText(w codex.Window, now time.Time) string {
	if w.Resets.IsZero() {
		return "not told"
	}
	return codex.Until(w.Resets, now)
}
