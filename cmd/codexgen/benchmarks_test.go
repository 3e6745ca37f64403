package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/sandbox"
)

var benchmarks = flag.String("benchmarks", "", "measure, and write docs/benchmarks.md into `FILE`")

// TestBenchmarksPage measures and writes docs/benchmarks.md; .ci/benchmarks
// runs it. Without the flag it goes through all of it once, in little, so that
// it works when somebody wants it.
func TestBenchmarksPage(t *testing.T) {
	m := measuring{file: *benchmarks, sizes: []int{2, 8, 32, 128}, atOnce: []int{1, 2, 4, 8, 16, 32, 64}}
	if m.file == "" {
		if os.Getenv("CI_TIER") != "full" {
			t.Skip("measures for a minute: run by .ci/run full, or by .ci/benchmarks")
		}
		m = measuring{file: filepath.Join(t.TempDir(), "benchmarks.md"), sizes: []int{2}, atOnce: []int{1, 4}, short: true}
	}
	if _, err := exec.LookPath("curl"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("curl is missing; .ci/run full installs it")
		}
		t.Skip("curl is the floor of every ratio, and is not installed")
	}
	m.program = build(t)
	busy, told := load()
	m.printf(benchmarksHead, processor(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), time.Now().UTC().Format(time.DateOnly), told)
	if busy > float64(runtime.NumCPU())/2 {
		m.printf("**The machine was busy with other work meanwhile**, which the times show and the\nratios show less, since both programs of a ratio take turns.\n\n")
	}
	m.images(t)
	m.start(t)
	m.batches(t)
	m.probes(t)
	if err := os.WriteFile(m.file, []byte(strings.TrimSuffix(m.page.String(), "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
}

const benchmarksHead = `# Benchmarks

Written by .ci/benchmarks, which builds the program as a release does, measures,
and writes this page on any machine with Go and curl. **Ratios travel, times do
not**: a ratio compares two programs that took turns on one machine. The backend
is the sandbox, over loopback: what is measured is codexgen, not OpenAI, whose
pictures take 20 to 90 seconds.

Machine: %s, %d cores, %s/%s, %s, %s. Load when it began: %s.

`

// measuring is one page in the making.
type measuring struct {
	file, program string
	sizes, atOnce []int
	short         bool
	page          strings.Builder
}

func (m *measuring) printf(format string, args ...any) { fmt.Fprintf(&m.page, format, args...) }

func (m *measuring) rounds(n int) int {
	if m.short {
		return 1
	}
	return n
}

// images fetches pictures of growing size by both programs in turn.
func (m *measuring) images(t *testing.T) {
	m.printf("## One picture\n\nThe whole program, from start to end: codexgen with every check, the file and its\nflush to the disk; curl to `/dev/null` as the floor. Both wait for the sandbox to\ndraw, which makes the ratio of a small picture look good: *more* is what codexgen\nitself takes. Medians; peak memory is the high-water mark of the process.\n\n")
	m.printf("| Picture | Route | × curl | codexgen | curl | More | Peak memory |\n|---|---|---|---|---|---|---|\n")
	for _, size := range m.sizes {
		fault := fmt.Sprintf("big=%dMB", size)
		paced := serve(t, m.program, fault) // in a process of its own, as it is served to people
		_, settings := emulated(t, sandbox.Config{Faults: []string{fault}})
		for _, route := range []string{"images", "responses"} {
			ours, floors := m.inTurn(t, settings, route, m.rounds(max(5, min(25, 320/size))))
			m.printf("| %d MB | %s | %.2f | %s | %s | %s | %s |\n", size, route, float64(ours)/float64(floors), ms(ours), ms(floors), ms(ours-floors), peakMB(t, m.program, paced, route))
		}
	}
	m.printf("\n")
}

func (m *measuring) inTurn(t *testing.T, settings []string, route string, rounds int) (ours, floor time.Duration) {
	dir := t.TempDir()
	out, path := filepath.Join(dir, "cat.png"), map[string]string{"images": "/images/generations", "responses": "/responses"}[route]
	env := append(os.Environ(), append(settings, "HOME="+dir, "XDG_STATE_HOME="+dir)...)
	gen := []string{m.program, "gen", "a cat", "--route", route, "--partials", "0", "--host-model", "gpt-5.5", "-q", "-o", out}
	curl := []string{"curl", "-sS", "--fail", "-o", os.DevNull, "-H", "Authorization: Bearer " + setting(settings, "CODEXGEN_ACCESS_TOKEN"), "-H", "Content-Type: application/json", "-d", dryRun(t, env, gen), setting(settings, "CODEXGEN_BASE_URL") + path}
	var times, floors []time.Duration
	for range rounds {
		times = append(times, process(t, env, gen))
		if err := os.Remove(out); err != nil {
			t.Fatal(err)
		}
		floors = append(floors, process(t, env, curl))
	}
	return median(times), median(floors)
}

func setting(settings []string, name string) string {
	i := slices.IndexFunc(settings, func(s string) bool { return strings.HasPrefix(s, name+"=") })
	return strings.TrimPrefix(settings[i], name+"=")
}

// start is what a person or a script waits for before anything happens.
func (m *measuring) start(t *testing.T) {
	m.printf("## Start-up\n\n| Command | × `curl --version` | Time |\n|---|---|---|\n")
	commands := [][]string{{"curl", "--version"}, {m.program, "version"}, {m.program, "gen", "--help"}, {m.program, "__complete", "gen", "--route", ""}}
	times := make([][]time.Duration, len(commands))
	for range m.rounds(40) {
		for i, command := range commands {
			times[i] = append(times[i], process(t, os.Environ(), command))
		}
	}
	for i, name := range []string{"codexgen version", "codexgen gen --help", "the tab key after gen --route"} {
		m.printf("| %s | %.1f | %s |\n", name, float64(median(times[i+1]))/float64(median(times[0])), ms(median(times[i+1])))
	}
	m.printf("\n")
}

// batches makes small pictures of a backend that takes 200 ms for each.
func (m *measuring) batches(t *testing.T) {
	const latency = 200 * time.Millisecond
	m.printf("## Batches\n\nA backend that takes 200 ms for each small picture, the journal and every file\nincluded. The ideal is jobs × 200 ms ÷ jobs at once.\n\n| At once | Jobs | × ideal | Pictures a second |\n|---|---|---|---|\n")
	for _, atOnce := range m.atOnce {
		jobs := m.rounds(max(16, 8*atOnce))
		ideal := time.Duration((jobs+atOnce-1)/atOnce) * latency
		var times []time.Duration
		for range m.rounds(3) {
			dir := t.TempDir()
			command := batchOf(t, dir, m.program, jobs, atOnce)
			_, settings := emulated(t, sandbox.Config{Faults: []string{"small"}, Pace: latency})
			command.Env = append(settings, "HOME="+dir)
			begun := time.Now()
			if out, err := command.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			times = append(times, time.Since(begun))
		}
		m.printf("| %d | %d | %.2f | %.1f |\n", atOnce, jobs, float64(median(times))/float64(ideal), float64(jobs)/median(times).Seconds())
	}
	m.printf("\n")
}

// probes asks all questions, of a backend that answers at once.
func (m *measuring) probes(t *testing.T) {
	m.printf("## The probe\n\nOf a backend that answers at once; curl fetches the list of models as often, in\none process.\n\n| Command | Requests | × curl | Time |\n|---|---|---|---|\n")
	for _, flags := range [][]string{nil, {"--budget", "2"}} {
		server, settings := emulated(t, sandbox.Config{Faults: []string{"small"}, Pace: time.Millisecond})
		dir := t.TempDir()
		env := append(os.Environ(), append(settings, "HOME="+dir, "XDG_STATE_HOME="+dir)...)
		probe := append([]string{m.program, "probe", "--yes", "--quiet", "--format", "json"}, flags...)
		process(t, env, probe)
		requests := len(server.Stats().Requests)
		curl := []string{"curl", "-sS", "--fail", "-H", "Authorization: Bearer " + setting(settings, "CODEXGEN_ACCESS_TOKEN")}
		for range requests {
			curl = append(curl, "-o", os.DevNull, setting(settings, "CODEXGEN_BASE_URL")+"/models?client_version=0.169.0")
		}
		var times, floors []time.Duration
		for range m.rounds(10) {
			times = append(times, process(t, env, probe))
			floors = append(floors, process(t, env, curl))
		}
		m.printf("| %s | %d | %.1f | %s |\n", strings.Join(append([]string{"codexgen probe"}, flags...), " "), requests, float64(median(times))/float64(median(floors)), ms(median(times)))
	}
}

// emulated is a backend in this process, and the settings that lead to it.
func emulated(t *testing.T, config sandbox.Config) (*sandbox.Server, []string) {
	t.Helper()
	server, err := sandbox.New(config)
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

func ms(d time.Duration) string {
	if d >= time.Second {
		return fmt.Sprintf("%.2f s", d.Seconds())
	}
	return fmt.Sprintf("%.0f ms", float64(d.Microseconds())/1000)
}
