package codex

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits and defaults of a Request.
const (
	MaxPromptChars = 32_000 // the public API's limit; the Codex route promises none
	MaxPartials    = 3
	DefaultModel   = "gpt-image-2"
)

// Routes are what a Request's Route can be.
var Routes = []string{string(RouteAuto), string(RouteResponses), string(RouteImages), string(RouteWebSocket)}

// The values that the backend's enums accept, in the order that help shows.
var (
	Qualities   = []string{"auto", "low", "medium", "high"}
	Backgrounds = []string{"auto", "opaque", "transparent"}
	Formats     = []string{"png", "webp", "jpeg"}
)

// A Request is one image to be made. Empty fields are the backend's choice.
type Request struct {
	Prompt     string
	Model      string // the image model's name; the backend may ignore it
	HostModel  string // the chat model that carries the hosted tool; "" looks it up
	Size       string // "auto" or WIDTHxHEIGHT in pixels
	Quality    string // one of Qualities
	Background string // one of Backgrounds
	Format     string // one of Formats
	Partials   int    // drafts wanted, 0 to MaxPartials

	References []Input // pictures to work from, at most MaxReferences
	Mask       *Input  // what of the first may change; only on the responses route

	Route         Route // "" is RouteAuto
	DraftsAsked   bool  // the drafts were asked for and may not be dropped
	PreferOneShot bool  // the caller has no use for drafts (a pipe)
}

// An InvalidRequestError names the value that was refused before anything was
// sent. Its exit code is 2.
type InvalidRequestError struct {
	Field, Value, Reason, Advice string
}

func (e *InvalidRequestError) Error() string {
	if e.Value == "" {
		return e.Field + ": " + e.Reason
	}
	return fmt.Sprintf("%s %q: %s", e.Field, e.Value, e.Reason)
}

func (e *InvalidRequestError) Hint() string      { return e.Advice }
func (e *InvalidRequestError) ExitCode() int     { return 2 }
func (e *InvalidRequestError) ErrorType() string { return "invalid_argument" }

// Validate refuses what the backend is known to refuse, before it is sent.
func (r Request) Validate() error {
	if err := r.validatePrompt(); err != nil {
		return err
	}
	if r.Partials < 0 || r.Partials > MaxPartials {
		return &InvalidRequestError{Field: "partials", Value: strconv.Itoa(r.Partials),
			Reason: "the backend draws 0 to 3 drafts", Advice: "use --partials 0, 1, 2 or 3"}
	}
	for _, enum := range []struct {
		field, value string
		known        []string
	}{
		{"quality", r.Quality, Qualities},
		{"background", r.Background, Backgrounds},
		{"format", r.Format, Formats},
		{"route", string(r.Route), Routes},
	} {
		if enum.value != "" && !slices.Contains(enum.known, enum.value) {
			return &InvalidRequestError{Field: enum.field, Value: enum.value, Reason: "not a known value",
				Advice: "use " + strings.Join(enum.known, ", ")}
		}
	}
	if err := r.validateInputs(); err != nil {
		return err
	}
	return validateSize(r.Size)
}

func (r Request) validatePrompt() error {
	advice := `describe the picture: codexgen gen "a cat"`
	if strings.TrimSpace(r.Prompt) == "" {
		return &InvalidRequestError{Field: "prompt", Reason: "it is empty", Advice: advice}
	}
	if !utf8.ValidString(r.Prompt) {
		return &InvalidRequestError{Field: "prompt", Reason: "it is not UTF-8 text", Advice: advice}
	}
	if count := utf8.RuneCountInString(r.Prompt); count > MaxPromptChars {
		return &InvalidRequestError{Field: "prompt", Reason: fmt.Sprintf("it has %d characters, the most is %d", count, MaxPromptChars),
			Advice: "shorten the prompt"}
	}
	return nil
}
