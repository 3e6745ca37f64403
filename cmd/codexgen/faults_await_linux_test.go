package main

import (
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// seen waits until the program has done what a place of the answer lets it do:
// what was sent has to arrive.
func (b *bench) seen(place string) {
	b.Helper()
	switch place {
	case "draft":
		b.await(".codexgen-*.part")
	case "image":
		b.await("a-cat.partial-2.png")
		b.await(".codexgen-*.part")
	case "drafts":
		b.await("a-cat.partial-2.png")
	case "goodbye":
		b.await("a-cat.png")
	}
}

// await waits for a file of a pattern. One with two names does not count: it
// is a draft that is being published.
func (b *bench) await(pattern string) (path string) {
	b.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for range int(runLimit / (2 * time.Millisecond)) {
		found, err := filepath.Glob(filepath.Join(b.out, pattern))
		b.must(err)
		for _, path := range found {
			if info, err := os.Lstat(path); err == nil && (!info.Mode().IsRegular() || info.Sys().(*syscall.Stat_t).Nlink == 1) {
				return path
			}
		}
		<-tick.C
	}
	b.Fatalf("%s did not appear", pattern)
	return ""
}
