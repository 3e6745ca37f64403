package reference_test

import (
	"bytes"
	"image"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "image/jpeg"
	_ "image/png"

	"go.uber.org/goleak"

	"github.com/codexgen/codexgen/pkg/corpus"
	"github.com/codexgen/codexgen/pkg/reference"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// add opens the bytes as a file of a name.
func add(t *testing.T, o reference.Options, name string, content []byte) (*reference.Reference, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	set := reference.NewSet(o)
	t.Cleanup(func() {
		if err := set.Close(); err != nil {
			t.Error(err)
		}
	})
	return set.Add(t.Context(), path)
}

func content(t *testing.T, r *reference.Reference) []byte {
	t.Helper()
	in, err := r.Open()
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(in)
	if err != nil || int64(len(all)) != r.Length {
		t.Fatalf("%d of %d bytes, %v", len(all), r.Length, err)
	}
	return all
}

// TestCorpus holds the outcome for each picture that people send.
func TestCorpus(t *testing.T) {
	cases := map[string]struct {
		media   string // what is sent, "" for a refusal
		changed string // a part of what is said about a change, "" for none
		refused string // a part of the refusal
	}{
		"plain.png":      {media: "image/png"},
		"plain.jpg":      {media: "image/jpeg"},
		"plain.webp":     {media: "image/webp"},
		"mask.png":       {media: "image/png"},
		"full.png":       {media: "image/png"},
		"sixteen.png":    {media: "image/png"},
		"upright.jpg":    {media: "image/jpeg"},
		"rotated.jpg":    {media: "image/jpeg", changed: "upright"},
		"animated.gif":   {media: "image/png", changed: "first frame"},
		"cmyk.jpg":       {media: "image/jpeg", changed: "CMYK"},
		"truncated.webp": {refused: "ends early"},
		"drawing.svg":    {refused: "SVG"},
		"page.png":       {refused: "web page"},
		"bomb.png":       {refused: "30000 x 30000"},
		"phone.heic":     {refused: "HEIC"},
	}
	files := corpus.Files()
	for name := range files {
		if _, ok := cases[name]; !ok {
			t.Errorf("%s has no outcome", name)
		}
	}
	for name, want := range cases {
		t.Run(name, func(t *testing.T) {
			r, err := add(t, reference.Options{}, name, files[name])
			if want.media == "" {
				refused(t, err, want.refused)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if r.MediaType != want.media || (want.changed != "") != (len(r.Changes) > 0) || !strings.Contains(strings.Join(r.Changes, "; "), want.changed) {
				t.Errorf("%s, changes %q", r.MediaType, r.Changes)
			}
			if sent := content(t, r); want.changed == "" && !bytes.Equal(sent, files[name]) {
				t.Error("the bytes were changed")
			}
		})
	}
}

// TestOffline: a dry run opens files, and of addresses only checks the form.
func TestOffline(t *testing.T) {
	set := reference.NewSet(reference.Options{Offline: true})
	defer set.Close()
	r, err := set.Add(t.Context(), "https://pictures.invalid/a.png?key=secret")
	if err != nil || !r.Pending || r.Source != "https://pictures.invalid/a.png" {
		t.Errorf("%+v, %v", r, err)
	}
	_, err = set.Add(t.Context(), "https://me@pictures.invalid/a.png")
	refused(t, err, "user name")
}

func decode(t *testing.T, r *reference.Reference) image.Image {
	t.Helper()
	img, _, err := image.Decode(bytes.NewReader(content(t, r)))
	if err != nil {
		t.Fatal(err)
	}
	if size := img.Bounds().Size(); size != image.Pt(r.Width, r.Height) {
		t.Errorf("%v, said to be %dx%d", size, r.Width, r.Height)
	}
	return img
}

// isLeft says that a pixel has rather the left half's colour than the right's.
func isLeft(img image.Image, x, y int) bool {
	r, _, b, _ := img.At(x, y).RGBA()
	return r > b
}

// TestOrientations turns a picture whose left half is red by each of EXIF's
// values: where is red then? (Exif 2.32, tag 0x0112: what row 0 and column 0
// of the stored picture are.)
func TestOrientations(t *testing.T) {
	sides := []string{1: "left", 2: "right", 3: "right", 4: "left", 5: "top", 6: "top", 7: "bottom", 8: "bottom"}
	plain := map[string][]byte{"a.jpg": corpus.JPEG(corpus.Halves(48, 32)), "a.png": corpus.PNG(corpus.Halves(48, 32))}
	for orientation := uint16(1); orientation <= 8; orientation++ {
		for name, file := range map[string][]byte{"a.jpg": corpus.Rotated(plain["a.jpg"], orientation), "a.png": corpus.RotatedPNG(plain["a.png"], orientation)} {
			r, err := add(t, reference.Options{}, name, file)
			if err != nil {
				t.Fatal(err)
			}
			img := decode(t, r)
			size, got := img.Bounds().Size(), "mixed"
			if (size.X < size.Y) != (orientation >= 5) {
				t.Errorf("%s, %d: %v", name, orientation, size)
			}
			a, b := isLeft(img, 3, 3), isLeft(img, size.X-4, size.Y-4)
			switch c := isLeft(img, size.X-4, 3); {
			case a && !b && !c:
				got = "left"
			case a && !b && c:
				got = "top"
			case !a && b && c:
				got = "right"
			case !a && b && !c:
				got = "bottom"
			}
			if got != sides[orientation] {
				t.Errorf("%s, %d: red is at the %s, want %s", name, orientation, got, sides[orientation])
			}
		}
	}
}

// TestProfileStays: a turned photograph keeps its colour profile.
func TestProfileStays(t *testing.T) {
	profile := append([]byte("ICC_PROFILE\x00\x01\x01"), bytes.Repeat([]byte("profile"), 99)...)
	file := corpus.Rotated(corpus.WithSegment(corpus.JPEG(corpus.Halves(48, 32)), 0xe2, profile), 3)
	r, err := add(t, reference.Options{}, "p3.jpg", file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(content(t, r), profile) {
		t.Error("the colour profile is gone")
	}
	decode(t, r)
}

func TestMaxEdge(t *testing.T) {
	large := corpus.PNG(corpus.Halves(400, 200))
	r, err := add(t, reference.Options{MaxEdge: 100}, "large.png", large)
	if err != nil {
		t.Fatal(err)
	}
	img := decode(t, r)
	if r.Width != 100 || r.Height != 50 || len(r.Changes) != 1 || !isLeft(img, 10, 10) || isLeft(img, 90, 40) {
		t.Errorf("%dx%d, %q", r.Width, r.Height, r.Changes)
	}
	if r, err = add(t, reference.Options{MaxEdge: 400}, "large.png", large); err != nil || len(r.Changes) != 0 {
		t.Errorf("%v, %v", r, err)
	}
}

// TestGIFCanvas: the first frame lies where it belongs, on the whole canvas.
func TestGIFCanvas(t *testing.T) {
	r, err := add(t, reference.Options{}, "a.gif", corpus.Files()["animated.gif"])
	if err != nil {
		t.Fatal(err)
	}
	img := decode(t, r)
	_, _, _, corner := img.At(1, 1).RGBA()
	if r.Width != 16 || r.Height != 16 || corner != 0 || !isLeft(img, 8, 8) {
		t.Errorf("%dx%d, alpha of the corner %d", r.Width, r.Height, corner)
	}
}

// FuzzAdd: whatever the bytes, there is a refusal in words, or a picture that
// passes its own check, and nothing is left on the disk.
func FuzzAdd(f *testing.F) {
	for _, file := range corpus.Files() {
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		dir := t.TempDir()
		set := reference.NewSet(reference.Options{Stdin: bytes.NewReader(file), TempDir: dir, MaxEdge: 64})
		r, err := set.Add(t.Context(), "-")
		if err != nil {
			refused(t, err, "")
		} else if max(r.Width, r.Height) > 64 || !strings.HasPrefix(r.MediaType, "image/") {
			t.Errorf("%+v", r)
		} else {
			content(t, r)
		}
		if err := set.Close(); err != nil {
			t.Error(err)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
}
