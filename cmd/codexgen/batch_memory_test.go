//go:build linux && !race

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestMemoryOfABatch: a thousand small images, 32 at once, stay under 96 MB;
// images of 64 MB, 8 at once, under 128 MB.
func TestMemoryOfABatch(t *testing.T) {
	program := build(t)
	for name, row := range map[string]struct {
		fault              string
		jobs, atOnce, most int
	}{
		"many":  {"small", 1000, 32, 96 << 10},
		"large": {"big=64MB", 16, 8, 128 << 10},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "large" && os.Getenv("CI_TIER") != "full" {
				t.Skip("a gigabyte of images: it runs in .ci/run full")
			}
			dir := t.TempDir()
			command := batchOf(t, dir, program, row.jobs, row.atOnce)
			command.Args = append(command.Args, "--json")
			command.Env = append(serve(t, program, row.fault), "HOME="+dir, "TMPDIR="+dir)
			kB := peakOf(t, command, func() { waitForDone(t, filepath.Join(dir, "out", "jobs.txt.journal"), row.jobs) })
			t.Logf("peak of %d kB", kB)
			if kB > row.most {
				t.Errorf("peak of %d kB, at most %d", kB, row.most)
			}
		})
	}
}

func waitForDone(t *testing.T, journal string, jobs int) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 15000 {
		if text, err := os.ReadFile(journal); err == nil && bytes.Count(text, []byte(`"entry":"done"`)) == jobs {
			return
		}
		<-tick.C
	}
	t.Fatal("the batch does not end")
}
