package batch

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzJournal: a journal is used or refused; of one that is used every job
// that it knows can be read, at most the line that a crash has cut is lost, and
// it is the same when it is opened again.
func FuzzJournal(f *testing.F) {
	key := strings.Repeat("0f", len(Key{}))
	line := `{"v":1,"entry":"sent","job":"` + key + `","line":3,"at":"2026-11-21T10:00:00Z"}` + "\n"
	for _, seed := range []string{"", "\n", line, line + line[:20], line + strings.Replace(line, "sent", "done", 1), strings.Replace(line, "0f", "0g", 1), strings.Replace(line, `"v":1`, `"v":2`, 1), strings.Repeat("x", maxJournalLine+1), "{}\n", "\x00\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "jobs.journal")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		known := opened(t, path)
		if known < 0 {
			return
		}
		kept, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, os.ErrNotExist) { // one of nothing goes again
			t.Fatal(err)
		}
		if !bytes.HasPrefix(content, kept) || bytes.ContainsRune(content[len(kept):], '\n') {
			t.Errorf("%q became %q", content, kept)
		}
		if again := opened(t, path); again != known {
			t.Errorf("%d jobs, then %d", known, again)
		}
	})
}

// opened counts the jobs of a journal; -1 is one that is refused.
func opened(t *testing.T, path string) int {
	t.Helper()
	j, err := OpenJournal(path, true)
	var refused *JournalError
	if errors.As(err, &refused) {
		if refused.Hint() == "" || refused.ExitCode() != 2 {
			t.Errorf("%v", err)
		}
		return -1
	}
	if err != nil {
		t.Fatal(err)
	}
	for key := range j.seen {
		if _, ok, err := j.of(key); !ok || err != nil || !j.Knows(key) {
			t.Errorf("%x: %v", key, err)
		}
	}
	count := len(j.seen)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	return count
}
