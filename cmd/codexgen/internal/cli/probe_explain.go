package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/pkg/probe"
	"github.com/codexgen/codexgen/pkg/probe/report"
)

// explainOptions say which variant is explained.
type explainOptions struct {
	global globalOptions
	name   string
	suite  string
}

func newProbeExplainCmd(env Env, run func(context.Context, Env, explainOptions) error) *cobra.Command {
	var o explainOptions
	cmd := &cobra.Command{
		Use:   "explain NAME",
		Short: "Explain a variant: its question, the evidence, its request",
		Long: `Explain a variant: its question, the public reports that it rests on, and its
request as a difference from that of its control. Nothing is sent.`,
		Example:           `  codexgen probe explain hosted-forced`,
		Args:              oneVariant,
		ValidArgsFunction: ofVariants(variantNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.global, o.name = globalFlags(cmd), args[0]
			return run(cmd.Context(), env, o)
		},
	}
	addProbeFlags(headVariants, cmd, func(flags *pflag.FlagSet) { addSuiteFlag(flags, &o.suite) })
	return cmd
}

func oneVariant(_ *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	return usageError{fmt.Sprintf("explain takes one variant, but got %d", len(args)), "codexgen probe list shows them all"}
}

func runProbeExplain(_ context.Context, env Env, o explainOptions) error {
	variants, err := knownVariants(env, o.suite)
	if err != nil {
		return err
	}
	variant, found := probe.Find(variants, o.name)
	if !found {
		return &probe.UnknownError{What: "name", Value: o.name}
	}
	client, err := newClient(env, backendOptions{global: o.global}, "", nil, nil)
	if err != nil {
		return err
	}
	diff, err := variant.Diff(client, variants)
	if err != nil {
		return err
	}
	return report.Explain(env.Stdout, variant, diff, reportOptions(env, o.global))
}
