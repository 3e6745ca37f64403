package imagefile_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/imagefile"
)

// One run with drafts: what is on disk after each step.
func TestRun(t *testing.T) {
	dir := t.TempDir()
	target := newTarget(t, imagefile.Options{Output: dir, Prompt: "A cat"})
	equal(t, target.Path(), filepath.Join(dir, "a-cat.png"))
	equal(t, files(t, dir), []string{})
	equal(t, target.Newest(), "")

	equal(t, published(t)(target.PublishPartial(temp(t, target, smallPNG))), "a-cat.partial-1.png")
	equal(t, published(t)(target.PublishPartial(temp(t, target, others(t)["webp"]))), "a-cat.partial-2.webp")
	equal(t, target.Newest(), filepath.Join(dir, "a-cat.partial-2.webp"))
	equal(t, published(t)(target.PublishFinal(temp(t, target, smallPNG))), "a-cat.png")
	equal(t, files(t, dir), []string{"a-cat.partial-1.png", "a-cat.partial-2.webp", "a-cat.png"})

	equal(t, target.KeepNewest(), nil)
	equal(t, files(t, dir), []string{"a-cat.partial-2.webp", "a-cat.png"})
	equal(t, target.RemovePartials(), nil)
	equal(t, files(t, dir), []string{"a-cat.png"})
	equal(t, target.Newest(), "")
}

// The newest draft that is still there: a user may have removed one.
func TestNewestOnDisk(t *testing.T) {
	dir := t.TempDir()
	target := newTarget(t, imagefile.Options{Output: dir})
	for range 3 {
		published(t)(target.PublishPartial(temp(t, target, smallPNG)))
	}
	if err := os.Remove(target.Newest()); err != nil {
		t.Fatal(err)
	}
	equal(t, target.KeepNewest(), nil)
	equal(t, files(t, dir), []string{"image.partial-2.png"})
}

// PNG-1: the bytes on disk are those received.
func TestPNG1Identity(t *testing.T) {
	dir := t.TempDir()
	for name, c := range corpus(t) {
		if strings.HasPrefix(c.want, "bad: ") {
			continue
		}
		target := newTarget(t, imagefile.Options{Output: dir, Prompt: name})
		path, err := target.PublishFinal(temp(t, target, c.data))
		if got, readErr := os.ReadFile(path); err != nil || readErr != nil || !bytes.Equal(got, c.data) {
			t.Errorf("%s: %v, %v, %d of %d bytes", name, err, readErr, len(got), len(c.data))
		}
	}
	big := bigPNG(t)
	target := newTarget(t, imagefile.Options{Output: filepath.Join(dir, "big.png")})
	path, err := target.PublishFinal(temp(t, target, big))
	if got, _ := os.ReadFile(path); err != nil || !bytes.Equal(got, big) {
		t.Errorf("25 MB: %v, %d of %d bytes", err, len(got), len(big))
	}
}

func TestRejected(t *testing.T) {
	dir := t.TempDir()
	target := newTarget(t, imagefile.Options{Output: dir, Prompt: "a cat"})
	f := temp(t, target, smallPNG[:40])
	var bad *imagefile.InvalidError
	if _, err := target.PublishPartial(f); !errors.As(err, &bad) {
		t.Errorf("a cut draft: %v", err)
	}
	if _, err := target.PublishFinal(f); !errors.As(err, &bad) {
		t.Errorf("a cut image: %v", err)
	}
	equal(t, published(t)(target.PublishRejected(f)), "a-cat.rejected")
	equal(t, published(t)(target.PublishRejected(temp(t, target, nil))), "a-cat-2.rejected")
	equal(t, newTarget(t, imagefile.Options{Output: dir, Prompt: "a cat"}).Path(), filepath.Join(dir, "a-cat-3.png"))
}

func TestNumber(t *testing.T) {
	for _, c := range []struct{ there, want string }{
		{"a-cat.jpg", "a-cat-2.png"},
		{"a-cat.rejected", "a-cat-2.png"},
		{"a-cat.partial-7.webp", "a-cat-2.png"},
		{"A-CAT.PNG", "a-cat-2.png"},
		{"a-cat.png a-cat-2.gif a-cat-4.png", "a-cat-3.png"},
		{"a-cat.txt a-cat-1.png a-cat-02.png a-category.png a-cat", "a-cat.png"},
	} {
		dir := t.TempDir()
		for _, name := range strings.Fields(c.there) {
			write(t, filepath.Join(dir, name), "")
		}
		target := newTarget(t, imagefile.Options{Output: dir, Prompt: "a cat"})
		equal(t, filepath.Base(target.Path()), c.want)
	}
}

// The file's name is the user's, its extension the bytes'.
func TestExtension(t *testing.T) {
	for _, c := range []struct{ output, bytes, want string }{
		{"x.png", "png", "x.png"},
		{"x.PNG", "png", "x.PNG"},
		{"x.jpg", "jpeg", "x.jpg"},
		{"x.jpeg", "jpeg", "x.jpeg"},
		{"x.png", "jpeg", "x.jpg"},
		{"x.jpeg", "webp", "x.webp"},
		{"x", "gif", "x.gif"},
		{"v1.2", "png", "v1.2.png"},
		{"x.tiff", "png", "x.tiff.png"},
	} {
		all := others(t)
		all["png"] = smallPNG
		target := newTarget(t, imagefile.Options{Output: filepath.Join(t.TempDir(), c.output)})
		equal(t, published(t)(target.PublishFinal(temp(t, target, all[c.bytes]))), c.want)
	}
}

// Paths are shown as they were typed.
func TestPathAsTyped(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("out", 0o777); err != nil {
		t.Fatal(err)
	}
	sep := string(filepath.Separator)
	for output, want := range map[string]string{
		"":           "a-cat.png",
		".":          "." + sep + "a-cat.png",
		"out":        "out" + sep + "a-cat.png",
		"out/":       "out/a-cat.png",
		"./-rf.png":  "./-rf.png",
		"out/../x":   "out/../x.webp",
		"out/b.jpeg": "out/b.jpeg",
	} {
		format := imagefile.PNG
		if strings.HasSuffix(want, ".webp") {
			format = imagefile.WebP
		}
		target := newTarget(t, imagefile.Options{Output: output, Prompt: "a cat", Format: format})
		equal(t, target.Path(), want)
	}
}

func TestNoFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "file", "")
	refused(t, imagefile.Options{Output: "no/x.png"}, "mkdir -p no/")
	refused(t, imagefile.Options{Output: "no/"}, "mkdir -p no/")
	refused(t, imagefile.Options{Output: "it's no/"}, `mkdir -p 'it'\''s no/'`)
	refused(t, imagefile.Options{Output: "file/x.png"}, "--output")
	refused(t, imagefile.Options{Output: "file/"}, "--output")
	refused(t, imagefile.Options{Output: ".png"}, "name")
}

// F3: a device is refused, before and with --force.
func TestF3Device(t *testing.T) {
	if _, err := os.Stat(os.DevNull); err != nil || runtime.GOOS == "windows" {
		t.Skip("there is no path of a device here")
	}
	refused(t, imagefile.Options{Output: os.DevNull}, "--output -")
	refused(t, imagefile.Options{Output: os.DevNull, Force: true}, "--output -")
}

// F11: what a killed run has left is removed a day later, and nothing else.
func TestF11Sweep(t *testing.T) {
	dir := t.TempDir()
	old, young := time.Now().Add(-25*time.Hour), time.Now().Add(-23*time.Hour)
	for name, at := range map[string]time.Time{
		".codexgen-old.part": old, ".codexgen-young.part": young, "other.part": old, ".codexgen-x.png": old,
	} {
		write(t, filepath.Join(dir, name), "")
		if err := os.Chtimes(filepath.Join(dir, name), at, at); err != nil {
			t.Fatal(err)
		}
	}
	newTarget(t, imagefile.Options{Output: dir})
	equal(t, files(t, dir), []string{".codexgen-x.png", ".codexgen-young.part", "other.part"})
}

// F12: at the end of a run nothing is left that was not published.
func TestF12Close(t *testing.T) {
	dir := t.TempDir()
	target := newTarget(t, imagefile.Options{Output: dir, Prompt: "a cat"})
	published(t)(target.PublishPartial(temp(t, target, smallPNG)))
	temp(t, target, smallPNG)
	temp(t, target, smallPNG[:9])
	equal(t, temp(t, target, nil).Discard(), nil)
	equal(t, target.Close(), nil)
	equal(t, files(t, dir), []string{"a-cat.partial-1.png"})
}

// F18: a name that is too long is refused before, and one that is not leaves
// room for all that is added to it.
func TestF18LongName(t *testing.T) {
	dir := t.TempDir()
	refused(t, imagefile.Options{Output: filepath.Join(dir, strings.Repeat("x", 255)+".png")}, "shorter")
	refused(t, imagefile.Options{Output: filepath.Join(dir, strings.Repeat("x", 251)+".png")}, "shorter")
	refused(t, imagefile.Options{Output: dir + strings.Repeat("/x", 4000)}, "--output")
	refused(t, imagefile.Options{Output: filepath.Join(dir, "a\x00b")}, "")

	path := filepath.Join(dir, strings.Repeat("x", 220)+".png")
	target := newTarget(t, imagefile.Options{Output: path})
	write(t, path, "theirs")
	published(t)(target.PublishPartial(temp(t, target, others(t)["webp"])))
	published(t)(target.PublishFinal(temp(t, target, others(t)["webp"])))
	published(t)(target.PublishRejected(temp(t, target, nil)))
	equal(t, len(files(t, dir)), 4)
}

func TestStdout(t *testing.T) {
	dir := t.TempDir()
	target, err := imagefile.NewStdoutTarget(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, c := range []struct {
		data []byte
		want []byte
	}{{smallPNG[:50], nil}, {smallPNG, smallPNG}} {
		f, err := target.Create()
		if err != nil {
			t.Fatal(err)
		}
		for p := range slices.Chunk(c.data, 10) {
			if _, err := f.Write(p); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.CopyTo(&out); (err == nil) != (c.want != nil) {
			t.Error(err)
		}
		equal(t, out.Bytes(), c.want)
	}
	equal(t, len(files(t, dir)), 1)
	equal(t, target.Close(), nil)
	equal(t, files(t, dir), []string{})

	var bad *imagefile.OutputError
	if _, err := imagefile.NewStdoutTarget(filepath.Join(dir, "no")); !errors.As(err, &bad) || !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestTheSumIsTakenWhereItIsAskedFor(t *testing.T) {
	for _, sum := range []bool{false, true} {
		target, err := imagefile.NewTarget(imagefile.Options{Output: t.TempDir(), Sum: sum})
		if err != nil {
			t.Fatal(err)
		}
		info, err := temp(t, target, pngOf(smallHead, idat(smallRows), iend)).Check()
		if err != nil || (info.SHA256 != "") != sum {
			t.Errorf("asked %v: %q, %v", sum, info.SHA256, err)
		}
		if err := target.Close(); err != nil {
			t.Error(err)
		}
	}
}
