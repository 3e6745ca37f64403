package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
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
