package main

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestInputIsBounded: what a person or a pipe gives without end is refused,
// before anything is sent.
func TestInputIsBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1<<20)
	for name, row := range map[string]struct {
		command []string
		exit    int
		says    string
	}{
		"a prompt":         {[]string{"gen", "-"}, 2, "32000"},
		"a secret":         {[]string{"auth", "login", "--with-token", "--store", "file"}, 2, "too long"},
		"an answer of yes": {[]string{"probe"}, 2, ""},
		"images":           {[]string{"gen", "a cat", "-n", "101"}, 2, "1 to 100 images"},
		"at once":          {[]string{"gen", "a cat", "-n", "9", "--concurrency", "65"}, 2, "1 to 64 at once"},
		"a batch's line":   {[]string{"batch", "-", "-o", "many"}, 2, "longer than"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			command := exec.CommandContext(t.Context(), "codexgen", row.command...)
			command.Dir = folder
			command.Stdin = strings.NewReader(long)
			command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "DBUS_SESSION_BUS_ADDRESS=disabled:", "CODEXGEN_ACCESS_TOKEN=token-of-nobody", "CODEXGEN_BASE_URL=http://127.0.0.1:1/backend-api/codex"}
			out, err := command.CombinedOutput()
			exit := 0
			if ended := (*exec.ExitError)(nil); errors.As(err, &ended) {
				exit = ended.ExitCode()
			}
			if exit != row.exit || !strings.Contains(string(out), row.says) || len(out) > 4<<10 {
				t.Errorf("exit %d: %.600s", exit, out)
			}
		})
	}
}
