package codex

import (
	"fmt"
	"strings"
	"time"

	"github.com/codexgen/codexgen/pkg/internal/redact"
	"github.com/codexgen/codexgen/pkg/internal/safetext"
)

// maxMessage bounds what is shown of a server's words.
const maxMessage = 400

// An Error is a request that did not end in an image: what the backend said
// and what follows from it.
type Error struct {
	Kind    Kind
	Status  int    // HTTP status, 0 when none came
	Type    string // the body's error.type
	Code    string // error.code
	Param   string // error.param
	Message string // the server's words, made safe to print
	IDs     RequestIDs
	Resets  time.Time // when a limit ends; zero when unknown
	Detail  string    // our own addition: stage, categories, limit name
	Charged Charged
	Err     error // the cause below, if any

	both   bool // the other route refused, too
	socket bool // it happened over a WebSocket, and may not over HTTP
}

// RequestIDs are what the operator of the backend can find a request by.
type RequestIDs struct {
	Request  string `json:"request_id,omitempty"`          // x-request-id or x-oai-request-id
	ImageGen string `json:"imagegen_request_id,omitempty"` // x-codex-imagegen-request-id
	Ray      string `json:"cf_ray,omitempty"`              // cf-ray
}

// newError makes an error of a kind with what the kind implies.
func newError(kind Kind, cause error) *Error {
	return &Error{Kind: kind, Charged: kinds[kind].charged, Err: cause}
}

func (e *Error) Unwrap() error     { return e.Err }
func (e *Error) ExitCode() int     { return kinds[e.Kind].exit }
func (e *Error) ErrorType() string { return string(e.Kind) }
func (e *Error) Retryable() bool   { return kinds[e.Kind].retryable }

// Hint is the next step. What surely cost nothing may simply be asked again.
func (e *Error) Hint() string {
	hint := kinds[e.Kind].hint
	if e.both {
		return hintNeither
	}
	if strings.HasPrefix(hint, hintCharged) && e.Charged == ChargedNo {
		hint = hintLater
	}
	if e.socket && !strings.Contains(hint, hintHTTP) {
		hint += "; " + hintHTTP
	}
	return hint
}

// Error is one line: what happened, the server's words, and the ids.
func (e *Error) Error() string {
	var line strings.Builder
	line.WriteString(kinds[e.Kind].says)
	if e.Detail != "" {
		line.WriteString(" (" + e.Detail + ")")
	}
	switch {
	case e.Message != "":
		line.WriteString(": " + e.Message)
	case e.Err != nil:
		line.WriteString(": " + safe(e.Err.Error()))
	}
	if facts := e.facts(); facts != "" {
		line.WriteString(" [" + facts + "]")
	}
	return line.String()
}

func (e *Error) facts() string {
	var facts []string
	add := func(format, value string) {
		if value != "" {
			facts = append(facts, fmt.Sprintf(format, value))
		}
	}
	if e.Status != 0 {
		add("HTTP %s", fmt.Sprint(e.Status))
	}
	add("param %s", e.Param)
	add("request %s", e.IDs.Request)
	add("imagegen request %s", e.IDs.ImageGen)
	add("cf-ray %s", e.IDs.Ray)
	return strings.Join(facts, ", ")
}

// safe makes a server's words fit for a terminal and free of tokens.
func safe(text string) string { return safetext.Line(redact.Scrub(text), maxMessage) }

// short is safe for words that are meant to be ids and codes.
func short(text string) string { return safetext.Line(redact.Scrub(text), 80) }

// MayBeCharged says whether the request may have cost an image.
func (e *Error) MayBeCharged() Charged { return e.Charged }

// DamagedError is an image whose bytes did not pass their check.
func DamagedError(cause error, ids RequestIDs) *Error {
	e := newError(KindDamaged, cause)
	e.IDs = ids
	return e
}
