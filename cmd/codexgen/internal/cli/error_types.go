package cli

import (
	"cmp"
	"slices"

	"github.com/codexgen/codexgen/pkg/auth"
	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/credstore"
)

// An ErrorType is a name that --json gives to a failure, for programs.
type ErrorType struct {
	Name    string
	Exit    int
	Again   bool // the same command may succeed later, unchanged
	Meaning string
}

// ErrorTypes lists them by exit code; a page of the documents is made from it.
func ErrorTypes() []ErrorType {
	types := []ErrorType{
		{"error", 1, false, "anything not named below"},
		{"invalid_argument", 2, false, "a flag, a value or an argument that cannot be meant"},
		{"invalid_configuration", 2, false, "a setting in the file or the environment"},
		{"invalid_suite", 2, false, "a file of probe variants"},
		{"unknown_outcome", 8, false, "batch: an earlier run has sent this job and not finished it"},
		{"journal", 9, false, "batch: the journal cannot be written; with code 2: it belongs to another manifest"},
		{"result_differs", 10, false, "gen: the image is not as --strict-size or --exact demand; it is kept"},
		{"not_as_demanded", 10, false, "probe: a verdict is not the baseline's, or not the expected one"},
		{"interrupted", 130, false, "Ctrl-C"},
		{"terminated", 143, false, "SIGTERM"},
		{string(credstore.Locked), 3, false, "the keyring wants its password, or was refused it"},
		{string(credstore.Unavailable), 3, false, "no keyring answers"},
		{string(credstore.Timeout), 3, false, "the keyring did not answer in time"},
		{string(credstore.Damaged), 3, false, "the stored login is not what was written"},
		{string(credstore.Newer), 3, false, "the login was stored by a later version"},
		{string(credstore.Unsafe), 3, false, "others could read or change the stored login"},
		{string(credstore.Unwritable), 3, false, "the store cannot be written"},
		{string(credstore.Busy), 3, false, "another process keeps the login's lock"},
		{string(auth.KindDenied), 3, false, "a person or the issuer said no to the login"},
		{string(auth.KindNotEntitled), 3, false, "the workspace has no Codex"},
		{string(auth.KindTimeout), 3, false, "nobody finished the login"},
		{string(auth.KindFailed), 3, false, "the sign-in could not be carried out"},
		{string(auth.KindNoDevice), 3, false, "the issuer has no device login"},
		{string(auth.KindExpired), 3, false, "the login has expired: log in again"},
		{string(auth.KindOtherAccount), 3, false, "the store holds another account now"},
		{string(auth.KindUnavailable), 8, false, "the issuer could not be asked; the login is kept"},
		{"incomplete_batch", 0, false, "not every image came; the exit code is the one that all failures share, else 1"},
		{"unhealthy", 0, false, "doctor found something; the exit code is that of the first check that failed"},
	}
	for _, kind := range codex.Kinds() {
		failure := &codex.Error{Kind: kind}
		types = append(types, ErrorType{string(kind), failure.ExitCode(), failure.Retryable(), failure.Error()})
	}
	slices.SortFunc(types, func(a, b ErrorType) int {
		return cmp.Or(cmp.Compare(a.Exit, b.Exit), cmp.Compare(a.Name, b.Name))
	})
	return types
}
