package retouch_test

import (
	"bytes"
	"image"
	"image/color"
	"math"
	"slices"
	"strings"
	"testing"

	_ "image/jpeg"
	_ "image/png"

	_ "golang.org/x/image/webp"

	"github.com/codexgen/codexgen/pkg/corpus"
	"github.com/codexgen/codexgen/pkg/retouch"
)

func open(t testing.TB, file []byte, format string) *retouch.Picture {
	t.Helper()
	p, err := retouch.Open(bytes.NewReader(file), format)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// written encodes a picture and decodes it with the standard library.
func written(t testing.TB, p *retouch.Picture, format string) image.Image {
	t.Helper()
	var out bytes.Buffer
	if err := p.Encode(&out, format, 0); err != nil {
		t.Fatal(err)
	}
	img, name, err := image.Decode(&out)
	if err != nil || name != format {
		t.Fatalf("%s, %v", name, err)
	}
	return img
}

func near(a, b color.Color) bool {
	ar, ag, ab, aa := a.RGBA()
	br, bg, bb, ba := b.RGBA()
	far := func(x, y uint32) bool { return math.Abs(float64(x)-float64(y)) > 12*257 }
	return !far(ar, br) && !far(ag, bg) && !far(ab, bb) && !far(aa, ba)
}

// TestFit: the picture is red on its left and blue on its right half.
func TestFit(t *testing.T) {
	red, blue := corpus.Left, corpus.Right
	mean := color.RGBA{115, 30, 115, 255}
	for _, c := range []struct {
		how           string
		width, height int
		step          string
		at            map[image.Point]color.Color
	}{
		{"crop", 20, 20, "cropped and scaled from 48x32 to 20x20 pixels", map[image.Point]color.Color{{1, 10}: red, {18, 10}: blue}},
		{"crop", 100, 20, "cropped", map[image.Point]color.Color{{5, 10}: red, {95, 10}: blue}},
		{"crop", 32, 32, "cropped from 48x32 to 32x32 pixels", nil},
		{"pad", 48, 48, "padded from 48x32 to 48x48 pixels with #731e73, the mean colour of its edge", map[image.Point]color.Color{{4, 2}: mean, {40, 45}: mean, {4, 24}: red, {44, 24}: blue}},
		{"pad", 200, 32, "padded", map[image.Point]color.Color{{4, 16}: mean, {80, 16}: red, {120, 16}: blue}},
		{"resize", 10, 90, "resized from 48x32 to 10x90 pixels", map[image.Point]color.Color{{1, 1}: red, {8, 88}: blue}},
		{"resize", 48, 32, "", map[image.Point]color.Color{{0, 0}: red}},
	} {
		p := open(t, corpus.PNG(corpus.Halves(48, 32)), "png")
		if err := p.Fit(c.how, c.width, c.height); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(p.Steps(), "; "); !strings.HasPrefix(got, c.step) || c.step == "" && got != "" {
			t.Errorf("%s: %q", c.how, got)
		}
		img := written(t, p, "png")
		if img.Bounds() != image.Rect(0, 0, c.width, c.height) {
			t.Errorf("%s %dx%d: %v", c.how, c.width, c.height, img.Bounds())
		}
		for point, want := range c.at {
			if got := img.At(point.X, point.Y); !near(got, want) {
				t.Errorf("%s %dx%d: at %v %v, want %v", c.how, c.width, c.height, point, got, want)
			}
		}
	}
}

func TestPadKeepsClearClear(t *testing.T) {
	p := open(t, corpus.Files()["mask.png"], "png")
	if err := p.Fit("pad", 48, 64); err != nil {
		t.Fatal(err)
	}
	if img := written(t, p, "webp"); !near(img.At(40, 2), color.Transparent) || !near(img.At(40, 32), color.Black) || !near(img.At(4, 32), color.Transparent) {
		t.Errorf("%v %v %v", img.At(40, 2), img.At(40, 32), img.At(4, 32))
	}
}

func TestEncode(t *testing.T) {
	for _, format := range retouch.Formats {
		p := open(t, corpus.Files()["plain.webp"], "webp")
		if img := written(t, p, format); !near(img.At(4, 4), corpus.Left) || len(p.Steps()) > 0 {
			t.Errorf("%s: %v, %q", format, img.At(4, 4), p.Steps())
		}
	}
	p := open(t, corpus.Files()["mask.png"], "png")
	if img := written(t, p, "jpeg"); !near(img.At(4, 4), color.White) || !slices.Equal(p.Steps(), []string{"what was transparent became white"}) {
		t.Errorf("%v, %q", img.At(4, 4), p.Steps())
	}
	if err := p.Encode(&bytes.Buffer{}, "gif", 0); err == nil {
		t.Error("gif is written")
	}
	var small, large bytes.Buffer
	noisy := open(t, corpus.Files()["sixteen.png"], "png")
	if err := noisy.Encode(&small, "jpeg", 5); err != nil {
		t.Fatal(err)
	}
	if err := noisy.Encode(&large, "jpeg", 100); err != nil || small.Len() >= large.Len() {
		t.Errorf("%d and %d bytes, %v", small.Len(), large.Len(), err)
	}
}

func TestRefusals(t *testing.T) {
	for name, format := range map[string]string{"bomb.png": "png", "truncated.webp": "webp", "page.png": "png", "plain.png": "heic"} {
		if _, err := retouch.Open(bytes.NewReader(corpus.Files()[name]), format); err == nil {
			t.Errorf("%s is opened", name)
		}
	}
	p := open(t, corpus.Files()["plain.png"], "png")
	for _, size := range [][2]int{{0, 1}, {1, -1}, {70_000, 70_000}, {math.MaxInt, 2}} {
		if err := p.Fit("crop", size[0], size[1]); err == nil {
			t.Errorf("%v is made", size)
		}
	}
	if err := p.Fit("stretch", 1, 1); err == nil {
		t.Error("stretch is known")
	}
}

func TestAlpha(t *testing.T) {
	specks := image.NewNRGBA(image.Rect(0, 0, 100, 10))
	for i := 3; i < len(specks.Pix); i += 4 {
		specks.Pix[i] = 253 // as the backend's solid parts
	}
	specks.Pix[3] = 0
	soft := image.NewNRGBA(image.Rect(0, 0, 2, 2)) // a quarter each: clear, soft, full, full
	soft.Pix[7], soft.Pix[11], soft.Pix[15] = 128, 255, 255
	for name, c := range map[string]struct {
		file        []byte
		want        retouch.Alpha
		transparent bool
	}{
		"opaque":         {corpus.Files()["plain.png"], retouch.Alpha{Full: 1}, false},
		"half":           {corpus.Files()["mask.png"], retouch.Alpha{Clear: 0.5, Full: 0.5}, true},
		"a speck":        {corpus.PNG(specks), retouch.Alpha{Clear: 0.001, Full: 0.999}, false},
		"a quarter soft": {corpus.PNG(soft), retouch.Alpha{Clear: 0.25, Partial: 0.25, Full: 0.5}, true},
	} {
		if got := open(t, c.file, "png").Alpha(); got != c.want || got.Transparent() != c.transparent {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// FuzzFit: whatever the sizes, the result has exactly the size asked for.
func FuzzFit(f *testing.F) {
	f.Add(uint8(0), uint8(3), uint8(200), uint8(199), uint8(1))
	f.Add(uint8(1), uint8(1), uint8(1), uint8(255), uint8(255))
	f.Fuzz(func(t *testing.T, how, w, h, width, height uint8) {
		p := open(t, corpus.PNG(corpus.Halves(int(w)+1, int(h)+1)), "png")
		want := image.Pt(int(width)+1, int(height)+1)
		if err := p.Fit(retouch.Fits[int(how)%len(retouch.Fits)], want.X, want.Y); err != nil {
			t.Fatal(err)
		}
		img := written(t, p, "png")
		if img.Bounds().Size() != want {
			t.Fatalf("%v, want %v", img.Bounds(), want)
		}
		if _, _, _, a := img.At(want.X/2, want.Y/2).RGBA(); a != 0xffff {
			t.Errorf("the middle has alpha %x", a)
		}
	})
}
