package sse_test

import (
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/codexgen/codexgen/pkg/sse"
)

// reference is the standard's algorithm in its own order, on a whole text:
// slow, and plain enough to be checked by reading.
func reference(stream string) (events []event, id string, cut bool) {
	stream = strings.TrimPrefix(stream, "\ufeff")
	stream = strings.ReplaceAll(stream, "\r\n", "\n")
	stream = strings.ReplaceAll(stream, "\r", "\n")
	lines := strings.Split(stream, "\n")
	rest := lines[len(lines)-1]
	var data, typ, pendingID string
	for _, line := range lines[:len(lines)-1] {
		if line == "" {
			id = pendingID
			if data != "" {
				events = append(events, event{or(typ, "message"), strings.TrimSuffix(data, "\n")})
			}
			data, typ = "", ""
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case name == "data":
			data += value + "\n"
		case name == "event":
			typ = value
		case name == "id" && !strings.Contains(value, "\x00"):
			pendingID = value
		}
	}
	return events, id, rest != "" || data != ""
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// hesitant gives random pieces, and now and then nothing at all.
type hesitant struct {
	rest   string
	random *rand.Rand
}

func (h *hesitant) Read(p []byte) (int, error) {
	if h.rest == "" {
		return 0, io.EOF
	}
	n := copy(p, h.rest[:h.random.IntN(min(len(h.rest), 9)+1)])
	h.rest = h.rest[n:]
	return n, nil
}

func sameAsReference(t *testing.T, stream string, r io.Reader) {
	t.Helper()
	want, id, cut := reference(stream)
	got, d, err := decode(r)
	if !cmp.Equal(got, want) || d.LastEventID() != id || errors.Is(err, io.ErrUnexpectedEOF) != cut || (err != nil) != cut {
		t.Errorf("%q: %v, want cut %v, id %q, want %q: %s", stream, err, cut, d.LastEventID(), id, cmp.Diff(want, got))
	}
}

// more are streams whose events the reference settles.
var more = []string{
	"\ufeff", "\xef", "\xef\xbb", "\xef\xbbdata: a\n\n", "\n\ufeffdata: a\n\n", "\ufeff\n\n", "\ufeff:\n\n",
	"\r", "\n", "\r\n", "\r\r\n\n", "\n\r\n\r", "data: a\r\n\r", "data: a\r\n\r\n\r\n", "data: a\n\r\ndata: b\r\n\n",
	"data:\r\r", "data\r\n\r\n", "data: \n\n", "data:  \n\n", "data\ndata: a\n\n", "data:a\ndata\n\n", "data", "data:", "data: ", "data\n", "data\r",
	"data:\u3000a\n\n", "data:\u00a0a\n\n", "data: a \n\n", "data: \u2028a\u2029b\v\f\u0085c\n\n", "data: :\n\n", "data::a\n\n",
	":\n\n", "::\n\n", ": data: a\n\n", ":data: a\n", "\x00: a\ndata: b\n\n", "data\x00: a\n\n", ":\x00\ndata: a\n\n",
	"event\ndata: a\n\n", "event: a\nevent\ndata: b\n\n", "event: a:b\ndata: c\n\n", "event:  a\ndata: b\n\n", "event: a\x00\ndata: b\n\n",
	"EVENT: a\ndata: b\n\n", "Event: a\n\n", "event: a\n:x\n\ndata: b\n\n", "event: a\n\n", "event:\n", "event: a", "events: a\n",
	"id: 1\ndata: a\n\nid: 2\ndata: b\n", "id:1\n\n", "id: \x00\n\ndata: a\n\n", "id\n\n", "ID: 1\n\n", "id: 1\nid: 2\n\n", "id:  1\n\n", "id: \u00e9\n\n",
	"retry: 1\ndata: a\n\n", "retry\ndata: a\n\n", "retry: \u0661\n\ndata: a\n\n",
	"message: a\n\n", "dat\na: b\n\n", "data;a\n\n", "data =a\n\n", "a\ndata: b\n\nc", "data: a\n\ndata", "data: a\n\ndata: b", "data: a\n\n:", "data: a\n\n\r",
}

func TestMoreRules(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	streams := slices.Clone(more)
	for _, row := range rows {
		streams = append(streams, row.stream)
	}
	for _, stream := range streams {
		sameAsReference(t, stream, strings.NewReader(stream))
		sameAsReference(t, stream, iotest.OneByteReader(strings.NewReader(stream)))
		sameAsReference(t, stream, iotest.DataErrReader(strings.NewReader(stream)))
		for i := range len(stream) {
			sameAsReference(t, stream, pieces(stream[:i], stream[i:]))
		}
		for range 5 {
			sameAsReference(t, stream, &hesitant{stream, random})
		}
	}
}

// TestLinesAroundTheBuffer puts line ends and names on each side of the
// places where the buffer is moved or full.
func TestLinesAroundTheBuffer(t *testing.T) {
	const buffer = 64 << 10
	for size := buffer - 12; size <= buffer+3; size++ {
		long := strings.Repeat("x", size)
		for _, stream := range []string{
			":" + long + "\r\ndata: a\r\n\r\n", long + "\rdata: a\r\r", "data: " + long + "\r\ndata: b\n\nevent: t\ndata: c\n\n",
			"event: t\n:" + long + "\ndata: a\n\n", "data: a\nunknown: " + long + "\ndata: b\n\n", ":" + long,
		} {
			sameAsReference(t, stream, strings.NewReader(stream))
			sameAsReference(t, stream, iotest.HalfReader(strings.NewReader(stream)))
		}
	}
}

func FuzzSameAsReference(f *testing.F) {
	for i, stream := range more {
		f.Add(stream, uint64(i))
	}
	f.Fuzz(func(t *testing.T, stream string, seed uint64) {
		if len(stream) > 32<<10 {
			t.Skip("the reference takes fields of any length, the decoder does not")
		}
		sameAsReference(t, stream, &hesitant{stream, rand.New(rand.NewPCG(seed, 1))})
	})
}

func TestErrorsStay(t *testing.T) {
	for _, stream := range []string{"data: a", "data: a\n", "da", "event: t", ":" + strings.Repeat("x", 1<<20)} {
		d := sse.NewDecoder(strings.NewReader(stream))
		for range 3 {
			if _, err := d.Next(); err == nil {
				_, err = d.Next()
				if !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("%.9q: %v", stream, err)
				}
			} else if !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%.9q: %v", stream, err)
			}
		}
	}
}
