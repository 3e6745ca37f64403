package memory

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/codexgen/codexgen/pkg/codex"
)

const (
	host    = "chatgpt.com"
	account = "3f2a0a52-account"
)

// at is a clock that stands still.
func at(now time.Time) func() time.Time { return func() time.Time { return now } }

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// learned is a memory's content as a generation would leave it.
func learned(now time.Time) codex.Findings {
	f := codex.Findings{Models: []codex.Model{{Slug: "a", Modalities: []string{"text"}, Lite: true}}, Asked: now}
	f.Learn(codex.RouteResponses, codex.RouteFinding{Refused: codex.KindToolStripped, At: now})
	f.Learn(codex.RouteImages, codex.RouteFinding{At: now})
	return f
}

func TestRemembersBetweenProcesses(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "state")
	Open(dir, host, account, at(noon)).Learn(func(f *codex.Findings) { *f = learned(noon) })
	if diff := cmp.Diff(learned(noon), Open(dir, host, account, at(noon)).Recall()); diff != "" {
		t.Error(diff)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatalf("%v, %v", entries, err)
	}
	text, err := os.ReadFile(filepath.Join(dir, entries[0].Name()))
	if err != nil || strings.Contains(string(text), account) {
		t.Errorf("the account's id is in the file: %s, %v", text, err)
	}
}

func TestIsKeyedByHostAndAccount(t *testing.T) {
	dir := t.TempDir()
	Open(dir, host, account, at(noon)).Learn(func(f *codex.Findings) { *f = learned(noon) })
	for name, other := range map[string]*Memory{
		"another host":    Open(dir, "127.0.0.1:1", account, at(noon)),
		"another account": Open(dir, host, "someone else", at(noon)),
		"no account":      Open(dir, host, "", at(noon)),
	} {
		if diff := cmp.Diff(codex.Findings{}, other.Recall()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestBelievesADay(t *testing.T) {
	for name, row := range map[string]struct {
		later time.Duration
		known bool
	}{
		"at once": {0, true}, "almost a day": {24*time.Hour - time.Second, true}, "a day": {24 * time.Hour, false},
		"dated ahead by a wrong clock": {-time.Second, false},
	} {
		dir := t.TempDir()
		for place, m := range map[string]*Memory{"file": Open(dir, host, account, at(noon)), "process": New(at(noon))} {
			m.Learn(func(f *codex.Findings) { *f = learned(noon) })
			m.now = at(noon.Add(row.later))
			want := codex.Findings{}
			if row.known {
				want = learned(noon)
			}
			if diff := cmp.Diff(want, m.Recall()); diff != "" {
				t.Errorf("%s, %s: %s", name, place, diff)
			}
		}
	}
}

func TestIgnoresDamagedAndForeignFiles(t *testing.T) {
	dir := t.TempDir()
	m := Open(dir, host, account, at(noon))
	m.Learn(func(f *codex.Findings) { *f = learned(noon) })
	path := filepath.Join(dir, m.name())
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"empty":           "",
		"half":            string(whole[:len(whole)/2]),
		"no object":       `["memory"]`,
		"another version": strings.Replace(string(whole), `"version":1`, `"version":2`, 1),
		"another host":    strings.Replace(string(whole), host, "example.com", 1),
		"another account": strings.Replace(string(whole), hash(account), hash("x"), 1),
		"too large":       string(whole) + strings.Repeat(" ", maxFile),
	} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(codex.Findings{}, m.Recall()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		m.Learn(func(f *codex.Findings) { *f = learned(noon) })
		if diff := cmp.Diff(learned(noon), m.Recall()); diff != "" {
			t.Errorf("%s is not replaced: %s", name, diff)
		}
	}
}

func TestWithoutAPlaceNothingIsKeptAndNothingFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	m := Open(filepath.Join(file, "below"), host, account, at(noon))
	m.Learn(func(f *codex.Findings) { *f = learned(noon) })
	if diff := cmp.Diff(codex.Findings{}, m.Recall()); diff != "" {
		t.Error(diff)
	}
}

// TestWritersAtOnce: a reader meets one writer's findings or another's, whole.
func TestWritersAtOnce(t *testing.T) {
	dir := t.TempDir()
	Open(dir, host, account, at(noon)).Learn(func(f *codex.Findings) { *f = learned(noon) })
	var running sync.WaitGroup
	for range 8 {
		running.Go(func() {
			m := Open(dir, host, account, at(noon)) // as another process
			for range 25 {
				m.Learn(func(f *codex.Findings) { f.Learn(codex.RouteImages, codex.RouteFinding{At: noon}) })
				if found := m.Recall(); len(found.Models) != 1 || len(found.Routes) != 2 {
					t.Errorf("met %+v", found)
				}
			}
		})
	}
	running.Wait()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}
