package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/sandbox"
)

// BenchmarkImage32MB fetches one 32 MB image over loopback as a whole process,
// codexgen with all its checks and the file, and curl to /dev/null as the
// floor, in turn. Read the ratio of the two medians, x/curl:
//
//	go test ./cmd/codexgen -run '^$' -bench Image32MB -benchtime 20x
func BenchmarkImage32MB(b *testing.B) {
	program := build(b)
	server, err := sandbox.New(sandbox.Config{Faults: []string{"big=32MB"}})
	if err != nil {
		b.Fatal(err)
	}
	base, err := server.Start("127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = server.Close() })
	env := append(os.Environ(), "CODEXGEN_BASE_URL="+base, "CODEXGEN_ACCESS_TOKEN="+server.AccessToken(), "CODEXGEN_ACCOUNT_ID="+server.AccountID(), "XDG_STATE_HOME="+b.TempDir())
	for route, path := range map[string]string{"images": "/images/generations", "responses": "/responses"} {
		out := filepath.Join(b.TempDir(), "cat.png")
		gen := []string{program, "gen", "a cat", "--route", route, "--partials", "0", "--host-model", "gpt-5.5", "-q", "-o", out}
		curl := []string{"curl", "-sS", "--fail", "-o", os.DevNull, "-H", "Authorization: Bearer " + server.AccessToken(), "-H", "Content-Type: application/json", "-d", dryRun(b, env, gen), base + path}
		b.Run(route, func(b *testing.B) { inTurn(b, env, gen, curl, out) })
	}
}

// build makes the program as a release does.
func build(b testing.TB) string {
	b.Helper()
	program := filepath.Join(b.TempDir(), "codexgen")
	command := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, ".")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := command.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return program
}

// BenchmarkHelp is what a person waits for the help, as a whole process. Read
// the median, ms/run; it has to stay under 40:
//
//	go test ./cmd/codexgen -run '^$' -bench Help -benchtime 50x
func BenchmarkHelp(b *testing.B) {
	program := build(b)
	var times []time.Duration
	for b.Loop() {
		times = append(times, process(b, os.Environ(), []string{program, "gen", "--help"}))
	}
	b.ReportMetric(float64(median(times).Microseconds())/1000, "ms/run")
}

// dryRun is the body that gen would send.
func dryRun(b testing.TB, env []string, gen []string) string {
	b.Helper()
	command := exec.Command(gen[0], append(gen[1:], "--dry-run")...)
	command.Env = env
	out, err := command.Output()
	if err != nil {
		b.Fatal(err)
	}
	_, body, _ := strings.Cut(string(out), "\n\n")
	return body
}

// inTurn runs both commands a round, so that a busy moment hits both. The file
// that the first one makes is removed between the rounds.
func inTurn(b *testing.B, env []string, command, floor []string, made string) {
	b.SetBytes(32_000_000)
	var times, floors []time.Duration
	for b.Loop() {
		times = append(times, process(b, env, command))
		b.StopTimer()
		if err := os.Remove(made); err != nil {
			b.Fatal(err)
		}
		floors = append(floors, process(b, env, floor))
		b.StartTimer()
	}
	b.ReportMetric(float64(median(times))/float64(median(floors)), "x/curl")
}

func process(b testing.TB, env []string, args []string) time.Duration {
	command := exec.Command(args[0], args[1:]...)
	command.Env, command.Stderr = env, os.Stderr
	start := time.Now()
	if err := command.Run(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

// serve starts `codexgen sandbox` and returns the settings that it prints.
func serve(t testing.TB, program, fault string) []string {
	t.Helper()
	server := exec.Command(program, "sandbox", "--fault", fault)
	stdout, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(os.Interrupt)
		_ = server.Wait()
	})
	var settings []string
	lines := bufio.NewScanner(stdout)
	for len(settings) < 3 && lines.Scan() {
		settings = append(settings, strings.TrimPrefix(lines.Text(), "export "))
	}
	if len(settings) < 3 {
		t.Fatalf("the sandbox printed %q", settings)
	}
	return settings
}
