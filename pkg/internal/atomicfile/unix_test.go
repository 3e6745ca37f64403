//go:build !windows

package atomicfile

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// F22: an image is as readable as the umask allows. The umask is the
// process's, so no other test may run beside this one.
func TestF22Umask(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	for mask, want := range map[int]os.FileMode{0: 0o666, 0o022: 0o644, 0o077: 0o600} {
		folder, dir := open(t)
		syscall.Umask(mask)
		f := sealed(t, folder, "")
		if err := f.Publish("x"); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(filepath.Join(dir, "x")); err != nil || info.Mode() != want {
			t.Errorf("umask %03o: %v, %v", mask, info.Mode(), err)
		}
		syscall.Umask(0)
	}
}

// F3: a pipe is not replaced, though a rename would do it.
func TestF3Pipe(t *testing.T) {
	folder, dir := open(t)
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := sealed(t, folder, "").Replace("pipe"); err == nil {
		t.Error("a pipe was replaced")
	}
}
