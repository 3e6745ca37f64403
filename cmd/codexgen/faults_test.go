package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/codexgen/codexgen/pkg/sandbox"
)

// TestEveryScenarioAndFaultIsRun finds each of the sandbox's in a script.
func TestEveryScenarioAndFaultIsRun(t *testing.T) {
	scripts, err := filepath.Glob(filepath.Join("testdata", "script", "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, text...)
	}
	for _, fault := range sandbox.Faults() {
		if !regexp.MustCompile(`(?m)^backend \S+ (.* )?` + fault.Name + `([ =]|$)`).Match(all) {
			t.Errorf("no script has the fault %s", fault.Name)
		}
	}
	for _, scenario := range sandbox.Scenarios() {
		if !regexp.MustCompile(`(?m)(^backend |--sandbox=|--scenario )` + regexp.QuoteMeta(scenario.Name) + `( |$)`).Match(all) {
			t.Errorf("no script has the scenario %s", scenario.Name)
		}
	}
}
