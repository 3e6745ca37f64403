package reference_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/corpus"
	"github.com/codexgen/codexgen/pkg/reference"
)

func refused(t *testing.T, err error, part string) {
	t.Helper()
	var e *reference.Error
	if !errors.As(err, &e) || e.ExitCode() != 2 || e.Hint() == "" || !strings.Contains(e.Error(), part) {
		t.Errorf("%v, want a refusal with %q", err, part)
	}
}

func TestRefusals(t *testing.T) {
	set := reference.NewSet(reference.Options{Stdin: strings.NewReader(""), TempDir: t.TempDir()})
	defer set.Close()
	for source, part := range map[string]string{
		t.TempDir():                       "folder",
		filepath.Join(t.TempDir(), "no"):  "no such file",
		os.DevNull:                        "not a file",
		"http://example.com/a.png":        "only https",
		"ftp://example.com/a.png":         "only https",
		"https://":                        "no address",
		"https://user:pw@example.com/a.p": "user name",
		"-":                               "empty",
	} {
		_, err := set.Add(t.Context(), source)
		refused(t, err, part)
		if err != nil && strings.Contains(err.Error(), "pw") {
			t.Errorf("%v tells the password", err)
		}
	}
	_, err := set.Add(t.Context(), "-")
	refused(t, err, "once")
	_, err = reference.NewSet(reference.Options{}).Add(t.Context(), "-")
	refused(t, err, "terminal")
}

// TestTooLarge: one byte more than the limit is refused, from a file before it
// is read, from a pipe without being kept.
func TestTooLarge(t *testing.T) {
	path := filepath.Join(t.TempDir(), "large.png")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, reference.MaxBytes+1); err != nil {
		t.Fatal(err)
	}
	set := reference.NewSet(reference.Options{Stdin: endless{}, TempDir: t.TempDir()})
	defer set.Close()
	for _, source := range []string{path, "-"} {
		_, err := set.Add(t.Context(), source)
		refused(t, err, "larger than 25 MB")
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestStdin(t *testing.T) {
	dir, file := t.TempDir(), corpus.Files()["plain.webp"]
	set := reference.NewSet(reference.Options{Stdin: bytes.NewReader(file), TempDir: dir})
	r, err := set.Add(t.Context(), "-")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // it is sent twice after a 401
		if !bytes.Equal(content(t, r), file) {
			t.Error("the bytes were changed")
		}
	}
	if err := set.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestChangedMeanwhile: bytes that are no longer those that were checked are
// never sent whole.
func TestChangedMeanwhile(t *testing.T) {
	file := corpus.PNG(corpus.Halves(300, 300))
	for name, change := range map[string]func(path string) error{
		"shorter": func(path string) error { return os.Truncate(path, int64(len(file)/2)) },
		"other": func(path string) error {
			other := bytes.Clone(file)
			other[len(other)-20] ^= 1
			return os.WriteFile(path, other, 0o600)
		},
	} {
		path := filepath.Join(t.TempDir(), "a.png")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		set := reference.NewSet(reference.Options{})
		r, err := set.Add(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if err := change(path); err != nil {
			t.Fatal(err)
		}
		in, _ := r.Open()
		sent, err := io.ReadAll(in)
		refused(t, err, "changed")
		if len(sent) >= len(file) {
			t.Errorf("%s: all %d bytes were sent", name, len(sent))
		}
		_ = set.Close()
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("interrupted")
	cancel(cause)
	if _, err := reference.NewSet(reference.Options{}).Add(ctx, "https://example.com/a.png"); !errors.Is(err, cause) {
		t.Error(err)
	}
}
