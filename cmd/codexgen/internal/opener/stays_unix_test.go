//go:build unix && !darwin

package opener

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// desktop makes script the system's program, and returns the folder it is in.
func desktop(t *testing.T, script string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return dir
}

// TestAProgramThatStays is left alone after three seconds.
func TestAProgramThatStays(t *testing.T) {
	dir := desktop(t, `echo $$ > "$(dirname "$0")/pid"; exec sleep 600`)
	if err := Open(t.Context(), "/a.png"); err != nil {
		t.Errorf("%v", err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		t.Errorf("it does not run any more: %v", err)
	}
}

func TestAProgramThatFailsIsTold(t *testing.T) {
	desktop(t, "exit 3")
	if err := Open(t.Context(), "/a.png"); err == nil || err.Error() != "xdg-open: exit status 3" {
		t.Errorf("%v", err)
	}
}

func TestNobodyWaitsAfterCtrlC(t *testing.T) {
	desktop(t, "exec sleep 1")
	interrupted := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(interrupted)
	if err := Open(ctx, "/a.png"); !errors.Is(err, interrupted) {
		t.Errorf("%v", err)
	}
}
