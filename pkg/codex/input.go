package codex

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// MaxReferences is how many pictures the official client puts into one request
// (openai/codex, 2026-08-22).
const MaxReferences = 5

// MaxBody bounds a request, in bytes as they are sent. Above about 64 MB the
// backend was seen to drop references silently, or to call them a violation of
// its policy (omp-tools notes, 2026-10-08).
const MaxBody = 60_000_000

// InputTypes are the media types that the backend reads.
var InputTypes = []string{"image/png", "image/jpeg", "image/webp"}

// An Input is a picture that goes into a request. Its bytes stay where they
// are until the request is sent, and then pass by: Open may be called several
// times, and each time yields Length bytes.
type Input struct {
	MediaType string // one of InputTypes
	Length    int64  // bytes of the file
	SHA256    string // of the file, in hex
	Open      func() (io.ReadCloser, error)

	// Pending, if not "", says where the picture will come from. Such an Input
	// can be shown, but not sent.
	Pending string
}

func (in Input) prefix() string { return "data:" + in.MediaType + ";base64," }

// sent is the length of the data URL.
func (in Input) sent() int64 {
	return int64(len(in.prefix())) + (in.Length+2)/3*4
}

// String is what stands for the picture wherever a plan is shown.
func (in Input) String() string {
	if in.Pending != "" {
		return "{" + in.Pending + "}"
	}
	return fmt.Sprintf("%s{%d bytes, sha256 %s}", in.prefix(), in.Length, in.SHA256)
}

// MarshalJSON writes the placeholder: a plan's JSON is for reading.
func (in Input) MarshalJSON() ([]byte, error) { return json.Marshal(in.String()) }

// validateInputs refuses pictures that cannot be sent.
func (r Request) validateInputs() error {
	inputs := r.inputs()
	total := r.size()
	for i, in := range inputs {
		if !slices.Contains(InputTypes, in.MediaType) || in.Length <= 0 || in.Open == nil {
			return &InvalidRequestError{Field: "reference", Value: fmt.Sprint(i + 1), Reason: "it is no PNG, JPEG or WebP", Advice: "save it anew as PNG"}
		}
	}
	switch {
	case len(r.References) > MaxReferences:
		return &InvalidRequestError{Field: "references", Value: fmt.Sprint(len(r.References)), Reason: fmt.Sprintf("at most %d pictures can be sent", MaxReferences),
			Advice: "leave some out"}
	case r.Mask != nil && len(r.References) == 0:
		return &InvalidRequestError{Field: "mask", Reason: "there is no picture that it belongs to", Advice: "codexgen edit PICTURE \"what to change\" --mask MASK"}
	case total > MaxBody:
		return &InvalidRequestError{Field: "references", Reason: fmt.Sprintf("the request would have %d MB (base64 adds a third); at most %d MB are sent", total/1_000_000, MaxBody/1_000_000),
			Advice: "scale them down with --max-input-px 2048, or leave some out"}
	}
	return nil
}

// size is about what the request weighs when it is sent.
func (r Request) size() int64 {
	total := int64(len(r.Prompt))
	for _, in := range r.inputs() {
		total += in.sent()
	}
	return total
}

// inputs are all pictures of the request.
func (r Request) inputs() []Input {
	inputs := slices.Clone(r.References)
	if r.Mask != nil {
		inputs = append(inputs, *r.Mask)
	}
	return inputs
}

// An encoder turns the bytes of a picture into base64 as they are read.
type encoder struct {
	in      io.ReadCloser
	raw     [3 << 13]byte // a multiple of 3, so that only the end is padded
	encoded [4 << 13]byte
	unread  []byte
	err     error
}

func (e *encoder) Read(p []byte) (int, error) {
	if len(e.unread) == 0 {
		if e.err != nil {
			return 0, e.err
		}
		e.fill()
	}
	n := copy(p, e.unread)
	e.unread = e.unread[n:]
	if n == 0 {
		return 0, e.err
	}
	return n, nil
}

func (e *encoder) fill() {
	n, err := io.ReadFull(e.in, e.raw[:])
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	if e.err = err; err != nil && err != io.EOF {
		return // what came before a fault is not sent
	}
	base64.StdEncoding.Encode(e.encoded[:], e.raw[:n])
	e.unread = e.encoded[:base64.StdEncoding.EncodedLen(n)]
}

func (e *encoder) Close() error { return e.in.Close() }
