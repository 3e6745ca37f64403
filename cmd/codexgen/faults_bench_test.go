package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/faults"
)

// runLimit ends a program that hangs, which fails its row.
const runLimit = 90 * time.Second

// A bench is one row under test. An injector changes what it likes of it
// before the program starts.
type bench struct {
	*testing.T
	row     faults.Row
	program string
	home    string // of the person; no setting of the machine is seen
	out     string // the folder that the program runs in and leaves its files in
	tmp     string // the system's folder for temporary files
	args    []string
	env     []string
	wrap    []string // a command that runs the program, such as strace with its flags
	stdin   *os.File
	stdout  *os.File // nil: it is kept for the verdict
	stderr  *os.File // nil: the same
	asked   *counter // of the server

	started func(*exec.Cmd) // called once the program runs; ends before the verdict
	verify  func(ran)       // what the table has no column for
	exempt  bool            // it was killed: temporary files may be left
}

func newBench(t *testing.T, program string, row faults.Row) *bench {
	t.Helper()
	dir := t.TempDir()
	b := &bench{T: t, row: row, program: program, home: filepath.Join(dir, "home"), out: filepath.Join(dir, "out"), tmp: filepath.Join(dir, "tmp"), asked: &counter{}}
	for _, path := range []string{b.home, b.out, b.tmp} {
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	b.args = []string{"gen", "a cat"}
	if !slices.Contains(row.Args, "-") && !slices.Contains(row.Args, "--events") {
		b.args = append(b.args, "--json")
	}
	b.args = append(b.args, row.Args...)
	b.env = []string{
		"HOME=" + b.home, "USERPROFILE=" + b.home, "AppData=" + b.home, "LocalAppData=" + b.home, "TMPDIR=" + b.tmp, "TMP=" + b.tmp,
		"PATH=" + os.Getenv("PATH"), "SYSTEMROOT=" + os.Getenv("SYSTEMROOT"), "DBUS_SESSION_BUS_ADDRESS=disabled:",
		"CODEXGEN_ACCESS_TOKEN=" + benchToken, "CODEXGEN_HOST_MODEL=gpt-5.5", // no catalogue is asked for
	}
	return b
}

// benchToken is a secret that must be seen nowhere.
const benchToken = "canary-9f2c41d8"

// setenv sets a variable of the program; a later value wins.
func (b *bench) setenv(name, value string) { b.env = append(b.env, name+"="+value) }

// at points the program at a backend.
func (b *bench) at(base string) { b.setenv("CODEXGEN_BASE_URL", base) }

// with is the injector's argument n, or "".
func (b *bench) with(n int) string {
	if n < len(b.row.With) {
		return b.row.With[n]
	}
	return ""
}

// must ends the row for a fault that could not be arranged.
func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// ran is what a program did.
type ran struct {
	exit           int // 128 and more: the number of the signal that ended it
	stdout, stderr string
	took           time.Duration
}

func (b *bench) run() ran {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), runLimit)
	defer cancel()
	line := append(slices.Clone(b.wrap), append([]string{b.program}, b.args...)...)
	command := exec.CommandContext(ctx, line[0], line[1:]...)
	var stdout, stderr bytes.Buffer
	command.Dir, command.Env, command.Stdout, command.Stderr = b.out, b.env, &stdout, &stderr
	if b.stdout != nil {
		command.Stdout = b.stdout
	}
	if b.stderr != nil {
		command.Stderr = b.stderr
	}
	if b.stdin != nil {
		command.Stdin = b.stdin
	}
	start := time.Now()
	b.must(command.Start())
	if b.started != nil {
		b.started(command)
	}
	if err := command.Wait(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		b.Fatal(err)
	}
	if ctx.Err() != nil {
		b.Fatalf("it hung; stderr:\n%s", stderr.String())
	}
	return ran{shellCode(command.ProcessState), stdout.String(), stderr.String(), time.Since(start)}
}

// shellCode is the code that a shell would show.
func shellCode(state *os.ProcessState) int {
	signals := map[string]int{"signal: interrupt": 130, "signal: killed": 137, "signal: terminated": 143, "signal: broken pipe": 141}
	return cmp.Or(signals[strings.TrimSuffix(state.String(), " (core dumped)")], state.ExitCode())
}

// left are the files below the folder, by their paths from it.
func (b *bench) left() (names []string) {
	b.must(filepath.WalkDir(b.out, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(b.out, path)
		names = append(names, filepath.ToSlash(name))
		return err
	}))
	return names
}
