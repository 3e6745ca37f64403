package imagefile_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/codexgen/codexgen/pkg/imagefile"
)

var smallPNG = pngOf(smallHead, idat(smallRows), iend)

func newTarget(t *testing.T, o imagefile.Options) *imagefile.Target {
	t.Helper()
	target, err := imagefile.NewTarget(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = target.Close() })
	return target
}

func temp(t *testing.T, target *imagefile.Target, data []byte) *imagefile.Temp {
	t.Helper()
	f, err := target.Create()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(data); err != nil {
		t.Fatal(err)
	}
	return f
}

// published is the base of the name that a publishing call returned.
func published(t *testing.T) func(path string, err error) string {
	return func(path string, err error) string {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
		return filepath.Base(path)
	}
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func refused(t *testing.T, o imagefile.Options, hint string) {
	t.Helper()
	target, err := imagefile.NewTarget(o)
	var out *imagefile.OutputError
	if !errors.As(err, &out) || out.Reason == "" || out.ExitCode() != 9 || !strings.Contains(out.Hint(), hint) {
		t.Errorf("%q: %v (%+v)", o.Output, err, out)
	}
	if err == nil {
		_ = target.Close()
	}
}

func symlink(t *testing.T, to, from string) {
	t.Helper()
	if err := os.Symlink(to, from); err != nil {
		if runtime.GOOS == "windows" {
			t.Skip("links need a privilege here:", err)
		}
		t.Fatal(err)
	}
}
