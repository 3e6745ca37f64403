package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/sandbox"
)

// BenchmarkBatch makes 1000 small images, 32 at once, of a backend that takes
// 200 ms for each, as a whole process with its journal. Read x/ideal, the
// ratio to jobs × latency ÷ concurrency:
//
//	go test ./cmd/codexgen -run '^$' -bench 'Batch$' -benchtime 3x
func BenchmarkBatch(b *testing.B) {
	const jobs, atOnce, latency = 1000, 32, 200 * time.Millisecond
	program := build(b)
	server, err := sandbox.New(sandbox.Config{Faults: []string{"small"}, Pace: latency})
	if err != nil {
		b.Fatal(err)
	}
	base, err := server.Start("127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = server.Close() })
	ideal := jobs * latency / atOnce
	var took []time.Duration
	for b.Loop() {
		dir := b.TempDir()
		command := batchOf(b, dir, program, jobs, atOnce)
		command.Env = []string{"HOME=" + dir, "CODEXGEN_BASE_URL=" + base, "CODEXGEN_ACCESS_TOKEN=" + server.AccessToken(), "CODEXGEN_ACCOUNT_ID=" + server.AccountID()}
		start := time.Now()
		if out, err := command.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		took = append(took, time.Since(start))
	}
	b.ReportMetric(float64(median(took))/float64(ideal), "x/ideal")
}

func batchOf(tb testing.TB, dir, program string, jobs, atOnce int) *exec.Cmd {
	tb.Helper()
	var prompts strings.Builder
	for i := range jobs {
		fmt.Fprintf(&prompts, "picture %d\n", i+1)
	}
	if err := os.WriteFile(filepath.Join(dir, "jobs.txt"), []byte(prompts.String()), 0o600); err != nil {
		tb.Fatal(err)
	}
	command := exec.Command(program, "batch", "jobs.txt", "-o", "out", "-q", "--concurrency", fmt.Sprint(atOnce))
	command.Dir = dir
	return command
}
