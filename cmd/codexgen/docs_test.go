package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// TestDocumentLinks follows every relative link of the documents.
func TestDocumentLinks(t *testing.T) {
	root := filepath.Join("..", "..")
	documents, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil || len(documents) < 4 {
		t.Fatalf("%d documents, %v", len(documents), err)
	}
	top, err := filepath.Glob(filepath.Join(root, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range append(documents, top...) {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range link.FindAllStringSubmatch(string(text), -1) {
			target, _, _ := strings.Cut(found[1], "#")
			if target == "" || strings.Contains(target, "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(document), target)); err != nil {
				t.Errorf("%s links to %s, which is not there", filepath.Base(document), target)
			}
		}
	}
}

var symptom = regexp.MustCompile(`(?m)^\| (\*.*?\*) \|`)

// TestSymptoms holds the messages that the README explains to those that the
// scripts have seen.
func TestSymptoms(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	scripts, err := filepath.Glob(filepath.Join("testdata", "script", "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	var seen strings.Builder
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		seen.Write(text)
	}
	rows := symptom.FindAllStringSubmatch(string(readme), -1)
	if len(rows) < 8 {
		t.Fatalf("%d rows of symptoms", len(rows))
	}
	for _, row := range rows {
		for message := range strings.SplitSeq(row[1], "; ") {
			if !strings.Contains(seen.String(), strings.Trim(message, "*")) {
				t.Errorf("no script sees the message %s", message)
			}
		}
	}
}
