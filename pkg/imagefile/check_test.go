package imagefile_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/HugoSmits86/nativewebp"
	"go.uber.org/goleak"

	"github.com/codexgen/codexgen/pkg/imagefile"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func check(data []byte) (imagefile.Info, error) {
	c := imagefile.NewChecker()
	_, _ = c.Write(data)
	return c.Finish()
}

func picture(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	random := rand.New(rand.NewPCG(1, 2))
	for i := range img.Pix {
		img.Pix[i] = byte(random.Uint32())
	}
	return img
}

func pngBytes(t testing.TB, img image.Image, level png.CompressionLevel) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: level}).Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func chunk(name string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	body := append([]byte(name), data...)
	return binary.BigEndian.AppendUint32(append(out, body...), crc32.ChecksumIEEE(body))
}

// chunks cuts a PNG into its signature and its chunks.
func chunks(data []byte) [][]byte {
	parts := [][]byte{data[:8]}
	for rest := data[8:]; len(rest) > 0; {
		n := 12 + int(binary.BigEndian.Uint32(rest))
		parts, rest = append(parts, rest[:n]), rest[n:]
	}
	return parts
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func flip(data []byte, at int) []byte {
	changed := bytes.Clone(data)
	changed[at] ^= 0xff
	return changed
}

// TestPNG2Corpus holds the verdicts of docs/reliability: good files, files
// with a warning, and files that are no whole image.
func TestPNG2Corpus(t *testing.T) {
	good := pngBytes(t, picture(40, 30), png.DefaultCompression)
	parts := chunks(good)
	sig, ihdr, idat, iend := parts[0], parts[1], parts[2], parts[len(parts)-1]
	data := idat[8 : len(idat)-4]
	header := func(w, h uint32, depth, colour byte) []byte {
		b := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
		return chunk("IHDR", append(b, depth, colour, 0, 0, 0))
	}
	for name, row := range map[string]struct {
		data    []byte
		verdict string // "ok", "warn" or a word of the reason
	}{
		"good":                   {good, "ok"},
		"no alpha, 16 bit":       {pngBytes(t, image.NewGray16(image.Rect(0, 0, 9, 9)), png.BestSpeed), "ok"},
		"palette":                {pngBytes(t, image.NewPaletted(image.Rect(0, 0, 9, 9), color.Palette{color.Black, color.White}), png.BestSpeed), "ok"},
		"split IDAT":             {join(sig, ihdr, chunk("IDAT", data[:100]), chunk("IDAT", nil), chunk("IDAT", data[100:]), iend), "ok"},
		"caBX before":            {join(sig, ihdr, chunk("caBX", make([]byte, 5000)), idat, iend), "ok"},
		"caBX after":             {join(sig, ihdr, idat, chunk("caBX", make([]byte, 5000)), iend), "ok"},
		"unknown ancillary":      {join(sig, ihdr, chunk("zzZz", []byte("x")), idat, iend), "ok"},
		"ancillary checksum":     {join(sig, ihdr, flip(chunk("caBX", []byte("x")), 8), idat, iend), "warn"},
		"trailing bytes":         {join(good, []byte("PK")), "warn"},
		"a second PNG":           {join(good, good), "warn"},
		"bytes after the pixels": {join(sig, ihdr, chunk("IDAT", join(data, make([]byte, 20))), iend), "warn"},
		"unknown critical":       {join(sig, ihdr, chunk("ZZZZ", nil), idat, iend), "critical"},
		"truncated in IDAT":      {good[:len(good)/2], "early"},
		"truncated before IEND":  {good[:len(good)-12], "early"},
		"truncated in IEND":      {good[:len(good)-1], "early"},
		"signature only":         {sig, "early"},
		"IHDR checksum":          {join(sig, flip(ihdr, 24), idat, iend), "checksum"},
		"IDAT checksum":          {join(sig, ihdr, flip(idat, len(idat)-1), iend), "checksum"},
		"IEND checksum":          {flip(good, len(good)-1), "checksum"},
		"a flipped pixel byte":   {join(sig, ihdr, chunk("IDAT", flip(data, len(data)/2)), iend), ""},
		"wrong Adler sum":        {join(sig, ihdr, chunk("IDAT", flip(data, len(data)-1)), iend), "damaged"},
		"no IDAT":                {join(sig, ihdr, iend), "pixels"},
		"two IHDR":               {join(sig, ihdr, ihdr, idat, iend), "two IHDR"},
		"IDAT apart":             {join(sig, ihdr, chunk("IDAT", data[:100]), chunk("tEXt", []byte("a\x00b")), chunk("IDAT", data[100:]), iend), ""},
		"IDAT after the pixels":  {join(sig, ihdr, idat, chunk("tEXt", []byte("a\x00b")), idat, iend), "row"},
		"first chunk not IHDR":   {join(sig, idat, iend), "IHDR"},
		"zero width":             {join(sig, header(0, 5, 8, 6), idat, iend), "range"},
		"2^31 wide":              {join(sig, header(1<<31, 5, 8, 6), idat, iend), "range"},
		"60000 x 60000":          {join(sig, header(60000, 60000, 8, 6), idat, iend), "claims"},
		"rows missing":           {join(sig, header(40, 31, 8, 6), idat, iend), "early"},
		"rows too many":          {join(sig, header(40, 29, 8, 6), idat, iend), "more pixels"},
		"bad depth":              {join(sig, header(40, 30, 4, 6), idat, iend), "depth"},
		"palette missing":        {join(sig, header(40, 30, 8, 3), idat, iend), "palette"},
		"a length of 4 GiB":      {join(sig, ihdr, []byte("\xff\xff\xff\xffIDAT")), "length"},
		"text mode":              {bytes.ReplaceAll(good, []byte("\r\n"), []byte("\n")), "no PNG"},
		"HTML":                   {[]byte("<!DOCTYPE html><title>no</title>"), "no PNG"},
		"SVG":                    {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "no PNG"},
		"JSON":                   {[]byte(`{"error":"no image"}`), "no PNG"},
		"nothing":                {nil, "no bytes"},
		"four bytes":             {[]byte("\x89PNG"), "no PNG"},
	} {
		info, err := check(row.data)
		var bad *imagefile.InvalidError
		verdict := "ok"
		switch {
		case errors.As(err, &bad):
			verdict = bad.Reason
		case err != nil:
			t.Errorf("%s: untyped error %v", name, err)
		case len(info.Warnings) > 0:
			verdict = "warn"
		}
		exact := row.verdict == "ok" || row.verdict == "warn"
		if exact && verdict != row.verdict || !exact && (bad == nil || !strings.Contains(verdict, row.verdict)) {
			t.Errorf("%s: %s, want %q", name, verdict, row.verdict)
		}
		if verdict == "ok" {
			if _, err := png.Decode(bytes.NewReader(row.data)); err != nil {
				t.Errorf("%s: accepted, but image/png says %v", name, err)
			}
		}
	}
}

// suite lists the PNG files that come with Go.
func suite(t testing.TB) []string {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	testdata := filepath.Join(strings.TrimSpace(string(root)), "src/image/png/testdata")
	inner, _ := filepath.Glob(filepath.Join(testdata, "*/*.png"))
	outer, _ := filepath.Glob(filepath.Join(testdata, "*.png"))
	return slices.Concat(inner, outer)
}

// TestPNG2Suite checks Go's own collection of PNG files.
func TestPNG2Suite(t *testing.T) {
	files := suite(t)
	if len(files) < 30 {
		t.Fatalf("%d files", len(files))
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, decodeErr := png.Decode(bytes.NewReader(data))
		info, err := check(data)
		if err == nil && len(info.Warnings) == 0 && decodeErr != nil {
			t.Errorf("%s: accepted, but image/png says %v", filepath.Base(file), decodeErr)
		}
		if err != nil && decodeErr == nil {
			t.Errorf("%s: refused: %v", filepath.Base(file), err)
		}
	}
}

func TestOtherFormats(t *testing.T) {
	img := picture(33, 21)
	var jpg, webp, gifs bytes.Buffer
	if err := errors.Join(jpeg.Encode(&jpg, img, nil), nativewebp.Encode(&webp, img, nil), gif.Encode(&gifs, img, nil)); err != nil {
		t.Fatal(err)
	}
	for format, data := range map[imagefile.Format][]byte{imagefile.JPEG: jpg.Bytes(), imagefile.WebP: webp.Bytes(), imagefile.GIF: gifs.Bytes(), imagefile.PNG: pngBytes(t, img, png.BestSpeed)} {
		info, err := check(data)
		sum := sha256.Sum256(data)
		if err != nil || info.Format != format || info.Width != 33 || info.Height != 21 || info.Bytes != int64(len(data)) || info.SHA256 != hex.EncodeToString(sum[:]) || len(info.Warnings) > 0 {
			t.Errorf("%s: %+v, %v", format, info, err)
		}
		if info.Alpha != (format == imagefile.PNG || format == imagefile.WebP) {
			t.Errorf("%s: alpha %v", format, info.Alpha)
		}
		for _, end := range []int{len(data) - 1, len(data) / 2, 20} {
			if _, err := check(data[:end]); err == nil {
				t.Errorf("%s: accepted when cut at %d of %d", format, end, len(data))
			}
		}
	}
}

func FuzzAcceptedMeansDecodable(f *testing.F) {
	img := picture(8, 8)
	f.Add(pngBytes(f, img, png.DefaultCompression))
	f.Add(pngBytes(f, image.NewPaletted(image.Rect(0, 0, 9, 9), color.Palette{color.Black, color.White}), png.NoCompression))
	for _, file := range suite(f) {
		if data, err := os.ReadFile(file); err == nil {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		info, err := check(data)
		if err != nil || len(info.Warnings) > 0 || info.Format != imagefile.PNG || info.Width*info.Height > 1<<22 {
			return
		}
		if _, err := png.Decode(bytes.NewReader(data)); err != nil {
			t.Errorf("accepted, but image/png says %v", err)
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	img := picture(2900, 2900)
	for name, level := range map[string]png.CompressionLevel{"stored": png.NoCompression, "deflated": png.DefaultCompression} {
		data := pngBytes(b, img, level)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, err := check(data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
