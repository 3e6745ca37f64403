package batch_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/batch"
	"github.com/codexgen/codexgen/pkg/imagefile"
)

// TestAdopted has a run that ended between an image and its line: it is there
// under the name that was meant, or under that of its true format, or in part.
func TestAdopted(t *testing.T) {
	picture := image.NewGray(image.Rect(0, 0, 8, 8))
	var asPNG, asJPEG bytes.Buffer
	if err := png.Encode(&asPNG, picture); err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(&asJPEG, picture, nil); err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		bytes []byte
		ext   string
		want  batch.Kind
	}{
		"whole":        {asPNG.Bytes(), ".png", batch.Adopted},
		"other format": {asJPEG.Bytes(), ".jpg", batch.Adopted},
		"cut":          {asPNG.Bytes()[:asPNG.Len()-9], ".png", batch.Unknown},
		"a draft":      {asPNG.Bytes(), ".partial-1.png", batch.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, "jobs.journal")
			m := &maker{folder: folder, bytes: row.bytes}
			first := journal(t, path, false)
			got, err := run(t.Context(), prompts("a cat"), m, batch.Options{Journal: first})
			if err != nil {
				t.Fatal(err)
			}
			_ = first.Close()
			made := got["a cat"].Image.Path
			if err := os.Rename(made, strings.TrimSuffix(made, ".png")+row.ext); err != nil {
				t.Fatal(err)
			}
			dropLastLine(t, path)
			second := journal(t, path, true)
			adopt := func(_ batch.Job, image batch.Image) batch.Image {
				if text, err := os.ReadFile(path); err != nil || bytes.Contains(text, []byte(`"done"`)) {
					t.Errorf("the journal was first: %s, %v", text, err)
				}
				image.Facts = image.Facts.(imagefile.Info).Width
				return image
			}
			got, err = run(t.Context(), prompts("a cat"), m, batch.Options{Journal: second, Adopt: adopt})
			if err != nil || got["a cat"].Kind != row.want || m.asked["a cat"] != 1 {
				t.Errorf("%+v, %v", got["a cat"], err)
			}
			if row.want == batch.Adopted && got["a cat"].Image.Facts != 8 {
				t.Errorf("it tells %v", got["a cat"].Image.Facts)
			}
			_ = second.Close()
			if row.want != batch.Adopted {
				return
			}
			got, err = run(t.Context(), prompts("a cat"), m, batch.Options{Journal: journal(t, path, true)})
			if err != nil || got["a cat"].Kind != batch.Kept {
				t.Errorf("later: %+v, %v", got["a cat"], err)
			}
		})
	}
}

func dropLastLine(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	end := bytes.LastIndexByte(bytes.TrimSpace(text), '\n') + 1
	if err := os.WriteFile(path, text[:end], 0o600); err != nil {
		t.Fatal(err)
	}
}
