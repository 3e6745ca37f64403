package cli

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/config"
	"github.com/codexgen/codexgen/pkg/probe"
	"github.com/codexgen/codexgen/pkg/probe/report"
)

// diffOptions say which saved reports are compared.
type diffOptions struct {
	global        globalOptions
	before, after string
	format        string
}

func newProbeDiffCmd(env Env, run func(context.Context, Env, diffOptions) error) *cobra.Command {
	var o diffOptions
	cmd := &cobra.Command{
		Use:   "diff BEFORE.json AFTER.json",
		Short: "Compare two saved reports: two dates, two accounts",
		Long: `Compare two reports that "codexgen probe --save" has kept: two dates, two
accounts, two hosts. A variant that only one of them sent has not moved.

The exit code is 0 whatever the difference is; "codexgen probe --baseline FILE"
asks anew and makes a difference its exit code.`,
		Args:              twoReports,
		ValidArgsFunction: cobra.FixedCompletions(nil, cobra.ShellCompDirectiveDefault), // files
		RunE: func(cmd *cobra.Command, args []string) error {
			o.global, o.before, o.after = globalFlags(cmd), args[0], args[1]
			return run(cmd.Context(), env, o)
		},
	}
	under(headScripts, cmd.Flags(), func(flags *pflag.FlagSet) {
		flags.StringVar(&o.format, "format", "table", "`NAME` is "+oneOf(report.CompareFormats()))
		config.Rename(flags.Lookup("format"), "probe-diff-format")
	})
	offer(cmd, "format", report.CompareFormats()...)
	return cmd
}

func twoReports(_ *cobra.Command, args []string) error {
	if len(args) == 2 {
		return nil
	}
	return usageError{fmt.Sprintf("diff takes two reports, but got %d", len(args)), "codexgen probe diff before.json after.json; codexgen probe --save FILE makes one"}
}

func runProbeDiff(_ context.Context, env Env, o diffOptions) error {
	if !slices.Contains(report.CompareFormats(), o.format) {
		return usageError{"--format " + o.format + ": no such format of a comparison", oneOf(report.CompareFormats())}
	}
	before, err := readReport(o.before)
	if err != nil {
		return err
	}
	after, err := readReport(o.after)
	if err != nil {
		return err
	}
	return report.WriteComparison(env.Stdout, o.format, report.Compare(before, after), reportOptions(env, o.global))
}

// readReport reads a saved report.
func readReport(path string) (probe.Report, error) {
	file, err := os.Open(path)
	if err != nil {
		return probe.Report{}, usageError{fmt.Sprintf("%s: %v", path, rootCause(err)), "codexgen probe --save FILE makes a report"}
	}
	defer file.Close()
	r, err := report.Read(file)
	if err != nil {
		return r, usageError{fmt.Sprintf("%s: %v", path, err), "codexgen probe --save FILE makes a report"}
	}
	return r, nil
}
