package sandbox

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"runtime"
	"strings"
	"testing"
)

func TestPicturesFollowThePrompt(t *testing.T) {
	d := drawing{prompt: "a cat", size: image.Pt(320, 200)}
	if !bytes.Equal(d.paint().Pix, d.paint().Pix) {
		t.Error("the same drawing came out differently")
	}
	other := d
	other.prompt = "a dog"
	if bytes.Equal(d.paint().Pix, other.paint().Pix) {
		t.Error("another prompt gave the same picture")
	}
}

func TestPNGSaysWhatItIs(t *testing.T) {
	raw, err := encode(drawing{prompt: "a cat", size: image.Pt(200, 200)}.paint(), "png")
	if err != nil {
		t.Fatal(err)
	}
	if string(raw[headerEnd+4:headerEnd+8]) != "tEXt" || !bytes.Contains(raw, []byte(notice)) {
		t.Error("no text chunk")
	}
	if _, err := png.Decode(bytes.NewReader(raw)); err != nil {
		t.Error(err)
	}
}

func TestPartialsSharpen(t *testing.T) {
	k := start(t, Config{})
	evs := k.post("/responses", tool(object{"partial_images": 3})).events(t)
	final := decodePNG(t, last(evs, "response.output_item.done").obj("item").str("result"))
	before := 1e18
	seen := 0
	for _, e := range evs {
		if e.name != "response.image_generation_call.partial_image" {
			continue
		}
		if int(e.data.number("partial_image_index")) != seen {
			t.Errorf("index %v", e.data["partial_image_index"])
		}
		seen++
		d := distance(decodePNG(t, e.data.str("partial_image_b64")), final)
		if d == 0 || d >= before {
			t.Errorf("partial %d is %v from the final, the one before %v", seen, d, before)
		}
		before = d
	}
	if seen != 3 {
		t.Errorf("%d partials", seen)
	}
}

// distance sums the differences at every seventh pixel.
func distance(a, b image.Image) float64 {
	if a.Bounds() != b.Bounds() {
		return -1
	}
	sum := 0.0
	for y := 0; y < a.Bounds().Dy(); y += 7 {
		for x := 0; x < a.Bounds().Dx(); x += 7 {
			ar, ag, ab, _ := a.At(x, y).RGBA()
			br, bg, bb, _ := b.At(x, y).RGBA()
			sum += diff(ar, br) + diff(ag, bg) + diff(ab, bb)
		}
	}
	return sum
}

func diff(a, b uint32) float64 { return float64(max(a, b) - min(a, b)) }

func TestWrapKeepsLinesInsideAndBounded(t *testing.T) {
	for _, prompt := range []string{"", "  ", "a cat", strings.Repeat("word ", 500), strings.Repeat("x", 5000), "名前のない猫" + strings.Repeat("猫", 300), "a\nb\x00c\u202e"} {
		for _, size := range []image.Point{{1, 1}, {16, 16}, {64, 64}, {160, 900}, {700, 200}} {
			img := drawing{prompt: prompt, size: size}.paint()
			if img.Rect.Size() != size {
				t.Errorf("%v", img.Rect)
			}
		}
	}
}

func FuzzPaint(f *testing.F) {
	f.Add("a cat", uint8(200), uint8(200), true)
	f.Add(strings.Repeat("猫", 99), uint8(160), uint8(255), false)
	f.Fuzz(func(t *testing.T, prompt string, w, h uint8, transparent bool) {
		d := drawing{prompt: prompt, size: image.Pt(int(w)+1, int(h)+1), transparent: transparent}
		raw, err := encode(d.paint(), "png")
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(raw))
		if err != nil || img.Bounds().Size() != d.size {
			t.Errorf("%v", err)
		}
		if _, rgb := img.(*image.RGBA); !transparent && !rgb {
			t.Errorf("an opaque drawing has alpha: %T", img)
		}
	})
}

func TestGrainWeighsWhatItSays(t *testing.T) {
	for _, weight := range []int64{1_000_000, 3_333_333} {
		g := newGrain(weight, "a cat")
		var buf bytes.Buffer
		n, err := g.WriteTo(&buf)
		if err != nil || n != int64(g.Len()) || n != int64(buf.Len()) {
			t.Fatalf("%d bytes, says %d, wrote %d: %v", buf.Len(), g.Len(), n, err)
		}
		if off := float64(n)/float64(weight) - 1; off < -0.01 || off > 0.01 {
			t.Errorf("%d asked, %d made", weight, n)
		}
		if !bytes.Contains(buf.Bytes(), []byte(notice)) {
			t.Error("no notice")
		}
		img, err := png.Decode(&buf)
		if err != nil || img.Bounds().Size() != g.size {
			t.Errorf("%v", err)
		}
	}
}

func TestBigOverTheWire(t *testing.T) {
	k := start(t, Config{Faults: []string{"big=2MB"}})
	o := k.post("/images/generations", imagesBody(nil)).json(t)
	b64 := objects(o.list("data"))[0].str("b64_json")
	if got := sizeText(decodePNG(t, b64).Bounds().Size()); got != o.str("size") {
		t.Errorf("%s, said %s", got, o.str("size"))
	}
}

// The heap does not grow with the picture: what is allocated for 16 MB stays
// below a small part of it.
func TestBigIsNeverHeld(t *testing.T) {
	p := newPayload(newGrain(16_000_000, "a cat"))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := writeJSON(io.Discard, mustJSON(map[string]any{"b64_json": p}), p); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("%d bytes allocated while writing", n)
	}
}

func BenchmarkPicture(b *testing.B) {
	for b.Loop() {
		if _, err := encode(drawing{prompt: "a cat", size: image.Pt(1254, 1254)}.paint(), "png"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBig(b *testing.B) {
	g := newGrain(64_000_000, "a cat")
	b.SetBytes(int64(g.Len()))
	for b.Loop() {
		p := newPayload(g)
		if err := p.write(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
