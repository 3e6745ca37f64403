package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/faults"
)

// TestFaults runs every row of the table in testdata/faults through the
// program as it is released, against a real socket.
func TestFaults(t *testing.T) {
	program := build(t)
	for _, subject := range faultTable(t) {
		for _, row := range subject.Rows {
			t.Run(row.Name(), func(t *testing.T) {
				t.Parallel()
				needed(t, row)
				b := newBench(t, program, row)
				inject(t, row)(b)
				b.judge(b.run())
			})
		}
	}
}

func faultTable(t *testing.T) []faults.Subject {
	t.Helper()
	table, err := faults.Load(filepath.Join("testdata", "faults"))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// needed skips what this run cannot do, and says why.
func needed(t *testing.T, row faults.Row) {
	t.Helper()
	full := os.Getenv("CI_TIER") == "full"
	if row.Needs != "" && !full {
		t.Skipf("needs %s (%s): run by .ci/run full, or with CI_TIER=full", row.Needs, row.Reason)
	}
	if row.Needs == "root" && os.Geteuid() != 0 {
		t.Skipf("needs root: %s", row.Reason)
	}
	if row.Needs == "strace" {
		if _, err := exec.LookPath("strace"); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatal(err)
			}
			t.Skipf("%v", err)
		}
	}
}

// An injector arranges a fault: it starts what the program will speak to, or
// spoils what it will write to.
type injector func(*bench)

// injectors are those of each subject, by name. What Linux alone can do is
// missing elsewhere.
func injectors() []map[string]injector {
	return []map[string]injector{networkInjectors(), httpInjectors(), streamInjectors(), hostileInjectors(), uploadInjectors(), pictureInjectors(), linuxInjectors()}
}

func inject(t *testing.T, row faults.Row) injector {
	t.Helper()
	for _, some := range injectors() {
		if found := some[row.Inject]; found != nil {
			return found
		}
	}
	if runtime.GOOS != "linux" {
		t.Skipf("the fault %s is made on Linux only", row.Inject)
	}
	t.Fatalf("there is no injector %s", row.Inject)
	return nil
}

// TestEveryInjectorIsUsed: a fault that no row asks for proves nothing.
func TestEveryInjectorIsUsed(t *testing.T) {
	var used []string
	for _, subject := range faultTable(t) {
		for _, row := range subject.Rows {
			used = append(used, row.Inject)
		}
	}
	known := map[string]bool{}
	for _, some := range injectors() {
		for name := range some {
			if known[name] || !slices.Contains(used, name) {
				t.Errorf("the injector %s has two homes, or no row", name)
			}
			known[name] = true
		}
	}
}

// TestNoFaultIsMissing holds the list that the table was made from: none of
// its numbers may be dropped.
func TestNoFaultIsMissing(t *testing.T) {
	there := map[string]bool{}
	for _, subject := range faultTable(t) {
		for _, row := range subject.Rows {
			there[row.ID] = true
		}
	}
	for prefix, count := range map[string]int{"N": 35, "F": 24, "HTTP-": 13} {
		for n := range count {
			if id := fmt.Sprint(prefix, n+1); !there[id] {
				t.Errorf("no row has the id %s", id)
			}
		}
	}
}

// TestTheLongWaitsAreTested finds the tests that run a row's true limits in
// fake time.
func TestTheLongWaitsAreTested(t *testing.T) {
	for _, subject := range faultTable(t) {
		for _, row := range subject.Rows {
			folder, name, _ := strings.Cut(row.Also, ".")
			if row.Also != "" && !hasTest(t, folder, name) {
				t.Errorf("%s: there is no test %s", row.Name(), row.Also)
			}
		}
	}
}

// hasTest looks for a test in the sources of a package.
func hasTest(t *testing.T, folder, name string) bool {
	t.Helper()
	sources, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(folder), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range sources {
		text, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "\nfunc "+name+"(t *testing.T)") {
			return true
		}
	}
	return false
}
