//go:build linux || darwin || freebsd

package imagefile

import (
	"io/fs"
	"regexp"
	"syscall"
	"testing"
)

// F1: a full disk is told with what the file needs and what there is.
func TestF1FullDisk(t *testing.T) {
	target, err := NewTarget(Options{Output: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	temp, err := target.Create()
	if err != nil {
		t.Fatal(err)
	}
	temp.check.failed = &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}
	says := regexp.MustCompile(`: no space left on device: the file needs (more than )?1\.500 MB, and \d+\.\d{3} MB are free$`)
	if _, err := temp.Write(make([]byte, 1_500_000)); err == nil || says.FindStringSubmatch(err.Error())[1] == "" {
		t.Errorf("while it is written: %v", err)
	}
	if _, err := temp.Check(); err == nil || !says.MatchString(err.Error()) || says.FindStringSubmatch(err.Error())[1] != "" {
		t.Errorf("when it has ended: %v", err)
	}
}
