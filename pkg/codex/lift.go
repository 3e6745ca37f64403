package codex

import (
	"bufio"
	"errors"
	"io"

	"github.com/codexgen/codexgen/pkg/internal/jsonlift"
)

// imageMembers are the JSON members that carry base64 of an image.
var imageMembers = []string{"partial_image_b64", "result", "b64_json"}

// lifted is a JSON text with its images taken out into blobs.
type lifted struct {
	doc   *jsonlift.Document
	spool Spool
	taken map[int]bool
	plain bool // the text was no JSON object at all
}

// A lifter reads JSON texts, one after the other, with the same buffers: a
// stream can have tens of thousands.
type lifter struct {
	in    *bufio.Reader
	json  jsonlift.Lifter
	spool Spool
}

func newLifter(spool Spool) *lifter {
	create := func() (io.Writer, error) { return spool.Create() }
	return &lifter{bufio.NewReaderSize(nil, 4<<10), jsonlift.Lifter{Names: imageMembers, Create: create}, spool}
}

// lift reads one text; its long image members go into the spool.
func (t *lifter) lift(r io.Reader) (*lifted, error) {
	t.in.Reset(r)
	if first, err := t.in.Peek(1); errors.Is(err, io.EOF) || err == nil && first[0] != '{' {
		// "[DONE]", an empty event: proxies' markers, which mean nothing here.
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return &lifted{doc: &jsonlift.Document{JSON: []byte("!")}, plain: true}, err
	}
	doc, err := t.json.Lift(t.in)
	var write *jsonlift.WriteError
	var syntax *jsonlift.SyntaxError
	switch {
	case errors.As(err, &write):
		err = writeError(write.Err)
	case errors.As(err, &syntax):
		err = newError(KindMalformed, err)
	}
	l := &lifted{doc: doc, spool: t.spool, taken: map[int]bool{}}
	if err != nil && doc != nil {
		l.discardRest()
	}
	return l, err
}

// take hands out the image of a member, decoding it here when it was short
// enough to stay in the JSON. Damaged base64 is an error only now that the
// object is known to be an image.
func (l *lifted) take(member jsonlift.Member) (Blob, int64, error) {
	switch {
	case member.State == jsonlift.Inline:
		return l.decode(member)
	case member.State != jsonlift.Lifted || member.Part < 0 || member.Part >= len(l.doc.Parts) || l.taken[member.Part]:
		return nil, 0, newError(KindMalformed, errors.New("no image data"))
	}
	part := l.doc.Parts[member.Part]
	if part.Err != nil {
		return nil, 0, newError(KindDamaged, part.Err)
	}
	l.taken[member.Part] = true
	return ours(part.Writer.(Blob)), part.Bytes, nil
}

func (l *lifted) decode(member jsonlift.Member) (Blob, int64, error) {
	blob, err := l.spool.Create()
	if err != nil {
		return nil, 0, newError(KindOutput, err)
	}
	size, err := member.Decode(blob)
	if err != nil {
		_ = blob.Discard()
		var write *jsonlift.WriteError
		if errors.As(err, &write) {
			return nil, 0, writeError(write.Err)
		}
		return nil, 0, newError(KindDamaged, err)
	}
	return ours(blob), size, nil
}

// discardRest drops the images that nobody took.
func (l *lifted) discardRest() {
	for i, part := range l.doc.Parts {
		if blob, ok := part.Writer.(Blob); ok && !l.taken[i] {
			_ = blob.Discard()
		}
	}
}

// liftEvent is lift for an event: one that is whole, and whose JSON is not, is
// no cut stream.
func (t *lifter) liftEvent(event io.Reader) (*lifted, error) {
	whole := &ending{Reader: event}
	l, err := t.lift(whole)
	if errors.Is(err, io.ErrUnexpectedEOF) && whole.clean {
		err = newError(KindMalformed, errors.New("an event ends inside its JSON"))
	}
	return l, err
}

// ending remembers that a reader came to a clean end.
type ending struct {
	io.Reader
	clean bool
}

func (e *ending) Read(p []byte) (int, error) {
	n, err := e.Reader.Read(p)
	e.clean = e.clean || errors.Is(err, io.EOF)
	return n, err
}
