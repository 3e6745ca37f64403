package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/termtext"
)

// An ExitCode is one row of the table that scripts may rely on.
type ExitCode struct {
	Code    int
	Meaning string
}

// ExitCodes lists every exit code; docs/exit-codes.md is made from it.
func ExitCodes() []ExitCode {
	return []ExitCode{
		{0, "done"},
		{1, "anything not named below"},
		{2, "wrong use: a flag, a value, an input file, the configuration"},
		{3, "not logged in, or the login was refused or has expired"},
		{4, "refused by policy (moderation)"},
		{5, "a rate or usage limit; the message says when it resets"},
		{6, "accepted, but no image came: no image tool on this account, a text answer, an empty result"},
		{7, "the backend rejected the request's shape"},
		{8, "network: no connection, a stall, a cut stream, a server error, a challenge page; or damaged image data"},
		{9, "the output could not be written"},
		{10, "the result differs from what was demanded"},
		{130, "interrupted (Ctrl-C)"},
		{143, "terminated (SIGTERM)"},
	}
}

// A coder is an error that knows its exit code; a hinter one that knows what
// to do next.
type (
	coder  interface{ ExitCode() int }
	hinter interface{ Hint() string }
)

// usageError is the user's own mistake.
type usageError struct{ msg, hint string }

func (e usageError) Error() string     { return e.msg }
func (e usageError) Hint() string      { return e.hint }
func (e usageError) ExitCode() int     { return 2 }
func (e usageError) ErrorType() string { return "invalid_argument" }

// An interruption is the cause of a context that a signal has ended.
type interruption struct {
	msg  string
	code int
}

func (e *interruption) Error() string     { return e.msg }
func (e *interruption) ExitCode() int     { return e.code }
func (e *interruption) ErrorType() string { return e.msg }

// The causes of a context that the user or the system ended.
var (
	ErrInterrupted error = &interruption{"interrupted", 130}
	ErrTerminated  error = &interruption{"terminated", 143}
)

// outputLost is the code of an output that could not be written. Whoever closed
// a pipe knows why.
const outputLost = 9

func exitCode(err error) int {
	var coded coder
	switch {
	case err == nil:
		return 0
	case errors.As(err, &coded):
		return coded.ExitCode()
	}
	return 1
}

// finish prints an error, the only place that does, and gives its code. An
// error that knows only that its context ended is told why.
func finish(ctx context.Context, stderr io.Writer, err error) int {
	if exitCode(err) == 1 && errors.Is(err, context.Canceled) && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, "codexgen:", termtext.Line(err.Error()))
	if hint := hintOf(err); hint != "" {
		fmt.Fprintln(stderr, "hint:", termtext.Line(hint))
	}
	return exitCode(err)
}

// hintOf is what an error says to do next, or "".
func hintOf(err error) string {
	var hinted hinter
	if errors.As(err, &hinted) {
		return hinted.Hint()
	}
	return ""
}
