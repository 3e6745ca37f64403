package batch_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/batch"
	"github.com/codexgen/codexgen/pkg/codex"
)

func TestResumeAsksForNothingTwice(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "jobs.journal")
	costs := map[string]codex.Charged{"free": codex.ChargedNo, "dear": codex.ChargedUnknown}
	m := &maker{folder: folder, fail: func(job batch.Job, _ int) error {
		if charged, ok := costs[job.Fields["prompt"][0]]; ok {
			return failure(codex.KindServer, charged, time.Time{})
		}
		return nil
	}}
	jobs := []string{"a cat", "free", "dear", "a dog", "gone"}
	first := journal(t, path, false)
	got, err := run(t.Context(), prompts(jobs...), m, batch.Options{Journal: first})
	if err != nil || kinds(got)[batch.Failed] != 2 {
		t.Fatalf("%v, %v", got, err)
	}
	if err := errors.Join(first.Close(), os.Remove(got["gone"].Image.Path)); err != nil {
		t.Fatal(err)
	}
	m.fail = nil
	// Another job before them moves all lines, not what they are.
	second := journal(t, path, true)
	got, err = run(t.Context(), prompts(append([]string{"new"}, jobs...)...), m, batch.Options{Journal: second})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]batch.Kind{"new": batch.Done, "a cat": batch.Kept, "free": batch.Done, "dear": batch.Unknown, "a dog": batch.Kept, "gone": batch.Done}
	for prompt, kind := range want {
		if got[prompt].Kind != kind {
			t.Errorf("%s: %s (%v), want %s", prompt, got[prompt].Kind, got[prompt].Err, kind)
		}
	}
	if asked := map[string]int{"a cat": 1, "free": 2, "dear": 1, "a dog": 1, "gone": 2, "new": 1}; !maps.Equal(m.asked, asked) {
		t.Errorf("asked %v", m.asked)
	}
	_ = second.Close()
	third := journal(t, path, true)
	if got, err := run(t.Context(), prompts(jobs...), m, batch.Options{Journal: third, RetryUnknown: true}); err != nil || got["dear"].Kind != batch.Done {
		t.Errorf("%v, %v", got["dear"], err)
	}
}

// TestSameJobTwice: two lines that ask for the same are two images.
func TestSameJobTwice(t *testing.T) {
	folder := t.TempDir()
	m := &maker{folder: folder}
	path := filepath.Join(folder, "jobs.journal")
	for _, resume := range []bool{false, true} {
		j := journal(t, path, resume)
		count := map[batch.Kind]int{}
		for outcome, err := range batch.Run(t.Context(), prompts("a cat", "a cat", "a cat"), m, batch.Options{Journal: j}) {
			if err != nil {
				t.Fatal(err)
			}
			count[outcome.Kind]++
		}
		if want := map[bool]batch.Kind{false: batch.Done, true: batch.Kept}[resume]; count[want] != 3 {
			t.Errorf("resumed %t: %v", resume, count)
		}
		_ = j.Close()
	}
}

// TestJournalHoldsNoPrompt, and is its owner's alone.
func TestJournalHoldsNoPrompt(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "jobs.journal")
	if _, err := run(t.Context(), prompts("a very secret cat"), &maker{folder: folder}, batch.Options{Journal: journal(t, path, false)}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(text), "secret") || strings.Count(string(text), "\n") != 2 || strings.Contains(string(text), folder) {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestJournalIsHeldByOne(t *testing.T) {
	folder := t.TempDir()
	journal(t, filepath.Join(folder, "a.journal"), false)
	_, err := batch.OpenJournal(filepath.Join(folder, "b.journal"), false)
	wantJournalError(t, err, "another batch is at work", 2)
}

func TestJournalIsNotUsedUnasked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.journal")
	first := journal(t, path, false)
	if _, err := run(t.Context(), prompts("a cat"), &maker{folder: t.TempDir()}, batch.Options{Journal: first}); err != nil {
		t.Fatal(err)
	}
	_ = first.Close()
	_, err := batch.OpenJournal(path, false)
	wantJournalError(t, err, "was begun here before", 2)
}

func TestDamagedJournal(t *testing.T) {
	good := `{"v":1,"entry":"sent","job":"` + strings.Repeat("0a", 16) + `","line":1,"at":"2026-11-21T00:00:00Z"}` + "\n"
	for name, row := range map[string]struct{ text, says string }{
		"no JSON":    {good + "x\n", "line 2: it is not valid JSON"},
		"later":      {strings.Replace(good, `"v":1`, `"v":2`, 1), "another version"},
		"no job":     {strings.Replace(good, "0a", "", 1), "another version"},
		"other kind": {strings.Replace(good, "sent", "lost", 1), "its entry is unknown"},
		"long":       {good + strings.Repeat(" ", 70_000) + "\n", "line 2: it is too long"},
	} {
		path := filepath.Join(t.TempDir(), "a.journal")
		if err := os.WriteFile(path, []byte(row.text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := batch.OpenJournal(path, true)
		t.Log(name)
		wantJournalError(t, err, row.says, 2)
		if left, _ := os.ReadFile(path); string(left) != row.text {
			t.Errorf("%s: it was changed", name)
		}
	}
}

// TestTornLine cuts a journal at each byte of its last line, as a crash does.
func TestTornLine(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "a.journal")
	j := journal(t, path, false)
	if _, err := run(t.Context(), prompts("a cat", "a dog"), &maker{folder: folder}, batch.Options{Journal: j}); err != nil {
		t.Fatal(err)
	}
	_ = j.Close()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	last := strings.LastIndex(strings.TrimSpace(string(whole)), "\n") + 1
	for end := last; end < len(whole); end++ {
		if err := os.WriteFile(path, whole[:end], 0o600); err != nil {
			t.Fatal(err)
		}
		j := journal(t, path, true)
		got, err := run(t.Context(), prompts("a cat", "a dog"), &maker{folder: folder}, batch.Options{Journal: j})
		// The image of the last job is no PNG, so that it cannot be adopted.
		if want := map[batch.Kind]int{batch.Kept: 1, batch.Unknown: 1}; err != nil || !maps.Equal(kinds(got), want) {
			t.Fatalf("cut at %d: %v, %v", end, kinds(got), err)
		}
		_ = j.Close()
		if left, _ := os.ReadFile(path); string(left) != string(whole[:last]) {
			t.Fatalf("cut at %d: %q", end, left[last:])
		}
	}
}

func wantJournalError(t *testing.T, err error, says string, code int) {
	t.Helper()
	var typed *batch.JournalError
	if !errors.As(err, &typed) || !strings.Contains(err.Error(), says) || typed.ExitCode() != code || typed.Hint() == "" {
		t.Errorf("%v, want %q", err, says)
	}
}
