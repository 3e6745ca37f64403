package imagefile_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image/png"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/codexgen/codexgen/pkg/imagefile"
)

// verdict checks data that is written in parts of the given size.
func verdict(tb testing.TB, data []byte, part int) (imagefile.Info, error) {
	tb.Helper()
	c := imagefile.NewChecker()
	for p := range slices.Chunk(data, part) {
		if n, err := c.Write(p); n != len(p) || err != nil {
			tb.Fatalf("Write = %d, %v", n, err)
		}
	}
	info, err := c.Finish()
	var bad *imagefile.InvalidError
	if err != nil && (!errors.As(err, &bad) || bad.Reason == "") {
		tb.Fatalf("Finish: %v is no reason", err)
	}
	return info, err
}

func TestInfo(t *testing.T) {
	files := others(t)
	files["png"] = encodePNG(t, noise(40, 30), png.DefaultCompression)
	for format, data := range files {
		sum := sha256.Sum256(data)
		want := imagefile.Info{
			Format: imagefile.Format(format), Width: 40, Height: 30, Alpha: format != "jpeg",
			Bytes: int64(len(data)), SHA256: hex.EncodeToString(sum[:]),
		}
		got, err := verdict(t, data, 1<<20)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", format, err, diff)
		}
		if got := imagefile.Sniff(data[:12]); got != want.Format {
			t.Errorf("Sniff(%s) = %q", format, got)
		}
	}
}

// A part of a file is never taken for the whole, and more than it is told.
func TestEveryCutIsSeen(t *testing.T) {
	files := others(t)
	files["png"] = pngOf(smallHead, idat(smallRows), iend)
	for format, data := range files {
		for n := range data {
			if _, err := verdict(t, data[:n], 1<<20); err == nil {
				t.Errorf("%s: %d of %d bytes pass", format, n, len(data))
			}
		}
		info, err := verdict(t, append(slices.Clone(data), 'x'), 1<<20)
		if err != nil || len(info.Warnings) != 1 {
			t.Errorf("%s and a byte: %q, %v", format, info.Warnings, err)
		}
	}
}

// A fault in each of many chunks must not fill the memory.
func TestWarningsAreBounded(t *testing.T) {
	chunks := [][]byte{smallHead}
	for i := range 26 * 26 {
		chunks = append(chunks, spoil(chunk(string([]byte{'a', 'b', 'A' + byte(i/26), 'a' + byte(i%26)}), nil)))
	}
	info, err := verdict(t, pngOf(append(chunks, idat(smallRows), iend)...), 1<<20)
	if err != nil || len(info.Warnings) != 8 {
		t.Errorf("%d warnings, %v", len(info.Warnings), err)
	}
}

func TestWriteAfterFinish(t *testing.T) {
	c := imagefile.NewChecker()
	first, _ := c.Finish()
	if _, err := c.Write([]byte("x")); err == nil {
		t.Error("Write after Finish is silent")
	}
	if again, _ := c.Finish(); !cmp.Equal(first, again) {
		t.Errorf("Finish says %v, then %v", first, again)
	}
}

// PNG-3: whatever a file claims or holds, the check takes the same memory.
func TestPNG3Memory(t *testing.T) {
	cases := map[string][]byte{
		"25 MB":       bigPNG(t),
		"header bomb": corpus(t)["60000 x 60000"].data,
		"pixel bomb":  pngOf(ihdr(4000, 4000, 8, 0, 0), idat(make([]byte, 4000*4001)), iend),
		"many chunks": pngOf(smallHead, bytes.Repeat(chunk("tEXt", nil), 20_000), idat(smallRows), iend),
		"many rows":   pngOf(ihdr(1, 100_000, 1, 0, 0), idat(make([]byte, 200_000)), iend),
	}
	for name, data := range cases {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		info, err := verdict(t, data, 1<<20)
		runtime.ReadMemStats(&after)
		if (err == nil) != (name != "header bomb") || info.Bytes != int64(len(data)) {
			t.Errorf("%s: %v", name, err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
			t.Errorf("%s: %d bytes allocated", name, used)
		}
	}
}

// Each size of an interlaced picture has its own rows; Go's decoder is asked
// whether they are the right ones.
func TestInterlacedSizes(t *testing.T) {
	// The pass that each pixel of an 8 x 8 tile comes in.
	tile := [8]string{"16462646", "77777777", "56565656", "77777777", "36463646", "77777777", "56565656", "77777777"}
	for width := range 9 {
		for height := range 9 {
			rows := map[[2]int]int{} // pixels of each row of each pass
			for y := range height + 1 {
				for x := range width + 1 {
					rows[[2]int{int(tile[y%8][x%8]), y}]++
				}
			}
			size := 0
			for _, pixels := range rows {
				size += 1 + pixels
			}
			data := pngOf(ihdr(uint32(width+1), uint32(height+1), 8, 0, 1), idat(make([]byte, size)), iend)
			mustDecode(t, data)
			if _, err := verdict(t, data, 1000); err != nil {
				t.Errorf("%d x %d: %v", width+1, height+1, err)
			}
		}
	}
}

// What is no image is read to its end all the same: nobody waits, and length
// and sum are the file's.
func TestLongRubbish(t *testing.T) {
	page := bytes.Repeat([]byte("<p>Bad gateway</p>"), 100_000)
	sum := sha256.Sum256(page)
	info, err := verdict(t, page, 1000)
	if err == nil || info.Bytes != int64(len(page)) || info.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("%+v, %v", info, err)
	}
}

// Faults of the formats that are walked but not decoded.
func TestOthersBroken(t *testing.T) {
	const (
		frame = "\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
		scan  = "\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00data\xff\x00\xff\xd0data"
	)
	for data, want := range map[string]string{
		"\xff\xd8" + frame + scan + "\xff\xd9":         "",
		"\xff\xd8\xff" + frame + scan + "\xff\xff\xd9": "",
		"\xff\xd8" + frame + "\xff\xd9":                "no pixels",
		"\xff\xd8" + scan + "\xff\xd9":                 "before its size",
		"\xff\xd8" + frame + "x" + scan + "\xff\xd9":   "between its segments",
		"\xff\xd8" + frame + scan + "\xff\xd8":         "must not",
		"\xff\xd8\xff\x00" + frame + scan:              "must not",
		"\xff\xd8\xff\xc0\x00\x01":                     "out of range",
		"\xff\xd8\xff\xc0\x00\x05\x08\x00\x01":         "too short",

		"RIFF\x16\x00\x00\x00WEBPVP8L\x09\x00\x00\x00\x2f\x00\x00\x00\x10data\x00": "",
		"RIFF\x16\x00\x00\x00WEBPVP8L\x0c\x00\x00\x00\x2f\x00\x00\x00\x10data\x00": "beyond its end",
		"RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x10\x00\x00\x00" +
			"\x00\x00\x00\x00\x00\x00": "no pixels",
		"RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x10\x00\x00\x00" +
			"\xff\xff\xff\xff\xff\xff": "16777216 x 16777216",
		"RIFF\x16\x00\x00\x00WEBPVP8L\x09\x00\x00\x00?\x00\x00\x00\x10data\x00": "no pixels",
		"RIFF\x04\x00\x00\x00WEBP": "no pixels",

		"GIF89a\x01\x00\x01\x00\x00\x00\x00;":                                              "no pixels",
		"GIF89a\x01\x00\x01\x00\x00\x00\x00x;":                                             "GIF does not know",
		"GIF89a\x00\x00\x01\x00\x00\x00\x00;":                                              "is 0",
		"GIF89a\xff\xff\xff\xff\x00\x00\x00;":                                              "65535 x 65535",
		"GIF87a\x01\x00\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x00;": "",
	} {
		_, err := verdict(t, []byte(data), 3)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", data, err, want)
		}
	}
}
