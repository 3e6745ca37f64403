//go:build unix && !race

package main

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/faults"
)

// TestManyOutliveTheirReader closes the pipe that the paths of many images go
// to: no more are begun, but those that were asked for are finished.
func TestManyOutliveTheirReader(t *testing.T) {
	b := newBench(t, build(t), faults.Row{})
	b.args = []string{"gen", "a cat", "-n", "4", "--concurrency", "2", "--partials", "0"}
	var both sync.WaitGroup
	both.Add(2)
	answer := picture(encoded(tiny(0)))
	b.serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		both.Done() // a third would panic
		both.Wait()
		answer.ServeHTTP(w, r)
	}))
	read, write, err := os.Pipe()
	b.must(err)
	b.must(read.Close())
	defer write.Close()
	b.stdout = write
	got := b.run()
	if got.exit != 9 || !strings.Contains(got.stderr, "2 made") || !strings.Contains(got.stderr, "cannot write standard output: broken pipe") {
		t.Errorf("exit code %d\n%s", got.exit, got.stderr)
	}
	if left := b.left(); !slices.Equal(left, []string{"a-cat-2.png", "a-cat.png"}) {
		t.Errorf("left are %v\n%s", left, got.stderr)
	}
}

// TestListsEndQuietlyWithoutTheirReader is "codexgen probe list | head -1".
func TestListsEndQuietlyWithoutTheirReader(t *testing.T) {
	b := newBench(t, build(t), faults.Row{})
	b.args = []string{"probe", "list"}
	read, write, err := os.Pipe()
	b.must(err)
	b.must(read.Close())
	defer write.Close()
	b.stdout = write
	if got := b.run(); got.exit != 9 || got.stderr != "" {
		t.Errorf("exit code %d\n%s", got.exit, got.stderr)
	}
}
