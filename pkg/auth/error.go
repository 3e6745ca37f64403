package auth

import (
	"github.com/codexgen/codexgen/pkg/internal/redact"
	"github.com/codexgen/codexgen/pkg/internal/safetext"
)

// A Kind is what went wrong with a login.
type Kind string

const (
	KindDenied       Kind = "login_denied"             // a person or the issuer said no
	KindNotEntitled  Kind = "login_not_entitled"       // the workspace has no Codex
	KindTimeout      Kind = "login_timeout"            // nobody came
	KindFailed       Kind = "login_failed"             // the sign-in could not be carried out
	KindNoDevice     Kind = "device_login_unavailable" // this issuer has no device login
	KindExpired      Kind = "login_expired"            // final: log in again
	KindOtherAccount Kind = "login_replaced"           // final: the store holds another account now
	KindUnavailable  Kind = "login_unavailable"        // passing: the login is kept
	KindInvalid      Kind = "invalid_argument"         // an issuer that is not allowed
)

// An Error is a login or a refresh that failed, in words for people. It holds
// no token, no code and no answer of a server as it came.
type Error struct {
	Kind           Kind
	Reason, Advice string
	Unsure         bool // the request went out and its answer was lost: asking again may burn the login
	Cause          error

	named bool // the issuer gave its reason, not only a status that others give, too
}

func (e *Error) Error() string     { return e.Reason }
func (e *Error) Hint() string      { return e.Advice }
func (e *Error) Unwrap() error     { return e.Cause }
func (e *Error) ErrorType() string { return string(e.Kind) }

// ExitCode is 3 for what a new login mends, 8 for what time mends, 2 for a
// wrong value.
func (e *Error) ExitCode() int {
	switch e.Kind {
	case KindUnavailable:
		return 8
	case KindInvalid:
		return 2
	}
	return 3
}

// Final reports that asking again with the same credential is useless.
func (e *Error) Final() bool { return e.Kind == KindExpired || e.Kind == KindOtherAccount }

const (
	adviceLogin  = "codexgen auth login"
	adviceDevice = "codexgen auth login --device"
	adviceLater  = "the login is kept; try again later"
	adviceUnsure = adviceLater + "; if it is refused then, " + adviceLogin
)

// maxSaid bounds what is repeated of a server's own words.
const maxSaid = 200

// said makes a server's words fit to be shown.
func said(text string) string { return safetext.Line(redact.Scrub(text), maxSaid) }
