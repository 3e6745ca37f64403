package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/cli"
	"github.com/codexgen/codexgen/pkg/batch"
)

var soakSeed = flag.Uint64("soak-seed", 0, "seed of the long run's mishaps; 0 is a random one")

// soakLimit is when a long run has to have ended by itself.
const soakLimit = 5 * time.Minute

// soakOf is how much of a long run the tier asks for, and its seed.
func soakOf(t *testing.T, whole, part int) (jobs int, seed uint64) {
	t.Helper()
	jobs, seed = part, *soakSeed
	if os.Getenv("CI_TIER") == "full" {
		jobs = whole
	}
	if seed == 0 {
		seed = rand.Uint64()
	}
	fmt.Printf("%s: %d jobs, -soak-seed %d\n", t.Name(), jobs, seed)
	return jobs, seed
}

// TestSoakOneProcess makes 2000 pictures in one process, half of them with a
// draft, of a backend on which two of five requests meet a mishap: each ends as
// its mishap says, and nothing is left behind, neither while the batch runs nor
// after it. In the fast tier they are 60.
func TestSoakOneProcess(t *testing.T) {
	jobs, seed := soakOf(t, 2000, 60)
	const atOnce = 16
	before := goleak.IgnoreCurrent()
	dir := newSoakDir(t)
	backend := startUnsteady(t, seed)
	if err := os.WriteFile(filepath.Join(dir, "jobs.jsonl"), []byte(backend.manifest(jobs)), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", filepath.Join(dir, "tmp"))
	settings := backend.settings()
	stdout, stderr := &watched{dir: dir}, new(bytes.Buffer)
	env := cli.Env{
		Stdin: strings.NewReader(""), Stdout: stdout, Stderr: stderr, Now: time.Now, Version: "1.2.3-test",
		HomeDir: filepath.Join(dir, "home"), StateDir: filepath.Join(dir, "state"),
		LookupEnv: func(name string) (string, bool) { value, ok := settings[name]; return value, ok },
	}
	atFirst := len(descriptors(t))
	stop := time.AfterFunc(soakLimit, func() { panic("the batch does not end") })
	code := cli.Main([]string{"batch", filepath.Join(dir, "jobs.jsonl"), "-o", filepath.Join(dir, "out"), "--events", "--history",
		"--concurrency", fmt.Sprint(atOnce), "--stall-timeout", "5s"}, env)
	stop.Stop()
	want := backend.want(t, 1, jobs)
	ended := map[int]outcome{}
	for _, o := range stdout.outcomes {
		if _, twice := ended[o.Number]; twice {
			t.Errorf("job %d ended twice", o.Number)
		}
		ended[o.Number] = o
	}
	judge(t, dir, want, ended)
	if failed, shared := sumOf(want); code != shared || stdout.last.Done != jobs-failed || stdout.last.Failed != failed {
		t.Errorf("exit %d, %+v; %d of %d have to fail, with code %d\n%.2000s", code, stdout.last, failed, jobs, shared, stderr)
	}
	stdout.verdict(t, atFirst, atOnce)
	if journal, err := batch.OpenJournal(filepath.Join(dir, "out", "jobs.jsonl.journal"), true); err != nil {
		t.Errorf("the lock is still held: %v", err)
	} else {
		_ = journal.Close()
	}
	backend.front.Close() // with it go the idle connections, which a process's end closes
	// net/http lingers half a second over a connection that it has closed.
	goleak.VerifyNone(t, before, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

// TestSoakManyProcesses runs 500 gens, eight at a time, that share a home, a
// history and a folder, against the same backend. In the fast tier they are 15.
func TestSoakManyProcesses(t *testing.T) {
	jobs, seed := soakOf(t, 500, 15)
	dir, program := newSoakDir(t), build(t)
	backend := startUnsteady(t, seed)
	var environment []string
	for name, value := range backend.settings() {
		environment = append(environment, name+"="+value)
	}
	environment = append(environment, "HOME="+filepath.Join(dir, "home"), "XDG_STATE_HOME="+dir, "TMPDIR="+filepath.Join(dir, "tmp"), "DBUS_SESSION_BUS_ADDRESS=disabled:")
	ended := map[int]outcome{}
	var mu sync.Mutex
	ctx, cancel := context.WithTimeout(t.Context(), soakLimit)
	defer cancel()
	numbers := make(chan int)
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for n := range numbers {
				got := soakGen(ctx, t, program, dir, environment, n)
				mu.Lock()
				ended[n] = got
				mu.Unlock()
			}
		})
	}
	for n := range jobs {
		numbers <- n + 1
	}
	close(numbers)
	workers.Wait()
	judge(t, dir, backend.want(t, 1, jobs), ended)
}

// soakGen is one gen; its exit code has to be that of its object.
func soakGen(ctx context.Context, t *testing.T, program, dir string, environment []string, n int) (got outcome) {
	args := []string{"gen", fmt.Sprintf("picture %d", n), "-o", filepath.Join(dir, "out") + "/", "--json", "--history", "--stall-timeout", "5s", "--route", "images", "--partials", "0"}
	if onTheWay(n) {
		args = append(args[:len(args)-4], "--route", "responses", "--partials", "1")
	}
	command := exec.CommandContext(ctx, program, args...)
	command.Env = environment
	out, err := command.Output()
	if jsonErr := json.Unmarshal(out, &got); jsonErr != nil {
		t.Errorf("job %d: %v, %v: %s", n, err, jsonErr, out)
	}
	if want := got.Error.Exit; command.ProcessState.ExitCode() != want {
		t.Errorf("job %d: exit %d, and %d in its object", n, command.ProcessState.ExitCode(), want)
	}
	return got
}

func newSoakDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"home", "out", "tmp"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
