package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/codexgen/codexgen/pkg/history"
)

// historyOptions say which runs are listed, and how.
type historyOptions struct {
	global globalOptions
	search string
	json   bool
}

func newHistoryCmd(env Env, run func(context.Context, Env, historyOptions) error) *cobra.Command {
	var o historyOptions
	cmd := &cobra.Command{
		Use:   "history [SEARCH]",
		Short: "List earlier runs, or those that mention something",
		Long: `List earlier runs, the newest first, or those in which every word of SEARCH
occurs: in a prompt, a path, an id or the kind of a failure. A terminal is shown
the newest 50, a pipe all.

A history is kept only where the configuration says history = true, or a run is
given --history: prompt, facts and path of each run, never a picture or a login,
in a file of your own. The sandbox's runs are not in it.`,
		Example: `  codexgen history "red fox"
  codexgen history --json | jq -r '.[0].path'
  codexgen history show k3f9`,
		Args:        cobra.ArbitraryArgs,
		Annotations: runsItself(),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.global, o.search = globalFlags(cmd), strings.Join(args, " ")
			return run(cmd.Context(), env, o)
		},
	}
	addJSONFlag(cmd, &o.json)
	cmd.AddCommand(newHistoryShowCmd(env, runHistoryShow))
	return cmd
}

// openHistory is the user's; in the sandbox there is none.
func openHistory(env Env, o globalOptions) *history.Store {
	if o.SandboxSet {
		return history.Open("")
	}
	return history.Open(env.StateDir)
}

// A historyError is a history that cannot be read.
type historyError struct {
	path string
	err  error
}

func (e *historyError) Error() string {
	return "read the history " + e.path + ": " + rootCause(e.err).Error()
}
func (e *historyError) Hint() string  { return "move it away, and a new one is begun" }
func (e *historyError) Unwrap() error { return e.err }

// skippedLines says what was passed over.
func skippedLines(env Env, o globalOptions, skipped history.Skipped) {
	if o.Quiet {
		return
	}
	if skipped.Damaged > 0 {
		fmt.Fprintf(env.Stderr, "%s damaged and passed over\n", linesAre(skipped.Damaged))
	}
	if skipped.Newer > 0 {
		fmt.Fprintf(env.Stderr, "%s of a later version and passed over\n", linesAre(skipped.Newer))
	}
}

func linesAre(n int) string {
	if n == 1 {
		return "1 line of the history is"
	}
	return fmt.Sprintf("%d lines of the history are", n)
}
