package imagefile_test

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type pngCase struct {
	data []byte
	want string // "", or "warn: " or "bad: " and a part of the reason
}

// corpus has the groups of faults that were seen, or that other readers let
// pass.
func corpus(tb testing.TB) map[string]pngCase {
	good := pngOf(smallHead, idat(smallRows), iend)
	z := deflate(smallRows)
	badAdler := slices.Clone(z)
	badAdler[len(badAdler)-1] ^= 1
	plte := chunk("PLTE", []byte{1, 2, 3, 4, 5, 6})
	indexedHead, indexedRow := ihdr(1, 1, 8, 3, 0), idat([]byte{0, 1})
	rgbHead, rgbRow := ihdr(1, 1, 8, 2, 0), idat([]byte{0, 1, 2, 3})
	cases := map[string]pngCase{
		"good":                      {good, ""},
		"good split IDAT":           {pngOf(smallHead, chunk("IDAT", z[:3]), chunk("IDAT", nil), chunk("IDAT", z[3:]), iend), ""},
		"good caBX before IDAT":     {pngOf(smallHead, chunk("caBX", []byte("jumbf")), idat(smallRows), iend), ""},
		"good caBX after IDAT":      {pngOf(smallHead, idat(smallRows), chunk("caBX", []byte("jumbf")), iend), ""},
		"good iTXt, eXIf":           {pngOf(smallHead, chunk("iTXt", []byte("a")), chunk("eXIf", nil), idat(smallRows), iend), ""},
		"good APNG":                 {pngOf(smallHead, chunk("acTL", make([]byte, 8)), idat(smallRows), chunk("fdAT", []byte("1234frame")), iend), ""},
		"good unknown ancillary":    {pngOf(smallHead, chunk("quUx", []byte("?")), idat(smallRows), iend), ""},
		"good 16 bit":               {encodePNG(tb, noise16(5, 4), png.BestSpeed), ""},
		"good interlaced 1x1":       {pngOf(ihdr(1, 1, 8, 0, 1), idat([]byte{0, 1}), iend), ""},
		"good interlaced 2x3":       {pngOf(ihdr(2, 3, 8, 0, 1), idat([]byte{0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 6}), iend), ""},
		"good palette, transparent": {pngOf(indexedHead, plte, chunk("tRNS", []byte{9}), indexedRow, iend), ""},
		"good palette of an RGB":    {pngOf(rgbHead, plte, chunk("tRNS", make([]byte, 6)), rgbRow, iend), ""},
		"good zTXt bomb":            {pngOf(smallHead, chunk("zTXt", append([]byte("k\x00\x00"), deflate(make([]byte, 8<<20))...)), idat(smallRows), iend), ""},

		"ancillary CRC":          {pngOf(smallHead, spoil(chunk("tEXt", []byte("k\x00v"))), idat(smallRows), iend), "warn: checksum of chunk tEXt"},
		"trailing garbage":       {append(slices.Clone(good), "garbage"...), "warn: after its end"},
		"trailing PNG":           {append(slices.Clone(good), good...), "warn: after its end"},
		"trailing zip":           {append(slices.Clone(good), "PK\x03\x04"...), "warn: after its end"},
		"bytes after pixels":     {pngOf(smallHead, chunk("IDAT", append(slices.Clone(z), 1, 2)), iend), "warn: after its compressed pixels"},
		"IDAT after pixels' end": {pngOf(smallHead, chunk("IDAT", z), chunk("IDAT", []byte("x")), iend), "warn: after its compressed pixels"},
		"cut in signature":       {good[:5], "bad: no PNG"},
		"cut in IHDR":            {good[:20], "bad: ends early"},
		"cut in IDAT":            {good[:len(good)-24], "bad: ends early"},
		"cut before IEND":        {good[:len(good)-12], "bad: ends early"},
		"cut in IEND's CRC":      {good[:len(good)-1], "bad: ends early"},
		"IHDR CRC":               {pngOf(spoil(smallHead), idat(smallRows), iend), "bad: checksum of chunk IHDR"},
		"IDAT CRC":               {pngOf(smallHead, spoil(idat(smallRows)), iend), "bad: checksum of chunk IDAT"},
		"first IDAT's CRC":       {pngOf(smallHead, spoil(chunk("IDAT", z[:5])), chunk("IDAT", z[5:]), iend), "bad: checksum of chunk IDAT"},
		"IEND CRC":               {pngOf(smallHead, idat(smallRows), spoil(iend)), "bad: checksum of chunk IEND"},
		"adler":                  {pngOf(smallHead, chunk("IDAT", badAdler), iend), "bad: compressed pixels are damaged"},
		"no zlib":                {pngOf(smallHead, chunk("IDAT", []byte("not zlib at all")), iend), "bad: compressed pixels are damaged"},
		"no IDAT":                {pngOf(smallHead, iend), "bad: no pixels"},
		"empty IDAT":             {pngOf(smallHead, chunk("IDAT", nil), iend), "bad: fewer pixels"},
		"two IHDR":               {pngOf(smallHead, smallHead, idat(smallRows), iend), "bad: two headers"},
		"IHDR not first":         {pngOf(chunk("tEXt", nil), smallHead, idat(smallRows), iend), "bad: first chunk"},
		"IHDR of 12 bytes":       {pngOf(chunk("IHDR", make([]byte, 12)), idat(smallRows), iend), "bad: 13 bytes"},
		"IDAT not in a row":      {pngOf(smallHead, chunk("IDAT", z), chunk("tEXt", nil), chunk("IDAT", nil), iend), "bad: between its IDAT"},
		"pixels not in a row":    {pngOf(smallHead, chunk("IDAT", z[:3]), chunk("tEXt", nil), chunk("IDAT", z[3:]), iend), "bad: fewer pixels"},
		"length beyond 2^31":     {pngOf(smallHead, []byte("\xff\xff\xff\xffIDAT")), "bad: out of range"},
		"length beyond the file": {pngOf(smallHead, []byte("\x00\xff\xff\xffIDAT"), z), "bad: ends early"},
		"zero width":             {pngOf(ihdr(0, 3, 8, 0, 0), idat(smallRows), iend), "bad: is 0"},
		"text mode":              {bytes.ReplaceAll(good, []byte("\r\n"), []byte("\n")), "bad: no PNG"},
		"unknown critical":       {pngOf(smallHead, chunk("QuUx", nil), idat(smallRows), iend), "bad: PNG does not know"},
		"chunk name":             {pngOf(smallHead, chunk("a\x1b[m", nil), idat(smallRows), iend), "bad: four letters"},
		"short rows":             {pngOf(smallHead, idat(smallRows[:13]), iend), "bad: fewer pixels"},
		"one row too many":       {pngOf(smallHead, idat(append(slices.Clone(smallRows), 0)), iend), "bad: more pixels"},
		"filter 5":               {pngOf(smallHead, idat(append(slices.Clone(smallRows[:10]), 5, 0, 0, 0, 0)), iend), "bad: filter"},
		"60000 x 60000":          {pngOf(ihdr(60000, 60000, 8, 6, 0), idat(smallRows), iend), "bad: 60000 x 60000"},
		"2^31 wide":              {pngOf(ihdr(1<<31, 1, 8, 0, 0), idat(smallRows), iend), "bad: claims"},
		"30000 x 30000 bomb":     {pngOf(ihdr(30000, 30000, 1, 0, 0), idat(make([]byte, 8<<20)), iend), "bad: 30000 x 30000"},
		"3 bits":                 {pngOf(ihdr(4, 3, 3, 0, 0), idat(smallRows), iend), "bad: bit depth"},
		"16 bit palette":         {pngOf(ihdr(4, 3, 16, 3, 0), idat(smallRows), iend), "bad: bit depth"},
		"colour type 5":          {pngOf(ihdr(4, 3, 8, 5, 0), idat(smallRows), iend), "bad: bit depth"},
		"interlace 2":            {pngOf(ihdr(4, 3, 8, 0, 2), idat(smallRows), iend), "bad: interlace"},
		"no palette":             {pngOf(indexedHead, indexedRow, iend), "bad: palette is missing"},
		"two palettes":           {pngOf(indexedHead, plte, plte, indexedRow, iend), "bad: wrong place"},
		"palette after pixels":   {pngOf(rgbHead, rgbRow, plte, iend), "bad: wrong place"},
		"palette of a grey":      {pngOf(smallHead, plte, idat(smallRows), iend), "bad: grey"},
		"palette of 4 bytes":     {pngOf(indexedHead, chunk("PLTE", make([]byte, 4)), indexedRow, iend), "bad: palette has a wrong length"},
		"palette too long":       {pngOf(ihdr(1, 1, 1, 3, 0), chunk("PLTE", make([]byte, 9)), indexedRow, iend), "bad: palette has a wrong length"},
		"two tRNS":               {pngOf(rgbHead, chunk("tRNS", make([]byte, 6)), chunk("tRNS", make([]byte, 6)), rgbRow, iend), "bad: wrong place"},
		"tRNS before PLTE":       {pngOf(indexedHead, chunk("tRNS", nil), plte, indexedRow, iend), "bad: wrong place"},
		"PLTE after tRNS":        {pngOf(rgbHead, chunk("tRNS", make([]byte, 6)), plte, rgbRow, iend), "bad: wrong place"},
		"tRNS longer than PLTE":  {pngOf(indexedHead, plte, chunk("tRNS", make([]byte, 3)), indexedRow, iend), "bad: does not fit"},
		"tRNS with alpha":        {pngOf(ihdr(1, 1, 8, 4, 0), chunk("tRNS", make([]byte, 2)), idat([]byte{0, 1, 2}), iend), "bad: does not fit"},
		"tRNS after pixels":      {pngOf(smallHead, idat(smallRows), chunk("tRNS", make([]byte, 2)), iend), "bad: wrong place"},
		"IEND with data":         {pngOf(smallHead, idat(smallRows), chunk("IEND", []byte{0})), "bad: IEND"},
		"empty":                  {nil, "bad: empty"},
		"HTML":                   {[]byte("<!doctype html><title>502</title>"), "bad: no PNG"},
		"SVG":                    {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "bad: no PNG"},
		"JSON":                   {[]byte(`{"detail":"Unauthorized"}`), "bad: no PNG"},
	}
	return cases
}

// PNG-2: each file's verdict; and what passes unwarned can be decoded.
func TestPNG2Corpus(t *testing.T) {
	for name, c := range corpus(t) {
		t.Run(name, func(t *testing.T) {
			info, err := verdict(t, c.data, 1000)
			got := ""
			switch {
			case err != nil:
				got = "bad: " + err.Error()
			case len(info.Warnings) > 0:
				got = "warn: " + strings.Join(info.Warnings, "; ")
			}
			wantKind, wantText, _ := strings.Cut(c.want, ": ")
			gotKind, gotText, _ := strings.Cut(got, ": ")
			if gotKind != wantKind || !strings.Contains(gotText, wantText) {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if got == "" {
				mustDecode(t, c.data)
			}
			for _, part := range []int{1, 7, 4096} {
				again, againErr := verdict(t, c.data, part)
				if !cmp.Equal(again, info) || (againErr == nil) != (err == nil) {
					t.Errorf("in parts of %d: %v, %v; whole: %v, %v", part, again, againErr, info, err)
				}
			}
		})
	}
}

func mustDecode(t *testing.T, data []byte) {
	t.Helper()
	if _, err := png.Decode(bytes.NewReader(data)); err != nil {
		t.Errorf("accepted, but: %v", err)
	}
}

// goPNGs are the files that Go tests its own decoder with.
func goPNGs(tb testing.TB) []string {
	tb.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		tb.Fatal(err)
	}
	dir := filepath.Join(strings.TrimSpace(string(root)), "src", "image", "png", "testdata")
	top, _ := filepath.Glob(filepath.Join(dir, "*.png"))
	suite, _ := filepath.Glob(filepath.Join(dir, "pngsuite", "*.png"))
	if len(suite) < 30 || len(top) < 10 {
		tb.Fatalf("%d + %d files in %s", len(top), len(suite), dir)
	}
	return append(top, suite...)
}

// PNG-2: PngSuite, and the other files of Go's decoder: the same verdict. (Its
// invalid-palette.png, a pixel beyond the palette, decodes.)
func TestPNG2Suite(t *testing.T) {
	for _, path := range goPNGs(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		info, err := verdict(t, data, 333)
		img, decodeErr := png.Decode(bytes.NewReader(data))
		switch {
		case (err == nil) != (decodeErr == nil) || len(info.Warnings) > 0:
			t.Errorf("%s: %v, %v; Go says %v", path, info.Warnings, err, decodeErr)
		case err == nil && image.Pt(info.Width, info.Height) != img.Bounds().Size():
			t.Errorf("%s: %d x %d, Go says %v", path, info.Width, info.Height, img.Bounds())
		}
	}
}
