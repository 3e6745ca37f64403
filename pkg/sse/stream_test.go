package sse_test

import (
	"errors"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/sse"
)

// scripted gives one piece a read and fails the test on a read too many: the
// decoder must not wait for bytes that it does not need.
type scripted struct {
	t      *testing.T
	pieces []string
}

func (s *scripted) Read(p []byte) (int, error) {
	if len(s.pieces) == 0 {
		s.t.Fatal("read past what is needed")
	}
	n := copy(p, s.pieces[0])
	s.pieces = s.pieces[1:]
	return n, nil
}

func TestEventsEndWithoutWaiting(t *testing.T) {
	for _, stream := range []string{"data: a\n\n", "data: a\r\r", "data: a\r\n\r", "\ufeffdata: a\n\n", "data: a\n\r"} {
		d := sse.NewDecoder(&scripted{t, strings.Split(stream, "")})
		e, err := d.Next()
		if err != nil {
			t.Fatal(err)
		}
		if data, err := io.ReadAll(e); err != nil || string(data) != "a" {
			t.Errorf("%q: %q, %v", stream, data, err)
		}
	}
}

func TestDataArrivesBeforeItsLineEnds(t *testing.T) {
	d := sse.NewDecoder(&scripted{t, []string{"event: t\ndata: abc"}})
	e, err := d.Next()
	if err != nil {
		t.Fatal(err)
	}
	p := make([]byte, 8)
	if n, err := e.Read(p); err != nil || string(p[:n]) != "abc" || e.Type() != "t" {
		t.Errorf("%q, %v, %s", p[:n], err, e.Type())
	}
}

func TestAnEventThatWasPassedIsNotRead(t *testing.T) {
	d := sse.NewDecoder(strings.NewReader("event: t\ndata: a\n\nevent: u\ndata: b\n\n"))
	first, _ := d.Next()
	if _, err := d.Next(); err != nil {
		t.Fatal(err)
	}
	if n, err := first.Read(make([]byte, 9)); n != 0 || err == nil || errors.Is(err, io.EOF) {
		t.Errorf("%d, %v: its data was dropped, so it has no clean end", n, err)
	}
	if first.Type() != "t" {
		t.Errorf("type %s", first.Type())
	}
}

func TestLimitCountsEveryByte(t *testing.T) {
	var tooLarge *sse.TooLargeError
	for stream, fits := range map[string]bool{
		"data: 12345\n\n": true, "data: 123456\n\n": false, "data: 12\ndata: 34\n\n": true, "data: 12\ndata: 345\n\n": false,
		strings.Repeat("data:\n", 6) + "\n": true, strings.Repeat("data:\n", 7) + "\n": false,
	} {
		_, _, err := decode(strings.NewReader(stream), sse.WithMaxEventBytes(5))
		if errors.As(err, &tooLarge) == fits || (err == nil) != fits {
			t.Errorf("%q: %v", stream, err)
		}
	}
	d := sse.NewDecoder(strings.NewReader("data: 123456\n\ndata: a\n\n"), sse.WithMaxEventBytes(5))
	for _, want := range []bool{false, true, true} {
		if _, err := d.Next(); errors.As(err, &tooLarge) != want {
			t.Errorf("%v, want too large %v", err, want)
		}
	}
}

func TestRetryIsBounded(t *testing.T) {
	for _, digits := range []string{"9223372036855", "9223372036854775807", "99999999999999999999999"} {
		_, d, _ := decode(strings.NewReader("retry: " + digits + "\n\n"))
		if retry, ok := d.Retry(); !ok || retry != math.MaxInt64/time.Millisecond*time.Millisecond {
			t.Errorf("%s: %v %v", digits, retry, ok)
		}
	}
}

// stuck never gives anything.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestAStuckReaderIsAnError(t *testing.T) {
	if _, err := sse.NewDecoder(stuck{}).Next(); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("got %v", err)
	}
}

// TestHundredMiBInFixedMemory counts bytes, in one line and in short lines.
func TestHundredMiBInFixedMemory(t *testing.T) {
	for name, stream := range map[string]io.Reader{
		"one line":    io.MultiReader(strings.NewReader("data: "), io.LimitReader(many("A"), 100<<20), strings.NewReader("\n\n")),
		"short lines": io.MultiReader(io.LimitReader(many("data: 0123456789\r"), 17<<20), strings.NewReader("\r")),
		"comments":    io.MultiReader(io.LimitReader(many(": ping\n\n"), 8<<20), strings.NewReader("data: a\n\n")),
		"types":       io.MultiReader(io.LimitReader(many("event:\n"), 7<<20), strings.NewReader("data: a\n\n")),
	} {
		before := allocated()
		d := sse.NewDecoder(stream)
		e, err := d.Next()
		if err != nil {
			t.Fatal(name, err)
		}
		if _, err := io.Copy(io.Discard, e); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if used := allocated() - before; used > 256<<10 {
			t.Errorf("%s: %d bytes were allocated", name, used)
		}
	}
}

func allocated() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}

// repeated is a text over and over.
type repeated struct {
	text string
	at   int
}

func many(text string) *repeated { return &repeated{text: strings.Repeat(text, 4<<10)} }

func (r *repeated) Read(p []byte) (int, error) {
	n := copy(p, r.text[r.at:])
	r.at = (r.at + n) % len(r.text)
	return n, nil
}

func BenchmarkSmallEventsLF(b *testing.B) {
	benchmark(b, []byte(strings.Repeat("data: hello\n\n", 10000)))
}

func BenchmarkShortLines(b *testing.B) {
	benchmark(b, []byte(strings.Repeat("data: hello\r\n", 10000)+"\r\n"))
}
