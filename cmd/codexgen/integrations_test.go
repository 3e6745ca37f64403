package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"go.yaml.in/yaml/v3"
)

// repository is where the tests start, which is not where the scripts run.
var repository, _ = os.Getwd()

var namedBlock = regexp.MustCompile("(?ms)^```[a-z]+ (\\S+)\n(.*?)^```$")

// blocks PAGE writes the page's named blocks of code into the script's folder.
func blocks(ts *testscript.TestScript, _ bool, args []string) {
	page, err := os.ReadFile(filepath.Join(repository, filepath.FromSlash(args[0])))
	ts.Check(err)
	found := namedBlock.FindAllStringSubmatch(string(page), -1)
	if len(found) == 0 {
		ts.Fatalf("%s has no named block", args[0])
	}
	for _, file := range found {
		ts.Check(os.WriteFile(ts.MkAbs(file[1]), []byte(file[2]), 0o644))
	}
}

// steps FILE runs what a workflow of GitHub Actions runs, as its runners do
// (bash -e), but for the installation of the program under test.
func steps(ts *testscript.TestScript, _ bool, args []string) {
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct{ Name, Run string }
		}
	}
	ts.Check(yaml.Unmarshal([]byte(ts.ReadFile(args[0])), &workflow))
	ran := 0
	for _, job := range workflow.Jobs {
		for _, step := range job.Steps {
			if step.Run == "" || strings.HasPrefix(step.Run, "go install ") {
				continue
			}
			if err := ts.Exec("bash", "-e", "-c", step.Run); err != nil {
				ts.Fatalf("step %q: %v", step.Name, err)
			}
			ran++
		}
	}
	if ran == 0 {
		ts.Fatalf("%s runs nothing", args[0])
	}
}
