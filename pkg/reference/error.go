package reference

import "fmt"

// An Error is a picture that cannot be sent. Its exit code is 2.
type Error struct {
	Source string // what the user named, without what may be secret in an address
	Reason string // in plain words; the subject of the sentence is the picture
	Advice string // what to do about it
	Err    error  // the cause below, if there is one
}

func (e *Error) Error() string     { return fmt.Sprintf("reference %q: %s", e.Source, e.Reason) }
func (e *Error) Unwrap() error     { return e.Err }
func (e *Error) Hint() string      { return e.Advice }
func (e *Error) ExitCode() int     { return 2 }
func (e *Error) ErrorType() string { return "invalid_image_input" }

const (
	saveAnew  = "save it anew as PNG, JPEG or WebP"
	shrink    = "scale it down with --max-input-px 2048, or save it smaller"
	fetchSelf = "download it yourself and name the file"
)
