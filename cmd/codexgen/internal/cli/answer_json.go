package cli

import (
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/pkg/codex"
)

// addJSONFlag is for the commands that answer a question.
func addJSONFlag(cmd *cobra.Command, to *bool) {
	under(headScripts, cmd.Flags(), func(flags *pflag.FlagSet) {
		flags.BoolVar(to, "json", false, "print JSON, also on failure")
	})
}

// failureObject is what --json prints of a failure for the commands that ask
// and change nothing.
type failureObject struct {
	OK        bool             `json:"ok"`
	Failure   *failureDocument `json:"error"`
	ErrorType string           `json:"error_type"`
	Retryable *bool            `json:"retryable"`
	Charged   codex.Charged    `json:"charged"`
	RequestID string           `json:"request_id"`
	Hint      string           `json:"hint"`
}

// answerJSON prints the one object of --json: the answer, or the failure,
// which stays the command's outcome.
func answerJSON(env Env, answer any, err error) error {
	if err != nil {
		answer = failed(err)
	}
	return errors.Join(err, printJSON(env.Stdout, answer))
}

func failed(err error) failureObject {
	r := refusal(err)
	return failureObject{false, r.Failure, r.ErrorType, r.Retryable, r.Charged, r.RequestID, r.Hint}
}
