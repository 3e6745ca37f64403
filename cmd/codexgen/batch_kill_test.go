//go:build unix && !race

package main

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/imagefile"
	"github.com/codexgen/codexgen/pkg/sandbox"
)

const (
	killedJobs = 200
	kills      = 20
)

// TestBatchSurvivesKills kills a batch of 200 jobs twenty times at random
// moments and resumes it: every picture is there once and whole, and no job
// was asked for twice.
func TestBatchSurvivesKills(t *testing.T) {
	server, err := sandbox.New(sandbox.Config{Faults: []string{"small"}, Pace: 5 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	var jobs perJob
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if forImage(r) {
			jobs.note(r)
		}
		server.ServeHTTP(w, r)
	}))
	defer front.Close()
	dir, program := t.TempDir(), build(t)
	var prompts strings.Builder
	for i := range killedJobs {
		fmt.Fprintf(&prompts, "picture %d\n", i+1)
	}
	if err := os.WriteFile(filepath.Join(dir, "jobs.txt"), []byte(prompts.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	start := func(flags ...string) *exec.Cmd {
		command := exec.Command(program, append([]string{"batch", "jobs.txt", "-o", "out", "--concurrency", "8"}, flags...)...)
		command.Dir = dir
		command.Env = []string{"HOME=" + dir, "CODEXGEN_BASE_URL=" + front.URL + "/backend-api/codex", "CODEXGEN_ACCESS_TOKEN=" + server.AccessToken(), "CODEXGEN_ACCOUNT_ID=" + server.AccountID()}
		return command
	}
	killOnce(t, start())
	for range kills - 1 {
		killOnce(t, start("--resume"))
	}
	out, _ := start("--resume").CombinedOutput()
	unknown := count(t, string(out), `(\d+) unknown`)
	images := wholeImages(t, filepath.Join(dir, "out"))
	_ = server.Close()
	asked := 0
	for n := range killedJobs {
		times := jobs.of(n + 1)
		asked += times
		if times > 1 {
			t.Errorf("job %d was asked for %d times", n+1, times)
		}
	}
	t.Logf("%d pictures, %d unknown, %d requests", images, unknown, asked)
	if images+unknown != killedJobs || asked < images || asked > images+unknown {
		t.Errorf("%d pictures, %d unknown, %d requests\n%s", images, unknown, asked, out)
	}
}

// killOnce ends a batch between the start and the 16th picture of its run.
func killOnce(t *testing.T, command *exec.Cmd) {
	t.Helper()
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	for n := rand.IntN(16); n > 0 && lines.Scan(); n-- {
	}
	<-time.After(rand.N(20 * time.Millisecond)) // a moment that no line announces
	_ = command.Process.Kill()
	if err := command.Wait(); err != nil && !errors.As(err, new(*exec.ExitError)) && !errors.Is(err, os.ErrClosed) {
		t.Fatal(err)
	}
}

func count(t *testing.T, text, pattern string) int {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if found == nil {
		return 0
	}
	n, err := strconv.Atoi(found[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// wholeImages counts the pictures of a folder, which holds one for each number.
func wholeImages(t *testing.T, dir string) int {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.png"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		check := imagefile.NewChecker()
		_, _ = check.Write(content)
		if _, err := check.Finish(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		number, _, _ := strings.Cut(filepath.Base(name), "-")
		if seen[number] {
			t.Errorf("picture %s is there twice", number)
		}
		seen[number] = true
	}
	return len(seen)
}
