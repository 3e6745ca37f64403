package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// watched takes the events of a batch, and looks at the process's descriptors
// with each.
type watched struct {
	dir      string
	outcomes []outcome
	last     struct{ Done, Failed int }
	most     int
	atLast   []string
}

func (w *watched) Write(line []byte) (int, error) {
	var event struct{ Event string }
	var o outcome
	if err := json.Unmarshal(line, &event); err != nil {
		return 0, err
	}
	names, err := openFiles()
	if err != nil {
		return 0, err
	}
	w.most = max(w.most, len(names))
	if event.Event == "result" {
		w.atLast = names
		return len(line), json.Unmarshal(line, &w.last)
	}
	err = json.Unmarshal(line, &o)
	w.outcomes = append(w.outcomes, o)
	return len(line), err
}

func descriptors(t *testing.T) []string {
	t.Helper()
	names, err := openFiles()
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// openFiles are what this process's descriptors lead to.
func openFiles() (names []string, err error) {
	entries, err := os.ReadDir("/proc/self/fd")
	for _, entry := range entries {
		if name, err := os.Readlink("/proc/self/fd/" + entry.Name()); err == nil { // it may be closed by now
			names = append(names, name)
		}
	}
	return names, err
}

// verdict bounds the descriptors. A job holds its connection, its temporary
// files and its folder; on the server's side, which is in this process, there
// is a connection more. At the end only idle connections are left, and of files
// the manifest, the journal and its lock.
func (w *watched) verdict(t *testing.T, atFirst, atOnce int) {
	t.Helper()
	t.Logf("descriptors: %d at first, at most %d, %d at the end", atFirst, w.most, len(w.atLast))
	if w.most > atFirst+8*atOnce || len(w.atLast) > atFirst+2*atOnce+3 {
		t.Errorf("descriptors: %d at first, at most %d, %d at the end: %q", atFirst, w.most, len(w.atLast), w.atLast)
	}
	var open []string
	for _, name := range w.atLast {
		if inside, ok := strings.CutPrefix(name, w.dir); ok {
			open = append(open, filepath.ToSlash(inside))
		}
	}
	slices.Sort(open)
	if want := []string{"/jobs.jsonl", "/out/.codexgen-batch.lock", "/out/jobs.jsonl.journal"}; !slices.Equal(open, want) {
		t.Errorf("open at the end: %q", open)
	}
}
