package imagefile_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/codexgen/codexgen/pkg/imagefile"
)

// F13: a name that is taken meanwhile.
func TestF13TakenMeanwhile(t *testing.T) {
	dir := t.TempDir()
	first := newTarget(t, imagefile.Options{Output: dir, Prompt: "a cat"})
	second := newTarget(t, imagefile.Options{Output: dir, Prompt: "a cat"})
	equal(t, first.Path(), second.Path())
	equal(t, published(t)(first.PublishPartial(temp(t, first, smallPNG))), "a-cat.partial-1.png")
	equal(t, published(t)(second.PublishPartial(temp(t, second, smallPNG))), "a-cat.partial-2.png")
	equal(t, published(t)(first.PublishFinal(temp(t, first, smallPNG))), "a-cat.png")
	equal(t, published(t)(second.PublishFinal(temp(t, second, smallPNG))), "a-cat-2.png")
	equal(t, first.RemovePartials(), nil)
	equal(t, files(t, dir), []string{"a-cat-2.png", "a-cat.partial-2.png", "a-cat.png"})

	named := newTarget(t, imagefile.Options{Output: filepath.Join(dir, "x.png")})
	write(t, filepath.Join(dir, "x.png"), "theirs")
	equal(t, published(t)(named.PublishFinal(temp(t, named, smallPNG))), "x-2.png")
	equal(t, published(t)(named.PublishFinal(temp(t, named, smallPNG))), "x-3.png")
}

// F14: a file that is there.
func TestF14Exists(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.png")
	write(t, path, "theirs")
	refused(t, imagefile.Options{Output: path}, "--force")

	target := newTarget(t, imagefile.Options{Output: path, Force: true})
	text, _ := os.ReadFile(path)
	equal(t, string(text), "theirs")
	equal(t, published(t)(target.PublishFinal(temp(t, target, others(t)["jpeg"]))), "x.jpg")
	text, _ = os.ReadFile(path)
	equal(t, string(text), "theirs")
	equal(t, published(t)(target.PublishFinal(temp(t, target, smallPNG))), "x.png")
	text, _ = os.ReadFile(path)
	equal(t, text, smallPNG)
	equal(t, published(t)(target.PublishFinal(temp(t, target, smallPNG))), "x-2.png")
	equal(t, files(t, dir), []string{"x-2.png", "x.jpg", "x.png"})
}

// F14: what has become a folder cannot be replaced; the image is kept beside.
func TestF14BecameFolder(t *testing.T) {
	dir := t.TempDir()
	target := newTarget(t, imagefile.Options{Output: filepath.Join(dir, "x.png"), Force: true})
	if err := os.Mkdir(filepath.Join(dir, "x.png"), 0o777); err != nil {
		t.Fatal(err)
	}
	equal(t, published(t)(target.PublishFinal(temp(t, target, smallPNG))), "x-2.png")
}

// F16: the output is a link. To a folder, it is one; else it counts as a file
// of its own, and what it points at is never written.
func TestF16Links(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "theirs"), "theirs")
	for name, to := range map[string]string{"file.png": "theirs", "nowhere.png": "none"} {
		path := filepath.Join(dir, name)
		symlink(t, to, path)
		refused(t, imagefile.Options{Output: path}, "--force")
		target := newTarget(t, imagefile.Options{Output: path, Force: true})
		equal(t, published(t)(target.PublishFinal(temp(t, target, smallPNG))), name)
		info, err := os.Lstat(path)
		if err != nil || !info.Mode().IsRegular() {
			t.Errorf("%s is still a link: %v, %v", name, info, err)
		}
	}
	text, _ := os.ReadFile(filepath.Join(dir, "theirs"))
	equal(t, string(text), "theirs")

	symlink(t, os.DevNull, filepath.Join(dir, "null.png"))
	refused(t, imagefile.Options{Output: filepath.Join(dir, "null.png"), Force: true}, "--output -")
	real := t.TempDir()
	symlink(t, real, filepath.Join(dir, "folder"))
	target := newTarget(t, imagefile.Options{Output: filepath.Join(dir, "folder"), Prompt: "a cat"})
	published(t)(target.PublishFinal(temp(t, target, smallPNG)))
	equal(t, files(t, real), []string{"a-cat.png"})
	equal(t, files(t, dir), []string{"file.png", "folder", "nowhere.png", "null.png", "theirs"})
}

// F17: the folder is replaced by a link during the run.
func TestF17Swapped(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("an open folder cannot be renamed here")
	}
	base := t.TempDir()
	dir, moved, elsewhere := filepath.Join(base, "out"), filepath.Join(base, "moved"), t.TempDir()
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	target := newTarget(t, imagefile.Options{Output: dir, Prompt: "a cat"})
	f := temp(t, target, smallPNG)
	if err := os.Rename(dir, moved); err != nil {
		t.Fatal(err)
	}
	symlink(t, elsewhere, dir)
	published(t)(target.PublishPartial(temp(t, target, smallPNG)))
	published(t)(target.PublishFinal(f))
	temp(t, target, smallPNG)
	equal(t, target.Close(), nil)
	equal(t, files(t, elsewhere), []string{})
	equal(t, files(t, moved), []string{"a-cat.partial-1.png", "a-cat.png"})
}
