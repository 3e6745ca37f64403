package release

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// A workflow is what these tests ask of one.
type workflow struct {
	Permissions map[string]string
	Jobs        map[string]struct {
		Permissions map[string]string
		Minutes     int `yaml:"timeout-minutes"`
		Uses        string
		Steps       []struct {
			Uses, Run string
			With      map[string]string
		}
	}
}

// mayWrite is every permission to write that any job has.
var mayWrite = map[string]string{
	"release.yml release attestations": "write",
	"release.yml release contents":     "write",
	"release.yml release id-token":     "write",
}

// TestWorkflowsAreLocked: what a workflow runs is named by its hash, its token
// can do what the job needs and no more, and nothing that a stranger can write
// (a branch's name, a title) becomes part of a script.
func TestWorkflowsAreLocked(t *testing.T) {
	writes := map[string]string{}
	for name, text := range workflows(t) {
		var w workflow
		if err := yaml.Unmarshal([]byte(text), &w); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if w.Permissions == nil || len(w.Permissions) > 0 || len(w.Jobs) == 0 || strings.Contains(text, "pull_request_target") || strings.Contains(text, "workflow_run") {
			t.Errorf("%s does not begin with permissions: {}, has no job, or runs with more rights than what it checks out", name)
		}
		for title, job := range w.Jobs {
			if job.Permissions == nil || job.Minutes == 0 && job.Uses == "" {
				t.Errorf("%s: %s has no permissions of its own, or no limit", name, title)
			}
			for scope, level := range job.Permissions {
				if level != "read" {
					writes[name+" "+title+" "+scope] = level
				}
			}
			for _, step := range job.Steps {
				if strings.Contains(step.Run, "${{") {
					t.Errorf("%s: an expression in a script: give it by env: %s", name, step.Run)
				}
				if strings.HasPrefix(step.Uses, "actions/checkout@") && step.With["persist-credentials"] != "false" {
					t.Errorf("%s: %s leaves the token in the checkout", name, title)
				}
			}
		}
	}
	if diff := cmp.Diff(mayWrite, writes); diff != "" {
		t.Error(diff)
	}
}

var (
	uses   = regexp.MustCompile(`(?m)^.*\buses:.*$`)
	pinned = regexp.MustCompile(`uses: (\./\.github/workflows/[\w.-]+|([\w.-]+/[\w./-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+))$`)
)

// TestActionsArePinned: each by a full hash, with the version that it is, and
// the same one everywhere.
func TestActionsArePinned(t *testing.T) {
	hashes := map[string]string{}
	for name, text := range workflows(t) {
		for _, line := range uses.FindAllString(text, -1) {
			found := pinned.FindStringSubmatch(line)
			if found == nil {
				t.Errorf("%s: not pinned, or without its version: %s", name, line)
				continue
			}
			action, pin := found[2], found[3]+" "+found[4]
			if before, seen := hashes[action]; seen && before != pin {
				t.Errorf("%s is %s and %s", action, before, pin)
			}
			hashes[action] = pin
		}
	}
	if len(hashes) < 2 {
		t.Errorf("only %v", hashes)
	}
}

func workflows(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, ".github", "workflows", "*.yml"))
	if err != nil || len(paths) < 3 {
		t.Fatalf("%d workflows, %v", len(paths), err)
	}
	texts := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.Base(path)] = string(text)
	}
	return texts
}

// TestNotes cuts out what the change log says of one version.
func TestNotes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a script of bash: releases are made on Linux")
	}
	log := filepath.Join(t.TempDir(), "CHANGELOG.md")
	if err := os.WriteFile(log, []byte("# Log\n\n## [Unreleased]\n\n## [1.10.0] - 2026-12-02\n\n### Added\n\n- ten\n\n## [1.1.0] - 2026-12-01\n- one\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	notes := filepath.Join(root, ".ci", "notes")
	if got, want := run(t, root, nil, notes, "v1.10.0", log), "\n### Added\n\n- ten\n"; got != want {
		t.Errorf("%q, not %q", got, want)
	}
	if got, want := run(t, root, nil, notes, "v1.1.0", log), "- one\n"; got != want {
		t.Errorf("%q, not %q", got, want)
	}
	for _, nothing := range []string{"Unreleased", "v1.1", "v2.0.0"} {
		if got := run(t, root, nil, "sh", "-c", `"$@" || echo refused`, "sh", notes, nothing, log); !strings.HasSuffix(got, "refused\n") {
			t.Errorf("%s: %q", nothing, got)
		}
	}
}
