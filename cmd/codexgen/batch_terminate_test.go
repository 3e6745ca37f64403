//go:build linux && !race

package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/sandbox"
)

// TestTerminatedBatch ends a batch of four by SIGTERM with two under way:
// those are given up at once, the journal says that they may be paid for, and
// --resume asks for the other two only.
func TestTerminatedBatch(t *testing.T) {
	dir, program := t.TempDir(), build(t)
	if err := os.WriteFile(filepath.Join(dir, "jobs.txt"), []byte("a cat\na dog\na cow\na hen\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	stalling, endless := serverFor(t, "stall=100000")
	batch := inBatch(t, program, dir, endless, "--partials", "1", "--route", "responses")
	stderr := new(strings.Builder)
	batch.Stderr = stderr
	if err := batch.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, filepath.Join(dir, "out", "1-a-cat.partial-1.png"))
	waitFor(t, filepath.Join(dir, "out", "2-a-dog.partial-1.png"))
	if err := batch.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := exitCodeOf(t, batch.Wait()); code != 143 || !strings.Contains(stderr.String(), "\ncodexgen: 4 images: 2 failed, 2 not asked for (2 terminated); terminated\nhint: go on with --resume") {
		t.Errorf("exit %d:\n%s", code, stderr)
	}
	if strings.Contains(stderr.String(), "finishing") {
		t.Errorf("it promises to finish:\n%s", stderr)
	}
	if n := stalling.Stats().Images; n != 2 {
		t.Errorf("%d images were drawn", n)
	}
	journal, err := os.ReadFile(filepath.Join(dir, "out", "jobs.txt.journal"))
	given := regexp.MustCompile(`"entry":"failed",.*"error_type":"terminated","charged":"unknown"`).FindAll(journal, -1)
	if err != nil || len(given) != 2 || strings.Count(string(journal), "\n") != 4 {
		t.Errorf("%v, the journal:\n%s", err, journal)
	}
	noParts(t, dir)

	drawing, whole := serverFor(t, "small")
	for _, want := range []string{"4 images: 2 made, 2 unknown (2 unknown_outcome)", "4 images: 2 there already, 2 unknown (2 unknown_outcome)"} {
		out, err := inBatch(t, program, dir, whole, "--resume").CombinedOutput()
		if code := exitCodeOf(t, err); code != 8 || !strings.Contains(string(out), want) || drawing.Stats().Images != 2 {
			t.Errorf("exit %d, %d images were drawn:\n%s", code, drawing.Stats().Images, out)
		}
	}
}

// serverFor is a backend, and the settings for it.
func serverFor(t *testing.T, faults ...string) (*sandbox.Server, []string) {
	t.Helper()
	server, err := sandbox.New(sandbox.Config{Faults: faults, Pace: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	base, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server, []string{"CODEXGEN_BASE_URL=" + base, "CODEXGEN_ACCESS_TOKEN=" + server.AccessToken(), "CODEXGEN_ACCOUNT_ID=" + server.AccountID()}
}

// inBatch is a batch of jobs.txt in dir that has a minute.
func inBatch(t *testing.T, program, dir string, settings []string, flags ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	command := exec.CommandContext(ctx, program, append([]string{"batch", "jobs.txt", "-o", "out"}, flags...)...)
	command.Dir, command.Env = dir, append([]string{"HOME=" + dir, "TMPDIR=" + dir}, settings...)
	return command
}

func exitCodeOf(t *testing.T, err error) int {
	t.Helper()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return 0
}

// noParts finds no temporary file below dir.
func noParts(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if strings.HasSuffix(path, ".part") {
			t.Errorf("left behind: %s", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
