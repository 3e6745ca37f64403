package batch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/codexgen/codexgen/pkg/codex"
)

// A Generator makes the image of one job. It calls sending once, with the
// path that the image is meant for, after everything that can be refused was
// refused and right before anything is sent; an error of sending ends the job.
type Generator interface {
	Generate(ctx context.Context, job Job, sending func(path string) error) (Image, error)
}

// An Image is a file that a job has made.
type Image struct {
	Path   string
	SHA256 string // hexadecimal, of the file
	Bytes  int64
	Facts  any // whatever else the Generator tells; it is handed through
}

// A Kind is how a job ended.
type Kind string

const (
	Done    Kind = "done"    // its image was made
	Kept    Kind = "kept"    // its image was there, as the journal describes it
	Adopted Kind = "adopted" // its image was there, but an earlier run was cut short before it could say so
	Failed  Kind = "failed"
	Unknown Kind = "unknown" // an earlier run has asked, and may have paid, but there is no image
)

// Kinds lists all of them.
func Kinds() []Kind { return []Kind{Done, Kept, Adopted, Failed, Unknown} }

// An Outcome is one job's end.
type Outcome struct {
	Job   Job
	Kind  Kind
	Image Image         // of Done, Kept and Adopted
	Err   error         // of Failed and Unknown; with Done, what failed after the image was there
	Took  time.Duration // of the last try
}

// A StopError is why a batch starts no more jobs although there may be some.
type StopError struct {
	Reason string
	Resets time.Time // when a limit ends; zero when unknown
	Err    error
}

func (e *StopError) Error() string { return e.Reason + ": " + e.Err.Error() }
func (e *StopError) Unwrap() error { return e.Err }

// chargedBy is what a failure may have cost. Of one that is not the backend's
// only the caller knows whether the request had left.
func chargedBy(err error, sent bool) codex.Charged {
	if typed, ok := errors.AsType[interface {
		error
		MayBeCharged() codex.Charged
	}](err); ok {
		return typed.MayBeCharged()
	}
	if sent {
		return codex.ChargedUnknown
	}
	return codex.ChargedNo
}

func errorType(err error) string {
	if typed, ok := errors.AsType[interface {
		error
		ErrorType() string
	}](err); ok {
		return typed.ErrorType()
	}
	return "error"
}

// kindOf is the backend's kind of failure, or "".
func kindOf(err error) (codex.Kind, time.Time) {
	if backend, ok := errors.AsType[*codex.Error](err); ok {
		return backend.Kind, backend.Resets
	}
	return "", time.Time{}
}

// concernsAll reports a failure of the account, the network or the whole
// backend: the next job will hardly fare better.
func concernsAll(err error) bool {
	switch kind, _ := kindOf(err); kind {
	case codex.KindAuthRequired, codex.KindUnauthorized, codex.KindWrongLogin, codex.KindForbidden,
		codex.KindNotIncluded, codex.KindQuota, codex.KindProxyBalance, codex.KindToolStripped,
		codex.KindClientTooOld, codex.KindRouteMissing, codex.KindWrongURL, codex.KindChallenge,
		codex.KindWebPage, codex.KindIncident, codex.KindOverloaded, codex.KindServer, codex.KindConnect,
		codex.KindTLS, codex.KindRedirect, codex.KindOutput:
		return true
	}
	return false
}

func unknownError(line journalLine) error {
	asked := fmt.Sprintf("it was asked for on %s, and no image is here", line.At.Local().Format("2006-01-02 15:04"))
	return &Doubt{Reason: asked + "; it may have been charged"}
}

// A Doubt is a job that an earlier run has sent and not finished.
type Doubt struct{ Reason string }

func (e *Doubt) Error() string               { return e.Reason }
func (e *Doubt) Hint() string                { return "look at your usage; ask again with --resume --retry-unknown" }
func (e *Doubt) ErrorType() string           { return "unknown_outcome" }
func (e *Doubt) MayBeCharged() codex.Charged { return codex.ChargedUnknown }
func (e *Doubt) ExitCode() int               { return 8 }
