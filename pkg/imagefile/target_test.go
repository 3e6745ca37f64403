package imagefile_test

import (
	"errors"
	"fmt"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/codexgen/codexgen/pkg/imagefile"
)

func target(t *testing.T, o imagefile.Options) *imagefile.Target {
	t.Helper()
	made, err := imagefile.NewTarget(o)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func fill(t *testing.T, made *imagefile.Target, data []byte) *imagefile.Temp {
	t.Helper()
	temp, err := made.Create()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := temp.Write(data); err != nil {
		t.Fatal(err)
	}
	return temp
}

func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		list = append(list, entry.Name())
	}
	return list
}

func TestPNG1DraftsAndImage(t *testing.T) {
	dir := t.TempDir()
	data := pngBytes(t, picture(50, 50), png.DefaultCompression)
	made := target(t, imagefile.Options{Output: dir, Prompt: "A cat!", Format: imagefile.PNG, Now: time.Now()})
	for k := 1; k <= 2; k++ {
		path, err := made.PublishPartial(fill(t, made, data))
		if want := filepath.Join(dir, fmt.Sprintf("a-cat.partial-%d.png", k)); err != nil || path != want {
			t.Fatalf("%s, %v, want %s", path, err, want)
		}
	}
	abandoned := fill(t, made, data[:100])
	path, err := made.PublishFinal(fill(t, made, data))
	if err != nil || path != filepath.Join(dir, "a-cat.png") {
		t.Fatalf("%s, %v", path, err)
	}
	if got, err := os.ReadFile(path); err != nil || !cmp.Equal(got, data) {
		t.Errorf("other bytes, %v", err)
	}
	if err := made.RemovePartials(1); err != nil {
		t.Error(err)
	}
	if err := made.Close(); err != nil {
		t.Error(err)
	}
	if err := abandoned.Discard(); err != nil {
		t.Error(err)
	}
	if got, want := names(t, dir), []string{"a-cat.partial-2.png", "a-cat.png"}; !slices.Equal(got, want) {
		t.Errorf("the folder holds %v, want %v", got, want)
	}
	next := target(t, imagefile.Options{Output: dir, Prompt: "a cat", Format: imagefile.PNG})
	defer next.Close()
	if want := filepath.Join(dir, "a-cat-2.png"); next.Path() != want {
		t.Errorf("the next name is %s, want %s", next.Path(), want)
	}
}

func TestTrueExtension(t *testing.T) {
	data := pngBytes(t, picture(5, 5), png.DefaultCompression)
	for output, want := range map[string]string{"cat.webp": "cat.png", "cat": "cat.png", "cat.v2": "cat.v2.png", "cat.PNG": "cat.PNG", "cat.jpeg": "cat.png"} {
		dir := t.TempDir()
		made := target(t, imagefile.Options{Output: filepath.Join(dir, output), Format: imagefile.PNG})
		path, err := made.PublishFinal(fill(t, made, data))
		if err = errors.Join(err, made.Close()); err != nil || path != filepath.Join(dir, want) {
			t.Errorf("%s: %s, %v", output, path, err)
		}
	}
}

func TestRejectedIsKept(t *testing.T) {
	dir := t.TempDir()
	made := target(t, imagefile.Options{Output: filepath.Join(dir, "cat.png")})
	temp := fill(t, made, []byte("not an image"))
	var bad *imagefile.InvalidError
	if _, err := made.PublishFinal(temp); !errors.As(err, &bad) {
		t.Errorf("got %v, want an InvalidError", err)
	}
	path, err := made.PublishRejected(temp)
	if err = errors.Join(err, made.Close()); err != nil || path != filepath.Join(dir, "cat.rejected") || !slices.Equal(names(t, dir), []string{"cat.rejected"}) {
		t.Errorf("%s, %v, %v", path, err, names(t, dir))
	}
}

// TestF13TwoRunsOneName lets 16 runs publish under one name at once.
func TestF13TwoRunsOneName(t *testing.T) {
	dir := t.TempDir()
	data := pngBytes(t, picture(5, 5), png.DefaultCompression)
	var targets [16]*imagefile.Target
	for i := range targets {
		targets[i] = target(t, imagefile.Options{Output: filepath.Join(dir, "cat.png")})
	}
	var group sync.WaitGroup
	for _, made := range targets {
		temp := fill(t, made, data)
		group.Go(func() {
			_, err := made.PublishFinal(temp)
			if err = errors.Join(err, made.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := names(t, dir); len(got) != 16 || !slices.Contains(got, "cat-16.png") {
		t.Errorf("the folder holds %v", got)
	}
}

func TestF14ExistingFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "cat.png")
	if err := os.WriteFile(path, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := imagefile.NewTarget(imagefile.Options{Output: path})
	var refused *imagefile.OutputError
	if !errors.As(err, &refused) || refused.ExitCode() != 9 || refused.Hint() == "" {
		t.Errorf("got %v", err)
	}
	made := target(t, imagefile.Options{Output: path, Force: true})
	if got, err := made.PublishFinal(fill(t, made, pngBytes(t, picture(5, 5), png.BestSpeed))); err != nil || got != path {
		t.Errorf("%s, %v", got, err)
	}
	if err := made.Close(); err != nil || len(names(t, dir)) != 1 {
		t.Errorf("%v, %v", err, names(t, dir))
	}
}

// TestF16Link replaces a link itself and leaves what it points at alone.
func TestF16Link(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real.png"), filepath.Join(dir, "link.png")
	if err := errors.Join(os.WriteFile(real, []byte("mine"), 0o644), os.Symlink(real, link)); err != nil {
		t.Fatal(err)
	}
	if _, err := imagefile.NewTarget(imagefile.Options{Output: link}); err == nil {
		t.Error("an existing link was accepted without force")
	}
	made := target(t, imagefile.Options{Output: link, Force: true})
	_, err := made.PublishFinal(fill(t, made, pngBytes(t, picture(5, 5), png.BestSpeed)))
	if err = errors.Join(err, made.Close()); err != nil {
		t.Error(err)
	}
	if got, err := os.ReadFile(real); err != nil || string(got) != "mine" {
		t.Errorf("the link's target holds %q, %v", got, err)
	}
}

func TestRefusedPlaces(t *testing.T) {
	dir := t.TempDir()
	for name, output := range map[string]string{
		"missing folder":      filepath.Join(dir, "no", "cat.png"),
		"missing folder, own": filepath.Join(dir, "no") + "/",
		"F3 a device":         "/dev/null",
		"F18 a long name":     filepath.Join(dir, strings.Repeat("x", 250)+".png"),
		"no name":             filepath.Join(dir, ".png"),
	} {
		_, err := imagefile.NewTarget(imagefile.Options{Output: output})
		var refused *imagefile.OutputError
		if !errors.As(err, &refused) || refused.Hint() == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := names(t, dir); got != nil {
		t.Errorf("left behind: %v", got)
	}
}

func TestF11StaleFilesAreSwept(t *testing.T) {
	dir := t.TempDir()
	for name, age := range map[string]time.Duration{".codexgen-OLD.part": 25 * time.Hour, ".codexgen-NEW.part": time.Hour, ".other-OLD.part": 99 * time.Hour} {
		path := filepath.Join(dir, name)
		at := time.Now().Add(-age)
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	made := target(t, imagefile.Options{Output: dir, Prompt: "x", Now: time.Now()})
	defer made.Close()
	if got, want := names(t, dir), []string{".codexgen-NEW.part", ".other-OLD.part"}; !slices.Equal(got, want) {
		t.Errorf("the folder holds %v, want %v", got, want)
	}
}

func TestSlug(t *testing.T) {
	for prompt, want := range map[string]string{
		"a cat":                            "a-cat",
		"  A  Cat!! ":                      "a-cat",
		"../../etc/passwd":                 "etc-passwd",
		"CON":                              "con-",
		"":                                 "image",
		"?!":                               "image",
		"猫 の 絵":                            "猫-の-絵",
		"-rf":                              "rf",
		strings.Repeat("word ", 30):        strings.TrimSuffix(strings.Repeat("word-", 12), "-"),
		strings.Repeat("é", 50):            strings.Repeat("é", 30),
		"x" + strings.Repeat("é", 50):      "x" + strings.Repeat("é", 29),
		"line\nbreak\x1b[31m and \x00 NUL": "line-break-31m-and-nul",
	} {
		if got := imagefile.Slug(prompt); got != want {
			t.Errorf("%q: %q, want %q", prompt, got, want)
		}
	}
}

func FuzzSlugStaysInItsFolder(f *testing.F) {
	f.Add("../a")
	f.Add("aux")
	f.Fuzz(func(t *testing.T, prompt string) {
		slug := imagefile.Slug(prompt)
		if slug == "" || len(slug) > 60 || !utf8.ValidString(slug) || !fs.ValidPath(slug+".png") || !filepath.IsLocal(slug+".png") || strings.ContainsAny(slug, `/\:.`) || slug[0] == '-' && slug != "-" {
			t.Errorf("%q becomes %q", prompt, slug)
		}
	})
}
