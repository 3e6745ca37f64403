package batch_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/codexgen/codexgen/pkg/batch"
)

// TestJournalThatCannotBeWritten: nothing is sent without its line.
func TestJournalThatCannotBeWritten(t *testing.T) {
	if os.Getenv("LIMITED") == "" { // the limit is the process's
		child := exec.Command(os.Args[0], "-test.run=^TestJournalThatCannotBeWritten$", "-test.v")
		child.Env = append(os.Environ(), "LIMITED=yes")
		if out, err := child.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("--- PASS")) {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	folder := t.TempDir()
	j := journal(t, filepath.Join(folder, "jobs.journal"), false)
	limitFileSize(t, 1000)
	m := &maker{folder: folder}
	got, err := run(t.Context(), prompts(many(100)...), m, batch.Options{Journal: j})
	wantJournalError(t, err, "file too large", 9)
	for prompt, outcome := range got {
		if outcome.Kind == batch.Failed && m.asked[prompt] > 0 {
			t.Errorf("%s was asked for", prompt)
		}
	}
	_ = j.Close()
	if text, err := os.ReadFile(filepath.Join(folder, "jobs.journal")); err != nil || !bytes.HasSuffix(text, []byte("}\n")) {
		t.Errorf("%v, %q", err, text)
	}
}

func limitFileSize(t *testing.T, bytes uint64) {
	t.Helper()
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	limited := before
	limited.Cur = bytes
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limited); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before) })
}
