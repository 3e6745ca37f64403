package sse_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/codexgen/codexgen/pkg/sse"
)

type event struct{ Type, Data string }

// decode reads a whole stream; the error is nil at a clean end.
func decode(r io.Reader, options ...sse.Option) ([]event, *sse.Decoder, error) {
	d := sse.NewDecoder(r, options...)
	var events []event
	for {
		e, err := d.Next()
		if errors.Is(err, io.EOF) {
			return events, d, nil
		}
		if err != nil {
			return events, d, err
		}
		data, err := io.ReadAll(e)
		if err != nil {
			return events, d, err
		}
		events = append(events, event{e.Type(), string(data)})
	}
}

// pieces returns the parts one read at a time.
func pieces(parts ...string) io.Reader {
	var readers []io.Reader
	for _, part := range parts {
		readers = append(readers, strings.NewReader(part))
	}
	return io.MultiReader(readers...)
}

func msg(data ...string) (events []event) {
	for _, d := range data {
		events = append(events, event{"message", d})
	}
	return events
}

// rows name the rules of WHATWG HTML 9.2.6, one a row.
var rows = []struct {
	name, stream string
	want         []event
	cut          bool
}{
	{"empty stream", "", nil, false},
	{"one event", "data: a\n\n", msg("a"), false},
	{"no space", "data:a\n\n", msg("a"), false},
	{"only one space goes", "data:  a\n\n", msg(" a"), false},
	{"a tab stays", "data:\ta\n\n", msg("\ta"), false},
	{"CR", "data: a\r\rdata: b\r\r", msg("a", "b"), false},
	{"CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", msg("a", "b"), false},
	{"mixed ends", "data: a\r\n\ndata: b\r\r\ndata: c\n\r", msg("a", "b", "c"), false},
	{"multi-line data", "data: a\ndata: b\ndata:\ndata: c\n\n", msg("a\nb\n\nc"), false},
	{"data with empty value", "data:\n\n", msg(""), false},
	{"data without colon", "data\n\n", msg(""), false},
	{"two empty data lines", "data\ndata\n\n", msg("\n"), false},
	{"byte order mark", "\ufeffdata: a\n\n", msg("a"), false},
	{"only the first mark", "\ufeff\ufeffdata: a\n\n", nil, false},
	{"a mark later on is part of a name", "data: a\n\n\ufeffdata: b\n\n", msg("a"), false},
	{"comment", ": hello\ndata: a\n:\n\n", msg("a"), false},
	{"comment between data", "data: a\n:x\ndata: b\n\n", msg("a\nb"), false},
	{"event type", "event: t\ndata: a\n\n", []event{{"t", "a"}}, false},
	{"event type after data", "data: a\nevent: t\n\n", []event{{"t", "a"}}, false},
	{"last type wins", "event: t\nevent: u\ndata: a\n\n", []event{{"u", "a"}}, false},
	{"type resets", "event: t\ndata: a\n\ndata: b\n\n", []event{{"t", "a"}, {"message", "b"}}, false},
	{"type resets without data", "event: t\n\ndata: b\n\n", msg("b"), false},
	{"empty type", "event:\ndata: a\n\n", msg("a"), false},
	{"no event without data", "event: t\nid: 1\n\n", nil, false},
	{"unknown field", "dat: x\ndata: a\ndatas: y\n\n", msg("a"), false},
	{"names are case-sensitive", "DATA: x\nData: y\n\n", nil, false},
	{"a name with a leading space", " data: x\n\n", nil, false},
	{"a name with a space behind", "data : x\n\n", nil, false},
	{"a long name without colon", "dataaaaaaaaaa\n\n", nil, false},
	{"colon in the value", "data: a:b\n\n", msg("a:b"), false},
	{"NUL in data", "data: a\x00b\n\n", msg("a\x00b"), false},
	{"invalid UTF-8 passes", "data: \xff\n\n", msg("\xff"), false},
	{"blank lines", "\n\n\ndata: a\n\n\n\n", msg("a"), false},
	{"comments at the end", "data: a\n\n: bye\n", msg("a"), false},
	{"no blank line", "data: a\n", nil, true},
	{"no line end", "data: a", nil, true},
	{"cut in a name", "data: a\n\nda", msg("a"), true},
	{"nothing is lost with a type alone", "event: t\n", nil, false},
	{"cut in a comment", ": hel", nil, true},
	{"cut after one of two", "data: a\n\ndata: b\n", msg("a"), true},
	{"[DONE] is data", "data: [DONE]\n\n", msg("[DONE]"), false},
}

func TestRules(t *testing.T) {
	for _, row := range rows {
		check := func(how string, r io.Reader) {
			t.Helper()
			got, _, err := decode(r)
			if !cmp.Equal(got, row.want) || errors.Is(err, io.ErrUnexpectedEOF) != row.cut || (err != nil) != row.cut {
				t.Errorf("%s, %s: %v, %s", row.name, how, err, cmp.Diff(row.want, got))
			}
		}
		check("whole", strings.NewReader(row.stream))
		check("byte by byte", iotest.OneByteReader(strings.NewReader(row.stream)))
		check("data with EOF", iotest.DataErrReader(strings.NewReader(row.stream)))
		for i := range row.stream {
			check("split", pieces(row.stream[:i], row.stream[i:]))
		}
	}
}

func TestIDAndRetry(t *testing.T) {
	for name, row := range map[string]struct {
		stream, id string
		retry      time.Duration
		has        bool
	}{
		"id":                    {"id: 1\ndata: a\n\n", "1", 0, false},
		"id stays":              {"id: 1\ndata: a\n\ndata: b\n\n", "1", 0, false},
		"id resets":             {"id: 1\ndata: a\n\nid\ndata: b\n\n", "", 0, false},
		"NUL is ignored":        {"id: 1\n\nid: 2\x00\ndata: a\n\n", "1", 0, false},
		"id needs a blank line": {"id: 1\n", "", 0, false},
		"an endless id":         {"id: 1\n\nid: " + strings.Repeat("x", 1<<20) + "\ndata: a\n\n", "1", 0, false},
		"retry":                 {"retry: 1500\n\n", "", 1500 * time.Millisecond, true},
		"retry with a sign":     {"retry: +5\n\nretry: -5\n\n", "", 0, false},
		"retry with letters":    {"retry: 5s\n\nretry:\n\n", "", 0, false},
	} {
		_, d, err := decode(strings.NewReader(row.stream))
		retry, has := d.Retry()
		if err != nil || d.LastEventID() != row.id || retry != row.retry || has != row.has {
			t.Errorf("%s: %v, id %q, retry %v %v", name, err, d.LastEventID(), retry, has)
		}
	}
}

func TestSkippedDataAndReadErrors(t *testing.T) {
	d := sse.NewDecoder(strings.NewReader("data: " + strings.Repeat("x", 1<<20) + "\n\ndata: b\n\n"))
	if _, err := d.Next(); err != nil {
		t.Fatal(err)
	}
	second, err := d.Next()
	if err != nil {
		t.Fatal(err)
	}
	if data, err := io.ReadAll(second); err != nil || string(data) != "b" {
		t.Errorf("%q, %v", data, err)
	}
	broken := errors.New("reset")
	_, _, err = decode(io.MultiReader(strings.NewReader("data: a"), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want the reader's error", err)
	}
}

func TestLimit(t *testing.T) {
	stream := "data: 12345\n\ndata: 123456\n\n"
	got, _, err := decode(strings.NewReader(stream), sse.WithMaxEventBytes(5))
	var tooLarge *sse.TooLargeError
	if !errors.As(err, &tooLarge) || tooLarge.Limit != 5 || !cmp.Equal(got, msg("12345")) {
		t.Errorf("%v %v", got, err)
	}
}

// TestMemoryIsFlat streams events and comments of 64 MiB through one decoder.
func TestMemoryIsFlat(t *testing.T) {
	const size = 64 << 20
	for name, prefix := range map[string]string{"data": "data: ", "comment": ": ", "unknown field": "x: ", "type": "event: "} {
		allocated := testing.AllocsPerRun(1, func() {
			stream := io.MultiReader(strings.NewReader(prefix), io.LimitReader(letters{}, size), strings.NewReader("\n\n"))
			d := sse.NewDecoder(stream)
			for {
				e, err := d.Next()
				if errors.Is(err, io.EOF) {
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if n, err := io.Copy(io.Discard, e); err != nil || n != size {
					t.Fatalf("%d bytes, %v", n, err)
				}
			}
		})
		if allocated > 50 {
			t.Errorf("%s: %v allocations", name, allocated)
		}
	}
}

type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'A'
	}
	return len(p), nil
}

func FuzzAnySplitGivesTheSameEvents(f *testing.F) {
	for i, row := range rows {
		f.Add(row.stream, uint64(i))
	}
	f.Fuzz(func(t *testing.T, stream string, seed uint64) {
		want, _, wantErr := decode(strings.NewReader(stream))
		random := rand.New(rand.NewPCG(seed, 1))
		var parts []string
		for rest := stream; rest != ""; {
			n := 1 + random.IntN(len(rest))
			parts, rest = append(parts, rest[:n]), rest[n:]
		}
		got, _, err := decode(pieces(parts...))
		if !cmp.Equal(got, want) || !errors.Is(err, wantErr) {
			t.Errorf("%q: %v, want %v: %s", parts, err, wantErr, cmp.Diff(want, got))
		}
	})
}

func benchmark(b *testing.B, stream []byte) {
	b.SetBytes(int64(len(stream)))
	for b.Loop() {
		d := sse.NewDecoder(bytes.NewReader(stream))
		for {
			e, err := d.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, e)
		}
	}
}

func BenchmarkOneEvent1MiB(b *testing.B) {
	benchmark(b, []byte("data: "+strings.Repeat("A", 1<<20)+"\n\n"))
}

func BenchmarkOneEvent64MiB(b *testing.B) {
	benchmark(b, []byte("data: "+strings.Repeat("A", 64<<20)+"\n\n"))
}

func BenchmarkSmallEventsCR(b *testing.B) {
	benchmark(b, []byte(strings.Repeat("data: hello\r\r", 10000)))
}
