package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/termtext"
	"github.com/codexgen/codexgen/pkg/history"
)

// showOptions name a run.
type showOptions struct {
	global globalOptions
	id     string
	json   bool
}

func newHistoryShowCmd(env Env, run func(context.Context, Env, showOptions) error) *cobra.Command {
	var o showOptions
	cmd := &cobra.Command{
		Use:     "show ID",
		Short:   "Show all that is kept of one run",
		Long:    "Show all that is kept of one run, with the command that asks for the same again.\nThe beginning of an id is enough where only one run has it.",
		Example: "  codexgen history show k3f9",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || args[0] == "" {
				return usageError{fmt.Sprintf("history show takes the id of one run, but got %d", len(args)), "codexgen history lists them"}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.global, o.id = globalFlags(cmd), args[0]
			return run(cmd.Context(), env, o)
		},
	}
	addJSONFlag(cmd, &o.json)
	return cmd
}

func runHistoryShow(_ context.Context, env Env, o showOptions) error {
	e, err := findRun(env, o)
	switch {
	case o.json:
		return answerJSON(env, e, err)
	case err != nil:
		return err
	}
	return showRun(env.Stdout, e)
}

func findRun(env Env, o showOptions) (history.Entry, error) {
	store := openHistory(env, o.global)
	found, err := store.Find(o.id)
	switch {
	case err != nil:
		return history.Entry{}, &historyError{store.Path(), err}
	case len(found) == 0:
		return history.Entry{}, usageError{fmt.Sprintf("no run in the history has the id %q", o.id), "codexgen history lists them"}
	case len(found) > 1:
		return history.Entry{}, usageError{fmt.Sprintf("several ids begin with %q", o.id), "for example " + found[0].ID + " or " + found[1].ID}
	}
	return found[0], nil
}

// showRun prints what is known, a line each.
func showRun(w io.Writer, e history.Entry) error {
	var out strings.Builder
	row := func(name, value string) {
		for line := range strings.Lines(value) {
			fmt.Fprintf(&out, "%-11s %s\n", name, termtext.Line(line))
			name = ""
		}
	}
	row("id", e.ID)
	row("time", e.At.Local().Format(time.RFC1123))
	row("prompt", e.Prompt)
	if e.Revised != e.Prompt {
		row("revised", e.Revised)
	}
	row("file", e.Path)
	if e.Width > 0 {
		row("picture", fmt.Sprintf("%s, %dx%d, %d bytes", e.Format, e.Width, e.Height, e.Bytes))
	}
	row("sha256", e.SHA256)
	row("quality", e.Quality)
	row("from", strings.Join(e.References, "\n"))
	row("route", e.Route)
	row("host model", e.HostModel)
	row("request", e.RequestID)
	row("took", fmt.Sprintf("%.1f s", e.Seconds))
	row("failed", e.Error)
	if !e.OK {
		row("kind", e.ErrorType)
		row("charged", e.Charged)
	}
	row("codexgen", e.Codexgen)
	row("again", e.Command())
	_, err := io.WriteString(w, out.String())
	return outputFailed(err)
}
