package cli

import (
	"errors"

	"github.com/codexgen/codexgen/pkg/codex"
)

// A genError adds to a failure what is left of the run: the kept draft,
// whether an image may have been charged, and what to do next.
type genError struct {
	error
	added   string
	hint    string
	charged codex.Charged
}

func (e *genError) Error() string               { return e.error.Error() + e.added }
func (e *genError) Hint() string                { return e.hint }
func (e *genError) Unwrap() error               { return e.error }
func (e *genError) MayBeCharged() codex.Charged { return e.charged }

// failed words the end of a run that has no image.
func (g *generation) failed(err error) error {
	e := &genError{error: err, hint: g.hint(err), charged: codex.ChargedNo}
	var known interface{ MayBeCharged() codex.Charged }
	switch {
	case errors.As(err, &known):
		e.charged = known.MayBeCharged()
	case g.sent:
		e.charged = codex.ChargedUnknown // interrupted, or the disk failed
	}
	if g.result.OK && g.result.Path != "" {
		e.added += "; the image is complete at " + g.result.Path
	}
	if g.draft != "" {
		e.added += "; the newest draft is at " + g.draft
	}
	if g.kept != "" {
		e.added += "; what came is at " + g.kept
	}
	switch e.charged {
	case codex.ChargedUnknown:
		e.added += "; it may have been charged"
	case codex.ChargedYes:
		e.added += "; it has probably been charged"
	}
	return e
}

// rootCause drops the wrapping of the standard library, which repeats paths
// and operations.
func rootCause(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}
