package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/cli"
)

// An outcome is what the program tells of one job.
type outcome struct {
	Number int    `json:"number"`
	Path   string `json:"path"`
	Type   string `json:"error_type"`
	Error  struct {
		Message string `json:"message"`
		Exit    int    `json:"exit_code"`
	} `json:"error"`
}

// sumOf counts the jobs that have to fail, and gives the exit code that they
// share, else 1.
func sumOf(want map[int]string) (failed, code int) {
	codes := map[string]int{}
	for _, known := range cli.ErrorTypes() {
		codes[known.Name] = known.Exit
	}
	for _, fails := range want {
		if fails == "" {
			continue
		}
		if failed++; failed == 1 {
			code = codes[fails]
		} else if code != codes[fails] {
			code = 1
		}
	}
	return failed, code
}

// judge compares what became of each job with what had to, and finds every
// file: whole pictures, each of one job; what a failure names; the journal;
// and a history of all. Nothing else may be there.
func judge(t *testing.T, dir string, want map[int]string, ended map[int]outcome) {
	t.Helper()
	kinds, named, pictures := map[string]int{}, "", map[string]bool{}
	for n, fails := range want {
		got, ok := ended[n]
		kinds[got.Type]++
		named += got.Error.Message + "\n"
		if !ok || got.Type != fails || (fails == "") != (got.Path != "") || pictures[got.Path] && got.Path != "" {
			t.Errorf("job %d has to end with %q: %+v", n, fails, got)
		}
		pictures[got.Path] = true
	}
	t.Logf("ended: %v", kinds)
	delete(pictures, "")
	for path := range pictures {
		if err := isWhole(path); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	lines := 0
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		switch name := entry.Name(); {
		case err != nil || entry.IsDir() || pictures[path]:
		case name == "history.jsonl":
			lines, err = linesOf(path)
		case name == "jobs.jsonl", name == "jobs.jsonl.journal", name == ".codexgen-batch.lock":
		case strings.Contains(named, path), strings.HasPrefix(name, "memory-"):
		default:
			t.Errorf("left behind: %s", path)
		}
		return err
	})
	if err != nil || lines != len(want) {
		t.Errorf("%d entries of %d are in the history, %v", lines, len(want), err)
	}
}

// isWhole decodes a picture with the standard library.
func isWhole(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, _, err = image.Decode(file)
	return err
}

// linesOf counts the entries of a history, each of which has to be whole.
func linesOf(path string) (n int, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		if len(lines.Bytes()) == 0 {
			continue
		}
		if !json.Valid(lines.Bytes()) {
			return n, fmt.Errorf("a torn line: %s", lines.Bytes())
		}
		n++
	}
	return n, nil
}
