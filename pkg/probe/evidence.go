package probe

import (
	"time"

	"github.com/codexgen/codexgen/pkg/codex"
)

// Evidence is what was recorded of one request and its answer. It holds no
// token, account id or prompt. Texts are made safe to print.
type Evidence struct {
	Method    string    `json:"method"`
	Path      string    `json:"path"`                 // of the URL
	HostModel string    `json:"host_model,omitempty"` // the chat model that was asked to carry the tool
	Sent      time.Time `json:"sent"`

	Status      int    `json:"status,omitempty"` // HTTP; 0 when no answer came
	ContentType string `json:"content_type,omitempty"`
	Fault       *Fault `json:"error,omitempty"`

	Echo         *codex.ToolEcho `json:"tool_echo,omitempty"`     // the hosted tool as response.created or completed gives it back
	ToolsEmpty   bool            `json:"tools_empty,omitempty"`   // the echoed list of tools is empty: the tool was taken out
	Called       bool            `json:"called,omitempty"`        // the image tool was at work
	ItemStatus   string          `json:"item_status,omitempty"`   // of the image_generation_call item
	Completed    bool            `json:"completed,omitempty"`     // the terminal event came
	Incomplete   string          `json:"incomplete,omitempty"`    // the reason of response.incomplete
	Forced       bool            `json:"forced,omitempty"`        // tool_choice demanded the image tool
	Aborted      bool            `json:"aborted,omitempty"`       // ended from this side, as soon as it was accepted
	Text         string          `json:"text,omitempty"`          // what the model said in words
	Warnings     []string        `json:"warnings,omitempty"`      //
	Drafts       int             `json:"drafts,omitempty"`        // partial images that came
	Picture      *Picture        `json:"picture,omitempty"`       // the final image
	Usage        *codex.Usage    `json:"usage,omitempty"`         //
	LimitsBefore []codex.Window  `json:"limits_before,omitempty"` // as the last answer before this one gave them
	LimitsAfter  []codex.Window  `json:"limits_after,omitempty"`  // as this answer gives them
	ActiveLimit  string          `json:"active_limit,omitempty"`  // the window that this answer names as the one that pays
	Plan         string          `json:"plan,omitempty"`          // "plus", "free", …

	IDs      codex.RequestIDs `json:"ids"`
	Timing   Timing           `json:"timing"`
	Timeline []Moment         `json:"timeline,omitempty"` // the event pattern, at most MaxMoments
	Models   []string         `json:"models,omitempty"`   // host model candidates, best first, of the variant "models"
}

// MaxMoments bounds a timeline, whatever arrives.
const MaxMoments = 64

// A Moment is one or more events of the same type in a row.
type Moment struct {
	Event string `json:"event"`           // "response.created"
	At    int64  `json:"at_ms"`           // the first of them, in milliseconds after sending
	Count int    `json:"count,omitempty"` // how many, when more than one
}

// Timing is in milliseconds after sending; 0 is what did not happen.
type Timing struct {
	Header       int64 `json:"header_ms,omitempty"`
	FirstEvent   int64 `json:"first_event_ms,omitempty"`
	FirstPartial int64 `json:"first_partial_ms,omitempty"`
	Final        int64 `json:"final_ms,omitempty"`
	End          int64 `json:"end_ms"`
}

// A Fault is a refusal or failure, in the fields of the body that told it.
type Fault struct {
	Kind    codex.Kind `json:"kind"` // what codex makes of it
	Type    string     `json:"type,omitempty"`
	Code    string     `json:"code,omitempty"`
	Param   string     `json:"param,omitempty"`
	Message string     `json:"message,omitempty"`
	Detail  string     `json:"detail,omitempty"` // stage, categories, limit, reset
	Resets  time.Time  `json:"resets_at,omitzero"`
}

// A Picture is what the bytes of an image say of themselves, beside what the
// backend reports of them.
type Picture struct {
	Format   string   `json:"format,omitempty"` // by the bytes: "png", "jpeg", "webp", "gif"
	Width    int      `json:"width,omitempty"`  // pixels
	Height   int      `json:"height,omitempty"` // pixels
	Alpha    bool     `json:"alpha"`            // the bytes have an alpha channel or a transparent colour, used or not
	Bytes    int64    `json:"bytes"`
	SHA256   string   `json:"sha256,omitempty"` // in hex
	Damaged  string   `json:"damaged,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
	Path     string   `json:"path,omitempty"` // where it was kept, when that was asked for

	Count int `json:"count,omitempty"` // pictures in the answer, when it says so

	ReportedSize       string `json:"reported_size,omitempty"`
	ReportedQuality    string `json:"reported_quality,omitempty"`
	ReportedBackground string `json:"reported_background,omitempty"`
	ReportedFormat     string `json:"reported_format,omitempty"`
}
