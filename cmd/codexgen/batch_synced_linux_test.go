package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestJournalIsSyncedInOrder watches the system calls of a batch of one: what
// is to be sent is on the disk before it is sent, and the image before the
// journal says that it is there.
func TestJournalIsSyncedInOrder(t *testing.T) {
	if os.Getenv("CI_TIER") != "full" {
		t.Skip("needs strace: run by .ci/run full, or with CI_TIER=full")
	}
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Fatal(err)
	}
	dir, program := t.TempDir(), build(t)
	if err := os.WriteFile(filepath.Join(dir, "jobs.txt"), []byte("a cat\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), strace, "-f", "-y", "-s", "80", "-e", "trace=write,fsync,linkat,renameat2", "-o", "calls", program, "batch", "jobs.txt", "-o", "out", "--sandbox")
	command.Dir, command.Env = dir, []string{"HOME=" + dir, "TMPDIR=" + dir}
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "calls"))
	if err != nil {
		t.Fatal(err)
	}
	calls := strings.Split(string(text), "\n")
	for _, pattern := range []string{
		`write\(.*jobs\.txt\.journal>, .*\\"entry\\":\\"sent\\"`, `fsync\(.*jobs\.txt\.journal>`, `write\(.*socket:.*POST .*/images/generations`,
		`fsync\(.*\.part>`, `linkat\(.*"1-a-cat\.png"`, `fsync\(.*/out>`,
		`write\(.*jobs\.txt\.journal>, .*\\"entry\\":\\"done\\"`, `fsync\(.*jobs\.txt\.journal>`, `write\(1<.*out/1-a-cat\.png`,
	} {
		for call := regexp.MustCompile(pattern); len(calls) > 0 && !call.MatchString(calls[0]); {
			calls = calls[1:]
		}
		if len(calls) == 0 {
			t.Fatalf("%s is not there, or not in its place:\n%s", pattern, text)
		}
	}
}
