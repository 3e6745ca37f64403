package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/probe"
	"github.com/codexgen/codexgen/pkg/probe/report"
)

// probeOptions is one `probe` as the user asked for it.
type probeOptions struct {
	backend backendOptions
	variant variantOptions

	all       bool
	only      []string
	hostModel string
	budget    int
	budgetSet bool
	yes       bool
	format    string
	pictures  string
	save      string
	baseline  string
	expect    []string
}

func newProbeCmd(env Env, run func(context.Context, Env, probeOptions) error) *cobra.Command {
	var o probeOptions
	cmd := &cobra.Command{
		Use:   "probe",
		Short: "Find out what the backend accepts today, and why no image came",
		Long: `Find out what the backend accepts today, and why no image came: send variants of
a request, each with one difference from its control, and say which were
refused, accepted without an image, accepted but ignored, or honoured.

Without --budget only questions and requests that every recorded date refused
are sent, which is believed to be free. Nothing is sent twice. It ends early at
an unexpected refusal of the login, a challenge or a usage limit; Ctrl-C prints
what is known so far. What is found is remembered for a day, for "gen" too.

The exit code is 10 where --expect or --baseline is not met; else it is 0
whatever the verdicts are, unless the run could not go on.`,
		Example: `  codexgen probe                       what is free; on a terminal it offers the rest
  codexgen probe --budget 2            can this account make images, and how
  codexgen probe --all --budget 60 --format html > report.html
  codexgen probe --yes --baseline last.json --save last.json
  codexgen probe --sandbox=stripped --budget 2`,
		Args:        noVariant,
		Annotations: runsItself(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.backend.global = globalFlags(cmd)
			o.budgetSet = wasSet(cmd, "budget")
			return run(cmd.Context(), env, o)
		},
	}
	o.addFlags(cmd)
	cmd.AddCommand(newProbeListCmd(env, runProbeList), newProbeExplainCmd(env, runProbeExplain), newProbeDiffCmd(env, runProbeDiff))
	return cmd
}

func (o *probeOptions) addFlags(cmd *cobra.Command) {
	addProbeFlags(headVariants, cmd, func(flags *pflag.FlagSet) {
		flags.BoolVar(&o.all, "all", false, "the extras too, which are left out otherwise")
		flags.StringSliceVar(&o.only, "only", nil, "only the variant `NAME` (repeatable)")
	})
	o.variant.addFlags(cmd)
	addProbeFlags(headCost, cmd, func(flags *pflag.FlagSet) {
		flags.IntVar(&o.budget, "budget", 0, "spend up to `N` images")
		flags.BoolVar(&o.yes, "yes", false, "do not ask before sending")
	})
	addProbeFlags(headFiles, cmd, func(flags *pflag.FlagSet) {
		flags.StringVar(&o.save, "save", "", "keep the report as JSON in `FILE`, in place of what is there")
		flags.StringVar(&o.pictures, "pictures", "", "keep the pictures in `FOLDER`")
		_ = cobra.MarkFlagFilename(flags, "save", "json")
		_ = cobra.MarkFlagDirname(flags, "pictures")
	})
	addProbeFlags(headScripts, cmd, func(flags *pflag.FlagSet) {
		flags.StringVar(&o.format, "format", "table", "`NAME` is "+oneOf(report.Formats()))
		flags.StringVar(&o.baseline, "baseline", "", "exit 10 where a verdict differs from the report in `FILE`")
		flags.StringSliceVar(&o.expect, "expect", nil, "exit 10 unless it is so: `NAME=VERDICT` (repeatable)")
		_ = cobra.MarkFlagFilename(flags, "baseline", "json")
	})
	under(headBackend, cmd.Flags(), func(flags *pflag.FlagSet) {
		flags.StringVar(&o.hostModel, "host-model", "", "`NAME` of the chat model that carries the image tool (default: looked up)")
	})
	o.backend.addAddressFlags(cmd.Flags())
	under(headBackend, cmd.Flags(), func(flags *pflag.FlagSet) {
		flags.DurationVar(&o.backend.timeout, "timeout", codex.DefaultTimeout, "give up on a variant after `TIME`")
	})
	_ = cmd.RegisterFlagCompletionFunc("only", ofVariants(variantNames))
	offer(cmd, "format", report.Formats()...)
	offer(cmd, "budget", "0", "2", "60")
	_ = cmd.RegisterFlagCompletionFunc("expect", ofVariants(expectations))
}

// expectations are what the reports lead to expect, as --expect has it.
func expectations(variants []probe.Variant) []string {
	var pairs []string
	for _, v := range variants {
		for _, verdict := range v.Expected {
			pairs = append(pairs, v.Name+"="+string(verdict))
		}
	}
	return pairs
}

// noVariant tells someone who names a variant how that is done.
func noVariant(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if _, found := probe.Find(probe.Builtin(), args[0]); found {
		return usageError{fmt.Sprintf("probe takes no argument, but got %q", args[0]), "codexgen probe --only " + args[0]}
	}
	return unknownCommand(cmd, args)
}

// check refuses what cannot be meant.
func (o probeOptions) check() error {
	switch {
	case !slices.Contains(report.Formats(), o.format):
		return usageError{"--format " + o.format + ": no such format of a report", oneOf(report.Formats())}
	case o.budget < 0:
		return usageError{fmt.Sprintf("--budget %d: a number of images", o.budget), "for example --budget 2"}
	}
	return o.backend.check()
}
