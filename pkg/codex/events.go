package codex

import "io"

// A Spool makes room for image bytes while they arrive.
type Spool interface {
	Create() (Blob, error)
}

// A Blob takes the bytes of one image. Whoever receives it in an event owns
// it; the stream discards those that it does not hand on.
type Blob interface {
	io.Writer
	Discard() error
}

// An Event is one step of a generation.
type Event interface{ event() }

// Planned comes before each request is sent. From is the route that was left,
// for which Why says the reason; Remembered is a route that an earlier finding
// chose.
type Planned struct {
	Plan       *Plan
	From       Route
	Why        string
	Remembered bool
}

// Resending tells that the same request is about to be sent again.
type Resending struct{ Why string }

// Started is the backend's acceptance, with what it made of the tool.
type Started struct {
	ResponseID string
	Model      string // the host model that answers
	Tool       *ToolEcho
	Stripped   bool // the echoed list of tools is empty
	IDs        RequestIDs
}

// ToolEcho is the hosted tool as the backend normalised it.
type ToolEcho struct {
	Model        string `json:"model"`
	Size         string `json:"size"`
	Quality      string `json:"quality"`
	Background   string `json:"background"`
	OutputFormat string `json:"output_format"`
}

// Drawing tells that the image tool is at work.
type Drawing struct{}

// Partial is a draft, whole as the event that brought it is complete.
type Partial struct {
	Index int // as the backend counts, from 0
	Image Blob
	Bytes int64
}

// Final is the finished image, with what the backend reports of it; the
// bytes themselves may say otherwise.
type Final struct {
	ID            string
	Image         Blob
	Bytes         int64
	RevisedPrompt string
	Size          string
	Quality       string
	Background    string
	Format        string
	Count         int // pictures in the answer; the others are dropped
}

// Text is what the model said in words, made safe and bounded.
type Text struct{ Text string }

// Usage counts tokens; ImageTokens are those of the references, as far as the
// backend tells them.
type Usage struct {
	Input       int64 `json:"input_tokens"`
	Output      int64 `json:"output_tokens"`
	Total       int64 `json:"total_tokens"`
	ImageTokens int64 `json:"image_tokens"`

	noImageTokens bool // it tells them, and there are none
}

// ReferencesIgnored tells that pictures were sent, but that by its own count
// the backend did not look at any: the image is no edit of them. That was seen
// with bodies of more than 64 MB (omp-tools notes, 2026-10-08).
type ReferencesIgnored struct{}

// Limits are the plan's windows as the answer's headers give them.
type Limits struct {
	Windows []Window
	Active  string
	Plan    string
}

// Completed is the terminal event of an answer that went well. On the
// responses route it repeats what the backend made of the tool.
type Completed struct {
	Tool     *ToolEcho
	Stripped bool
}

// Warning is a fault that did not cost the image.
type Warning struct{ Text string }

// Failed is the backend's own word that a response or an item failed.
type Failed struct{ Err *Error }

// Incomplete is a response that ended early, with the backend's reason.
type Incomplete struct{ Reason string }

// Unknown is an event that this version has no use for.
type Unknown struct{ Type string }

func (Planned) event()           {}
func (Resending) event()         {}
func (Started) event()           {}
func (Drawing) event()           {}
func (Partial) event()           {}
func (Final) event()             {}
func (Text) event()              {}
func (Usage) event()             {}
func (ReferencesIgnored) event() {}
func (Limits) event()            {}
func (Completed) event()         {}
func (Warning) event()           {}
func (Failed) event()            {}
func (Incomplete) event()        {}
func (Unknown) event()           {}
