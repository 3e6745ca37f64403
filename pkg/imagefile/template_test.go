package imagefile_test

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	sent "github.com/codexgen/codexgen/pkg/corpus"
	"github.com/codexgen/codexgen/pkg/imagefile"
)

var morning = time.Date(2026, 11, 21, 7, 45, 9, 0, time.UTC)

func TestTemplates(t *testing.T) {
	for template, want := range map[string][]string{
		"{slug}-{index}.{ext}":       {"a-cat-1.png", "a-cat-2.png", "a-cat-3.png"},
		"{date}/{time}_{slug}.{ext}": {"2026-11-21/074509_a-cat.png", "2026-11-21/074509_a-cat-2.png"},
		"{date}/{slug}/":             {"2026-11-21/a-cat/a-cat.png", "2026-11-21/a-cat/a-cat-2.png"},
		"{index} of {date}.PNG":      {"1 of 2026-11-21.PNG", "2 of 2026-11-21.PNG"},
		"A{slug}":                    {"Aa-cat.png", "Aa-cat-2.png"},
		"{slug}.v1.{ext}":            {"a-cat.v1.png", "a-cat.v1-2.png"},
	} {
		dir := t.TempDir()
		for _, name := range want {
			target := newTarget(t, imagefile.Options{Output: dir + "/" + template, Prompt: "a cat", Now: morning})
			path, err := target.PublishFinal(temp(t, target, smallPNG))
			if err != nil || path != dir+"/"+name || path != target.Path() {
				t.Errorf("%s, then %s, want %s; %v", target.Path(), path, name, err)
			}
		}
	}
}

func TestWrongTemplates(t *testing.T) {
	for template, reason := range map[string]string{
		"{data}.png":              "no field {data}",
		"{}":                      "no field {}",
		"{slug":                   "not closed",
		"slug}":                   "no { before",
		"{{slug}}":                "no field {{slug}",
		"{index}/{slug}.png":      "not of a folder",
		"{index}-{index}":         "stands there once",
		"{ext}/{slug}":            "stands at the end",
		"{slug}.{ext}.png":        "stands at the end",
		"{slug}{ext}":             "stands at the end",
		"{date}/.{ext}":           "no name",
		"{slug}\x00{index}.{ext}": "no { before",
	} {
		err := imagefile.CheckOutput(template)
		var wrong *imagefile.TemplateError
		if !errors.As(err, &wrong) || wrong.ExitCode() != 2 || !strings.Contains(wrong.Reason, reason) {
			t.Errorf("%s: %v, want %q", template, err, reason)
		}
		if _, err := imagefile.NewTarget(imagefile.Options{Output: filepath.Join(t.TempDir(), "a") + template}); err == nil && strings.Contains(template, "{data}") {
			t.Errorf("%s is a target", template)
		}
	}
	for _, fine := range []string{"", "-", "a.png", "{slug}", "x/{index}"} {
		if err := imagefile.CheckOutput(fine); err != nil {
			t.Errorf("%q: %v", fine, err)
		}
	}
}

// TestTemplateFolders: only folders with fields in their names are made, and
// those stay only with something in them.
func TestTemplateFolders(t *testing.T) {
	t.Chdir(t.TempDir())
	var missing *imagefile.OutputError
	if _, err := imagefile.NewTarget(imagefile.Options{Output: "missing/{slug}.{ext}"}); !errors.As(err, &missing) || missing.Hint() == "" {
		t.Errorf("%v", err)
	}
	target, err := imagefile.NewTarget(imagefile.Options{Output: "a/{date}/{slug}/", Now: morning})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, files(t, "a"), []string{"2026-11-21"})
	if err := target.Close(); err != nil {
		t.Error(err)
	}
	equal(t, files(t, "."), []string{})
	if _, err := imagefile.NewTarget(imagefile.Options{Output: "{date}/" + strings.Repeat("x", 300) + "{index}", Now: morning}); err == nil {
		t.Error("a name of 300 letters is taken")
	}
	equal(t, files(t, "."), []string{})
}

// TestBeside: what belongs to an image is named after it, also where the
// image had to take another number.
func TestBeside(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "a-cat.json", "mine")
	target := newTarget(t, imagefile.Options{Prompt: "a cat", Sidecar: true})
	equal(t, target.Path(), "a-cat-2.png")
	write(t, "a-cat-2.png", "another's")
	original := temp(t, target, smallPNG)
	equal(t, published(t)(target.PublishFinal(temp(t, target, smallPNG))), "a-cat-3.png")
	equal(t, published(t)(target.PublishOriginal(original)), "a-cat-3.original.png")
	equal(t, published(t)(target.PublishSidecar([]byte("{}"))), "a-cat-3.json")
	equal(t, published(t)(target.PublishSidecar([]byte("{}"))), "a-cat-3-2.json")
	if text, err := os.ReadFile("a-cat-3.json"); string(text) != "{}" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	next := newTarget(t, imagefile.Options{Prompt: "a cat"})
	equal(t, next.Path(), "a-cat.png") // without a sidecar the other's JSON is no matter
	write(t, "b.original.png", "")
	equal(t, newTarget(t, imagefile.Options{Prompt: "b"}).Path(), "b-2.png")

	write(t, "c.json", "mine")
	if _, err := imagefile.NewTarget(imagefile.Options{Output: "c.png", Sidecar: true}); err == nil {
		t.Error("the sidecar's name is taken, and nobody says so")
	}
	forced := newTarget(t, imagefile.Options{Output: "c.png", Sidecar: true, Force: true})
	write(t, "c.png", "mine")
	equal(t, published(t)(forced.PublishFinal(temp(t, forced, smallPNG))), "c.png")
	equal(t, published(t)(forced.PublishSidecar([]byte("{}"))), "c.json")
}

func TestSigned(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		want bool
	}{
		"PNG":      {pngOf(smallHead, chunk("caBX", []byte("jumbf")), idat(smallRows), iend), true},
		"bare PNG": {smallPNG, false},
		"JPEG":     {withAPP11(t, "JP\x00\x01"), true},
		"WebP":     {withWebPChunk("C2PA"), true},
		"HDR JPEG": {withAPP11(t, "HDR_RI"), false},
	} {
		checker := imagefile.NewChecker()
		_, _ = checker.Write(c.data)
		if info, err := checker.Finish(); err != nil || info.Signed != c.want {
			t.Errorf("%s: %v, %v", name, info.Signed, err)
		}
	}
}

func TestProfile(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		want bool
	}{
		"PNG":           {pngOf(smallHead, chunk("iCCP", []byte("p3\x00\x00zlib")), idat(smallRows), iend), true},
		"bare PNG":      {smallPNG, false},
		"JPEG":          {sent.WithSegment(sent.Files()["plain.jpg"], 0xe2, []byte("ICC_PROFILE\x00\x01\x01p3")), true},
		"JPEG with MPF": {sent.WithSegment(sent.Files()["plain.jpg"], 0xe2, []byte("MPF\x00 and more than that")), false},
		"bare JPEG":     {sent.Files()["plain.jpg"], false},
		"WebP":          {withWebPChunk("ICCP"), true},
		"bare WebP":     {sent.Files()["plain.webp"], false},
	} {
		checker := imagefile.NewChecker()
		_, _ = checker.Write(c.data)
		if info, err := checker.Finish(); err != nil || info.Profile != c.want {
			t.Errorf("%s: %v, %v", name, info.Profile, err)
		}
	}
}

func withAPP11(t *testing.T, data string) []byte {
	t.Helper()
	return sent.WithSegment(sent.Files()["plain.jpg"], 0xeb, []byte(data))
}

// withWebPChunk puts a chunk at a WebP's end.
func withWebPChunk(name string) []byte {
	file := slices.Concat(sent.Files()["plain.webp"], []byte(name+"\x04\x00\x00\x00data"))
	binary.LittleEndian.PutUint32(file[4:], uint32(len(file)-8))
	return file
}

// FuzzTemplatePrompt: whatever the prompt, the name stays in its folder and
// ends as the template does.
func FuzzTemplatePrompt(f *testing.F) {
	f.Add("../../etc/passwd")
	f.Add("{index}\x00{ext} CON")
	f.Add("")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, prompt string) {
		target, err := imagefile.NewTarget(imagefile.Options{Output: dir + "/{date}/{slug}-{index}.{ext}", Prompt: prompt, Now: morning})
		if err != nil {
			t.Fatal(err)
		}
		defer target.Close()
		folder, name := filepath.Split(target.Path())
		if folder != dir+"/2026-11-21/" || !strings.HasSuffix(name, "-1.png") || strings.ContainsAny(name, "{}\x00/\\") {
			t.Errorf("%q: %s", prompt, target.Path())
		}
	})
}
