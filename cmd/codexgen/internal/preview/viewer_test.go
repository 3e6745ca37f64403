package preview

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"io"
	"strings"
	"testing"
)

func TestViewer(t *testing.T) {
	room := Area{Columns: 13, Rows: 9, CellWidth: 10, CellHeight: 20}
	for name, p := range map[string]Protocol{"viewer_kitty": Kitty, "viewer_iterm2": ITerm2, "viewer_truecolor": TrueColor} {
		t.Run(name, func(t *testing.T) {
			area := room
			v := NewViewer(p, func(io.Writer) Area { return area }, 7)
			var out bytes.Buffer
			show := func(what string, picture image.Image) {
				out.WriteString("(" + what + ")\n")
				if err := v.Show(&out, picture); err != nil {
					t.Fatal(err)
				}
			}
			show("a draft", sample(8, 8))
			show("the next one in its place", sample(8, 8))
			v.Forget()
			show("below what was written meanwhile", sample(8, 8))
			area.Columns++
			show("the terminal was resized", sample(8, 8))
			text, _ := withoutData(t, out.String())
			golden(t, name, text)
		})
	}
}

func TestNoViewer(t *testing.T) {
	v := NewViewer(None, Measure, 1)
	v.Forget()
	if err := v.Show(nil, nil); v != nil || err != nil {
		t.Errorf("%v, %v", v, err)
	}
}

func TestDecodeIsBounded(t *testing.T) {
	var file bytes.Buffer
	if err := png.Encode(&file, sample(4, 4)); err != nil {
		t.Fatal(err)
	}
	if picture, err := Decode(bytes.NewReader(file.Bytes())); err != nil || picture.Bounds().Dx() != 4 {
		t.Errorf("%v, %v", picture, err)
	}
	huge := hugePNG(30000, 30000)
	if _, err := Decode(bytes.NewReader(huge)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("30000x30000: %v", err)
	}
	if _, err := Decode(strings.NewReader("<html>")); err == nil || errors.Is(err, ErrTooLarge) {
		t.Errorf("no picture: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	var file bytes.Buffer
	_ = png.Encode(&file, sample(4, 4))
	f.Add(file.Bytes())
	f.Add([]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\r\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"))
	f.Add([]byte("\xff\xd8\xff\xe0\x00\x10JFIF"))
	f.Fuzz(func(t *testing.T, data []byte) {
		picture, err := Decode(bytes.NewReader(data))
		if err != nil {
			return
		}
		if size := picture.Bounds().Size(); size.X*size.Y > maxPixels {
			t.Fatalf("decoded %v", size)
		}
		if err := Write(io.Discard, picture, Kitty, Area{}); err != nil {
			t.Fatal(err)
		}
	})
}
