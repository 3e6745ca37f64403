//go:build !race

package main

import (
	"os"
	"syscall"
	"testing"
	"time"
)

// fill writes into a pipe until it takes no more, so that whoever writes next
// waits.
func fill(t *testing.T, pipe *os.File) *os.File {
	t.Helper()
	fd := int(pipe.Fd())
	if err := syscall.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	for block := make([]byte, 4096); len(block) > 0; {
		if _, err := syscall.Write(fd, block); err != nil {
			block = block[:len(block)/2]
		}
	}
	if err := syscall.SetNonblock(fd, false); err != nil {
		t.Fatal(err)
	}
	return pipe
}

func waitFor(t *testing.T, path string) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range 12000 {
		if _, err := os.Stat(path); err == nil {
			return
		}
		<-tick.C
	}
	t.Fatalf("%s did not appear", path)
}
