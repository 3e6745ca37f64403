package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/codexgen/codexgen/pkg/probe/report"
)

// listOptions say which variants are listed, and how.
type listOptions struct {
	global  globalOptions
	variant variantOptions
	json    bool
}

func newProbeListCmd(env Env, run func(context.Context, Env, listOptions) error) *cobra.Command {
	var o listOptions
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the variants, what they cost and what they ask",
		Long: `List the variants, what they cost and what they ask. "free" is believed to be
free: a request that every recorded date refused, or a question that draws
nothing. "image" makes an image if it is accepted.

With --json: an array of objects with name, aliases, purpose, cost, expected,
route, control, tags, extra and evidence.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.global = globalFlags(cmd)
			return run(cmd.Context(), env, o)
		},
	}
	o.variant.addFlags(cmd)
	addJSONFlag(cmd, &o.json)
	return cmd
}

func runProbeList(_ context.Context, env Env, o listOptions) error {
	variants, err := knownVariants(env, o.variant.suite)
	if err == nil {
		variants, err = o.variant.of(variants, true, nil)
	}
	switch {
	case o.json && err != nil:
		return answerJSON(env, nil, err)
	case err != nil:
		return err
	case o.json:
		return printJSON(env.Stdout, report.Entries(variants))
	}
	return report.List(env.Stdout, variants, reportOptions(env, o.global))
}
