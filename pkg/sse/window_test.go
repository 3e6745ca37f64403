package sse

import (
	"strings"
	"testing"
)

// TestNoByteIsSearchedTwice plants a CR where a search has been already: it
// must stay unseen, or a stream of LF lines alone would take quadratic time.
func TestNoByteIsSearchedTwice(t *testing.T) {
	w := newWindow(strings.NewReader("data: a\ndata: b\ndata: c"))
	if err := w.fill(); err != nil {
		t.Fatal(err)
	}
	var got []string
	for whole := true; whole; w.pos++ {
		var line []byte
		line, whole = w.line()
		got = append(got, string(line))
		w.pos += len(line)
		w.buf[w.end-1] = '\r'
	}
	if strings.Join(got, "|") != "data: a|data: b|data: \r" {
		t.Errorf("%q", got)
	}
}
