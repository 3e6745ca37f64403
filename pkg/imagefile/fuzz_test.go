package imagefile_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/codexgen/codexgen/pkg/imagefile"
)

// What passes unwarned is decoded by image/png, however the bytes are split,
// and the verdict does not depend on the split.
func FuzzChecker(f *testing.F) {
	for _, c := range corpus(f) {
		if len(c.data) < 1<<16 {
			f.Add(c.data, 7)
		}
	}
	for _, data := range others(f) {
		f.Add(data, 100)
	}
	for _, path := range goPNGs(f) {
		if data, err := os.ReadFile(path); err == nil && len(data) < 4096 {
			f.Add(data, 1000)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, part int) {
		data = fixSums(data)
		info, err := verdict(t, data, max(1, part))
		whole, wholeErr := verdict(t, data, max(1, len(data)))
		if !cmp.Equal(info, whole) || (err == nil) != (wholeErr == nil) {
			t.Fatalf("in parts of %d: %+v, %v; whole: %+v, %v", part, info, err, whole, wholeErr)
		}
		if err != nil || info.Format != imagefile.PNG || len(info.Warnings) > 0 || info.Width*info.Height > 1<<22 {
			return
		}
		if _, err := png.Decode(bytes.NewReader(data)); err != nil {
			t.Fatalf("accepted, but: %v", err)
		}
	})
}

// fixSums gives each chunk of a PNG its right checksum, so that fuzzing gets
// past the first one that it has changed.
func fixSums(data []byte) []byte {
	out := bytes.Clone(data)
	for at := 8; at+12 <= len(out); {
		length := int(binary.BigEndian.Uint32(out[at:]))
		if length > len(out)-at-12 {
			break
		}
		copy(out[at:], chunk(string(out[at+4:at+8]), out[at+8:at+8+length]))
		at += 12 + length
	}
	return out
}

func FuzzSlug(f *testing.F) {
	for _, prompt := range []string{"a cat", "../../etc/passwd", "CON", "com1", "a\x00b", "\u202egnp.exe", "\xff\xfe", "e\u0301t\u00e9", "\u0301", "काठमांडू", strings.Repeat("ß", 99), "İ", "\u3164"} {
		f.Add(prompt)
	}
	folder := f.TempDir()
	root, err := os.OpenRoot(folder)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = root.Close() })
	f.Fuzz(func(t *testing.T, prompt string) {
		slug := imagefile.Slug(prompt)
		switch {
		case slug == "" || len(slug) > 61 || !utf8.ValidString(slug):
			t.Fatalf("%q: empty, too long or no UTF-8", slug)
		case filepath.Base(slug) != slug || !filepath.IsLocal(slug+".png") || strings.ContainsAny(slug, `./\:*?"<>|`):
			t.Fatalf("%q leads elsewhere", slug)
		case strings.HasPrefix(slug, "-"):
			t.Fatalf("%q is an option", slug)
		}
		if again := imagefile.Slug(slug); again != slug {
			t.Fatalf("%q becomes %q", slug, again)
		}
		if _, err := root.Lstat(slug + ".png"); !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("%q: %v", slug, err)
		}
	})
}

func TestSlug(t *testing.T) {
	long := strings.Repeat("abcdefghi ", 10)
	for prompt, want := range map[string]string{
		"a cat":                       "a-cat",
		"  A Cat, sitting!! ":         "a-cat-sitting",
		"":                            "image",
		"!?":                          "image",
		"../../etc/passwd":            "etc-passwd",
		"-rf":                         "rf",
		"CON":                         "con-",
		"Lpt9":                        "lpt9-",
		"com10":                       "com10",
		"console":                     "console",
		"eine Katze für Jörg":         "eine-katze-für-jörg",
		"猫と犬":                         "猫と犬",
		"काठमांडू":                    "काठमांडू",
		"\u202egnp.exe":               "gnp-exe",
		"❤\ufe0f cat":                 "cat",
		"a\x00b\nc\x1b[31m":           "a-b-c-31m",
		"\xff\xfe":                    "image",
		long:                          strings.Repeat("abcdefghi-", 5) + "abcdefghi",
		strings.Repeat("x", 99):       strings.Repeat("x", 60),
		"a" + strings.Repeat("猫", 30): "a" + strings.Repeat("猫", 19),
	} {
		if got := imagefile.Slug(prompt); got != want {
			t.Errorf("Slug(%q) = %q, want %q", prompt, got, want)
		}
	}
}
