package cli

import (
	"cmp"
	"errors"

	"github.com/codexgen/codexgen/pkg/batch"
	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/imagefile"
)

// A manyError is a run of which not every image came.
type manyError struct {
	msg, hint, kind string
	code            int
	charged         codex.Charged
	err             error // why it ended early, if it did
}

func (e *manyError) Error() string               { return e.msg }
func (e *manyError) Hint() string                { return e.hint }
func (e *manyError) ExitCode() int               { return e.code }
func (e *manyError) ErrorType() string           { return e.kind }
func (e *manyError) MayBeCharged() codex.Charged { return e.charged }
func (e *manyError) Unwrap() error               { return e.err }

// finish prints what became of all, and returns the error that says so.
func (m *many) finish(stopped error) error {
	err := m.verdict(stopped)
	summary := m.summary(stopped, err)
	var printed error
	switch {
	case m.o.events:
		printed = printJSON(m.env.Stdout, struct {
			Event string `json:"event"`
			manyResult
		}{"result", summary})
	case m.o.json:
		printed = printJSON(m.env.Stdout, summary)
	}
	if printed != nil && err == nil {
		return outputFailed(printed)
	}
	if global := m.o.backend.global; m.goOn != "" && !global.Quiet {
		for _, line := range m.tally.table() {
			m.report.Line(line)
		}
	}
	if err == nil {
		if m.o.backend.global.SandboxSet {
			m.report.Line("the pictures are the sandbox's own drawings, not a model's")
		}
		m.report.Line(m.tally.summary())
	}
	return err
}

// verdict is nil only if every image is there, as it was demanded.
func (m *many) verdict(stopped error) error {
	t := &m.tally
	if stopped == nil && len(t.codes) == 0 {
		return nil
	}
	e := &manyError{msg: t.summary(), hint: t.hint, kind: "incomplete_batch", code: t.code(), charged: t.worst(), err: stopped}
	if failures := t.failures(); len(failures) > 0 {
		e.msg += " (" + inWords(failures) + ")"
	}
	if stopped == nil {
		return e
	}
	e.msg += "; " + stopped.Error()
	e.code = exitCode(stopped)
	if hint := cmp.Or(m.goOn, hintOf(stopped)); hint != "" {
		e.hint = hint
	}
	var stop *batch.StopError
	if errors.As(stopped, &stop) && !stop.Resets.IsZero() {
		e.msg += ", until " + stop.Resets.Local().Format("15:04 on 2 January")
	}
	return e
}

// A manyResult is the object that --json prints for more than one image.
type manyResult struct {
	Schema     int              `json:"schema_version"`
	OK         bool             `json:"ok"`
	Total      int              `json:"total"`
	Done       int              `json:"done"`
	Kept       int              `json:"kept"`
	Adopted    int              `json:"adopted"`
	Failed     int              `json:"failed"`
	Unknown    int              `json:"unknown"`
	NotStarted int              `json:"not_started"`
	Failures   map[string]int   `json:"failures,omitempty"` // by error_type
	Images     []result         `json:"images,omitempty"`
	Limits     []codex.Window   `json:"limits,omitempty"`
	Sandbox    bool             `json:"sandbox"`
	Seconds    float64          `json:"seconds"`
	Failure    *failureDocument `json:"error,omitempty"`
	ErrorType  string           `json:"error_type,omitempty"`
	Retryable  *bool            `json:"retryable,omitempty"`
	Charged    codex.Charged    `json:"charged,omitempty"`
	Hint       string           `json:"hint,omitempty"`
}

func (m *many) summary(stopped, err error) manyResult {
	t := &m.tally
	r := manyResult{Schema: schemaVersion, OK: err == nil, Total: t.total, Done: t.made(), Kept: t.kinds[batch.Kept], Adopted: t.kinds[batch.Adopted],
		Failed: t.kinds[batch.Failed], Unknown: t.kinds[batch.Unknown], NotStarted: t.left(), Failures: t.types, Images: m.images,
		Limits: t.limits, Sandbox: m.o.backend.global.SandboxSet, Seconds: seconds(m.env.Now().Sub(m.start))}
	if err == nil {
		return r
	}
	var failure result
	failure.fail(err)
	r.Failure, r.ErrorType, r.Retryable, r.Charged, r.Hint = failure.Failure, failure.ErrorType, failure.Retryable, failure.Charged, failure.Hint
	var stop *batch.StopError
	if errors.As(stopped, &stop) && !stop.Resets.IsZero() {
		r.Failure.ResetsAt = &stop.Resets
	}
	return r
}

func outputFailed(err error) error {
	if err == nil {
		return nil
	}
	return &imagefile.OutputError{Path: "standard output", Reason: rootCause(err).Error(), Advice: "check the program that reads it", Err: err}
}
