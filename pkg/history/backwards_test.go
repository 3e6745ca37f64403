package history

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// FuzzBackwards holds that the lines of any file come, reversed, as a split at
// its breaks has them.
func FuzzBackwards(f *testing.F) {
	for _, seed := range []string{"", "\n", "a", "a\n", "\na\n\nb\n", strings.Repeat("x", 100)} {
		f.Add(seed, 1)
		f.Add(seed, blockSize+1)
	}
	f.Fuzz(func(t *testing.T, text string, times int) {
		text = strings.Repeat(text, max(1, min(times, 3*blockSize/(len(text)+1))))
		path := filepath.Join(t.TempDir(), "lines")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		var got []string
		for line, err := range backwards(file) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, string(line))
		}
		want := strings.Split(text, "\n")
		slices.Reverse(want)
		if want[len(want)-1] == "" { // before the first break there is no line
			want = want[:len(want)-1]
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %.200q, want %.200q", got, want)
		}
	})
}
