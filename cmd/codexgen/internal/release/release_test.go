package release

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// root is the repository.
var root, _ = filepath.Abs(filepath.Join("..", "..", "..", ".."))

// need is a program that .ci/run installs.
func need(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err == nil {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is missing; .ci/run installs it", program)
	}
	t.Skipf("%s is not installed", program)
}

func onlyInFull(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI_TIER") != "full" {
		t.Skip(why + ": run by .ci/run full, or with CI_TIER=full")
	}
}

// run returns what a command prints; its failure ends the test.
func run(t *testing.T, dir string, env []string, args ...string) string {
	t.Helper()
	command := exec.Command(args[0], args[1:]...)
	command.Dir, command.Env = dir, append(os.Environ(), env...)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// build makes the program as a release does, with the version 1.2.3-test.
func build(t *testing.T, tree string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "codexgen")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	run(t, tree, []string{"CGO_ENABLED=0"}, "go", "build", "-trimpath", "-ldflags", "-s -w -X main.version=1.2.3-test", "-o", program, "./cmd/codexgen")
	return program
}
