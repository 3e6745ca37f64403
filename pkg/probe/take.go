package probe

import (
	"context"
	"errors"
	"net/http"

	"github.com/codexgen/codexgen/pkg/codex"
)

// take notes one event of an answer. What was accepted and must not draw is
// ended here, unless the tool was taken out of it: then it cannot draw.
func (r *recorder) take(event codex.Event) {
	switch event := event.(type) {
	case codex.Started:
		r.IDs, r.Echo, r.ToolsEmpty = event.IDs, cleanEcho(event.Tool), event.Stripped
	case codex.Drawing:
		r.Called = true
	case codex.Partial:
		r.draft(event)
	case codex.Final:
		r.final(event)
	case codex.Text:
		r.Text = event.Text
	case codex.Usage:
		r.Usage = &event
	case codex.Warning:
		r.warn(event.Text)
	case codex.Failed:
		r.Fault, r.charged = ofBackend(event.Err), event.Err.Charged
		if r.Status == http.StatusSwitchingProtocols && event.Err.Status != 0 {
			r.Status = event.Err.Status // a refusal over a WebSocket
			return
		}
	case codex.Incomplete:
		r.Incomplete = orElse(event.Reason, "unnamed")
	case codex.Completed:
		r.Completed, r.ToolsEmpty = true, r.ToolsEmpty || event.Stripped
	case codex.Limits: // known from the header, but over a WebSocket
		r.limits(event)
		return
	case codex.Unknown:
		if event.Type == "codex.rate_limits" { // no sign that anything was accepted
			return
		}
	}
	if r.abort != nil && !r.ToolsEmpty {
		r.Aborted = true
		r.abort()
	}
}

func (r *recorder) limits(event codex.Limits) {
	if len(event.Windows) > 0 {
		r.LimitsAfter = event.Windows
	}
	r.Plan = orElse(r.Plan, word(event.Plan))
}

func cleanEcho(tool *codex.ToolEcho) *codex.ToolEcho {
	if tool == nil {
		return nil
	}
	return &codex.ToolEcho{Model: word(tool.Model), Size: word(tool.Size), Quality: word(tool.Quality),
		Background: word(tool.Background), OutputFormat: word(tool.OutputFormat)}
}

func (r *recorder) fail(ctx context.Context, err error) {
	r.Fault, r.charged = faultOf(ctx, err)
	var failure *codex.Error
	if errors.As(err, &failure) && r.IDs == (codex.RequestIDs{}) {
		r.IDs = failure.IDs
	}
}

func (r *recorder) draft(event codex.Partial) {
	if r.Drafts++; r.Drafts == 1 {
		r.Timing.FirstPartial = r.sinceSent()
	}
	_ = event.Image.Discard() // a draft is only counted
}

// final checks the picture. Only the first of an answer is looked at.
func (r *recorder) final(event codex.Final) {
	if r.Picture != nil {
		r.Picture.Count = max(1, r.Picture.Count) + 1
		_ = event.Image.Discard()
		return
	}
	r.Timing.Final = r.sinceSent()
	r.Picture = &Picture{Count: event.Count, ReportedSize: event.Size, ReportedQuality: event.Quality,
		ReportedBackground: event.Background, ReportedFormat: event.Format}
	warning := r.shelf.keep(event.Image, r.Picture)
	r.warn(warning)
}

func (r *recorder) warn(text string) {
	if text != "" && len(r.Warnings) < maxWarnings {
		r.Warnings = append(r.Warnings, clean(text))
	}
}

// charge says whether the request may have cost an image.
func (r *recorder) charge() codex.Charged {
	switch {
	case r.Picture != nil:
		return codex.ChargedYes
	case r.Called, r.Drafts > 0:
		return codex.ChargedUnknown
	case r.Fault != nil:
		return r.charged
	case r.Completed: // to its end, and nothing was drawn
		return codex.ChargedNo
	}
	return codex.ChargedUnknown
}

// pictures is how many the answer brought.
func (r *recorder) pictures() int {
	if r.Picture == nil {
		return 0
	}
	return max(1, r.Picture.Count)
}
