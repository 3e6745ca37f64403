package cli

import (
	"errors"

	"github.com/codexgen/codexgen/pkg/codex"
)

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
		var r result
		r.fail(err)
		answer = failureObject{false, r.Failure, r.ErrorType, r.Retryable, r.Charged, r.RequestID, r.Hint}
	}
	return errors.Join(err, printJSON(env.Stdout, answer))
}
