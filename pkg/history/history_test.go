package history

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var day = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

func sample(prompt string) Entry {
	return Entry{At: day, OK: true, Prompt: prompt, Path: "/pictures/" + prompt + ".png", Args: []string{"--size", "1024x1024"}, Seconds: 1.5, Codexgen: "1.2.3"}
}

func read(t *testing.T, s *Store) (list []Entry, skipped Skipped) {
	t.Helper()
	for e, err := range s.Newest(&skipped) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	return list, skipped
}

func prompts(list []Entry) (prompts []string) {
	for _, e := range list {
		prompts = append(prompts, e.Prompt)
	}
	return prompts
}

func appended(t *testing.T, s *Store, e Entry) string {
	t.Helper()
	id, err := s.Append(e)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestNewestFirst(t *testing.T) {
	s := Open(filepath.Join(t.TempDir(), "state"))
	if list, _ := read(t, s); list != nil {
		t.Errorf("before the first: %v", list)
	}
	id := appended(t, s, sample("one"))
	appended(t, s, sample("two"))
	list, skipped := read(t, s)
	want := sample("one")
	want.Schema, want.ID = Schema, id
	if len(list) != 2 || list[0].Prompt != "two" || skipped != (Skipped{}) {
		t.Fatalf("%v, %+v", list, skipped)
	}
	if diff := cmp.Diff(want, list[1]); diff != "" {
		t.Error(diff)
	}
	for e, err := range s.Newest(new(Skipped)) { // ends when it is told
		if err != nil || e.Prompt != "two" {
			t.Errorf("%v, %v", e, err)
		}
		break
	}
}

// TestOnlyForItsOwner holds the mode, also of a file that was opened to others.
func TestOnlyForItsOwner(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there are no such modes there; the folder is the user's own")
	}
	s := Open(filepath.Join(t.TempDir(), "state"))
	for _, path := range []string{"", s.Path()} {
		if path != "" {
			if err := os.Chmod(path, 0o666); err != nil { //nolint:gosec // on purpose
				t.Fatal(err)
			}
		}
		appended(t, s, sample("a cat"))
		if info, err := os.Stat(s.Path()); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
	}
	if info, err := os.Stat(filepath.Dir(s.Path())); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder's mode %v, %v", info.Mode(), err)
	}
}

// TestDamagedLines has what a crash, a hand and a later version leave behind.
func TestDamagedLines(t *testing.T) {
	s := Open(t.TempDir())
	appended(t, s, sample("one"))
	add := func(text string) {
		file, err := os.OpenFile(s.Path(), os.O_APPEND|os.O_WRONLY, 0)
		if err == nil {
			_, err = file.WriteString(text)
		}
		if err = errors.Join(err, file.Close()); err != nil {
			t.Fatal(err)
		}
	}
	add("[1]\nnull\n{}\n" + `{"schema_version":2,"id":7,"prompt":{}}` + "\n" + strings.Repeat("x", maxLine+blockSize) + "\n")
	appended(t, s, sample("two"))
	add(`{"schema_version":1,"id":"abc","prompt":"torn`)
	if list, skipped := read(t, s); len(list) != 2 || skipped != (Skipped{Damaged: 5, Newer: 1}) {
		t.Errorf("%v, %+v", prompts(list), skipped)
	}
	appended(t, s, sample("three"))
	list, skipped := read(t, s)
	if diff := cmp.Diff([]string{"three", "two", "one"}, prompts(list)); diff != "" || skipped != (Skipped{Damaged: 5, Newer: 1}) {
		t.Errorf("after a torn line: %+v %s", skipped, diff)
	}
}

// TestManyAtOnce has writers that know nothing of each other.
func TestManyAtOnce(t *testing.T) {
	const writers, each = 8, 50
	dir := t.TempDir()
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for i := range each {
				if _, err := Open(dir).Append(sample(fmt.Sprint(w, " ", i, strings.Repeat(" long", 5000)))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	list, skipped := read(t, Open(dir))
	seen := map[string]bool{}
	for _, e := range list {
		seen[e.ID], seen[e.Prompt] = true, true
	}
	if len(list) != writers*each || len(seen) != 2*writers*each || skipped != (Skipped{}) {
		t.Errorf("%d entries, %d ids and prompts, %+v", len(list), len(seen), skipped)
	}
}

// TestMemoryIsBounded reads 100 000 entries: at no time are more than a few
// megabytes of them held.
func TestMemoryIsBounded(t *testing.T) {
	const entries = 100_000
	s := Open(t.TempDir())
	file, err := os.Create(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	out := bufio.NewWriter(file)
	for i := range entries {
		e := sample(fmt.Sprint("a cat ", i, strings.Repeat(" and more", 20)))
		e.Schema, e.ID = Schema, fmt.Sprint("id", i)
		line, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = out.Write(append(line, '\n'))
	}
	if err := errors.Join(out.Flush(), file.Close()); err != nil {
		t.Fatal(err)
	}
	before, count := heap(), 0
	for _, err := range s.Newest(new(Skipped)) {
		if err != nil {
			t.Fatal(err)
		}
		if count++; count%25_000 == 0 {
			if held := heap() - before; held > 4<<20 {
				t.Errorf("%d bytes are held after %d entries", held, count)
			}
		}
	}
	if count != entries {
		t.Errorf("%d entries", count)
	}
}

func heap() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc) //nolint:gosec // no heap is that large
}

func TestFind(t *testing.T) {
	s := Open(t.TempDir())
	ids := map[string]string{}
	for i := range 40 { // so that some begin alike
		prompt := fmt.Sprint(i)
		ids[prompt] = appended(t, s, sample(prompt))
	}
	for prompt, id := range ids {
		found, err := s.Find(strings.ToUpper(id))
		if err != nil || len(found) != 1 || found[0].Prompt != prompt {
			t.Errorf("%s: %v, %v", id, found, err)
		}
	}
	alike, err := s.Find(ids["0"][:1])
	if err != nil || len(alike) == 0 || len(alike) > maxFound {
		t.Errorf("%v, %v", alike, err)
	}
	for _, none := range []string{"", "no such", ids["0"] + "x"} {
		if found, err := s.Find(none); err != nil || len(found) != 0 {
			t.Errorf("%q: %v, %v", none, found, err)
		}
	}
}

func TestMatching(t *testing.T) {
	e := Entry{ID: "abc", Prompt: "A Red fox\nÜBER the hill", Revised: "painterly", Path: "/p/fox-2.png", ErrorType: "stalled"}
	for search, want := range map[string]bool{
		"": true, " ": true, "fox": true, "FOX red": true, "über": true, "painterly hill": true, "fox-2": true, "abc": true, "stalled": true,
		"cat": false, "fox cat": false, "redfox": false,
	} {
		if got := Matching(search)(e); got != want {
			t.Errorf("%q: %t", search, got)
		}
	}
}

func TestNoPlace(t *testing.T) {
	if _, err := Open("").Append(sample("a cat")); !errors.Is(err, ErrNoFolder) {
		t.Error(err)
	}
	if list, _ := read(t, Open("")); list != nil {
		t.Error(list)
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, fileName), 0o700); err != nil {
		t.Fatal(err)
	}
	var path *fs.PathError
	if _, err := Open(dir).Append(sample("a cat")); !errors.As(err, &path) {
		t.Errorf("into a folder: %v", err)
	}
	for _, err := range Open(dir).Newest(new(Skipped)) {
		if err == nil {
			t.Error("a folder was read")
		}
	}
}

// TestTextsAreBounded has a server that sends far too much.
func TestTextsAreBounded(t *testing.T) {
	s := Open(t.TempDir())
	e := sample("a cat")
	e.Revised, e.Error = strings.Repeat("é", 10<<20), strings.Repeat("\x00", 10<<20)
	appended(t, s, e)
	list, _ := read(t, s)
	if len(list) != 1 || len(list[0].Revised) != maxText || !strings.HasSuffix(list[0].Revised, "éé") {
		t.Errorf("%d entries", len(list))
	}
	e.Args = []string{strings.Repeat("x", maxLine)}
	if _, err := s.Append(e); err == nil {
		t.Error("a line that nobody would read was written")
	}
}

// TestHas looks for an image among what was noted since it was written.
func TestHas(t *testing.T) {
	store := Open(t.TempDir())
	written := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for _, e := range []Entry{{Path: "/old", SHA256: "1", At: written.Add(-2 * time.Hour)}, {Path: "/new", SHA256: "2", At: written.Add(-time.Minute)}, {At: written}} {
		if _, err := store.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	for image, want := range map[[2]string]bool{{"/new", "2"}: true, {"/new", "1"}: false, {"/no", "2"}: false, {"/old", "1"}: false} {
		if got := store.Has(image[0], image[1], written); got != want {
			t.Errorf("%v: %v", image, got)
		}
	}
}
