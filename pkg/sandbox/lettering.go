package sandbox

import (
	"image"
	"image/color"
	"image/draw"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomedium"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

const (
	markText  = "SANDBOX"
	markNote  = "drawn by the sandbox, not by a model"
	maxLines  = 7   // of the prompt on a picture
	smallest  = 160 // pixels of the shorter edge below which only the mark fits
	promptMax = 600 // runes of the prompt that are laid out
)

// letter writes the mark and the prompt on a picture.
func letter(img *image.RGBA, prompt string) {
	unit := float64(min(img.Rect.Dx(), img.Rect.Dy()))
	if unit < smallest {
		p := pen{img: img, face: face(gobold.TTF, max(6, float64(img.Rect.Dx())/6))}
		p.card([]string{markText}, int(unit/16), int(unit/16))
		return
	}
	margin := int(unit / 22)
	p := pen{img: img, face: face(gobold.TTF, unit/24)}
	p.card([]string{markText}, margin, margin)

	p.face = face(gomedium.TTF, unit/44)
	note := p.face.Metrics().Height.Ceil()
	p.text(markNote, margin, img.Rect.Max.Y-margin/2-p.face.Metrics().Descent.Ceil())

	p.face = face(gomedium.TTF, unit/19)
	lines := p.wrap(prompt, img.Rect.Dx()-4*margin)
	if len(lines) > 3 {
		p.face = face(gomedium.TTF, unit/28)
		lines = p.wrap(prompt, img.Rect.Dx()-4*margin)
	}
	if len(lines) == 0 {
		return
	}
	p.card(lines, margin, img.Rect.Max.Y-margin-note-p.height(lines))
}

// face opens one of the built-in fonts at a size in pixels. The fonts are
// compiled in, so that an error is a mistake in this file.
func face(ttf []byte, size float64) font.Face {
	f, err := opentype.Parse(ttf)
	if err != nil {
		panic("sandbox: " + err.Error())
	}
	fc, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		panic("sandbox: " + err.Error())
	}
	return fc
}

// pen writes in one face.
type pen struct {
	img  *image.RGBA
	face font.Face
}

func (p pen) pad() int  { return p.face.Metrics().Height.Ceil() / 2 }
func (p pen) line() int { return p.face.Metrics().Height.Ceil() * 5 / 4 }

// height of a card with lines.
func (p pen) height(lines []string) int { return len(lines)*p.line() + p.pad() }

// card writes lines on a dark, half transparent plate.
func (p pen) card(lines []string, x, y int) {
	width := 0
	for _, l := range lines {
		width = max(width, font.MeasureString(p.face, l).Ceil())
	}
	p.plate(image.Rect(x, y, x+width+2*p.pad(), y+p.height(lines)))
	m := p.face.Metrics()
	base := y + p.pad()/2 + (p.line()+m.Ascent.Ceil()-m.Descent.Ceil())/2
	for i, l := range lines {
		p.text(l, x+p.pad(), base+i*p.line())
	}
}

// plate darkens a rectangle with rounded corners.
func (p pen) plate(r image.Rectangle) {
	shade := image.NewUniform(color.RGBA{8, 10, 22, 176})
	radius := p.pad()
	for y := range r.Dy() {
		in := 0
		if d := min(y, r.Dy()-1-y); d < radius {
			in = radius - isqrt(radius*radius-(radius-d)*(radius-d))
		}
		row := image.Rect(r.Min.X+in, r.Min.Y+y, r.Max.X-in, r.Min.Y+y+1)
		draw.Draw(p.img, row.Intersect(p.img.Rect), shade, image.Point{}, draw.Over)
	}
}

// text writes one line with its baseline at y.
func (p pen) text(s string, x, y int) {
	d := font.Drawer{Dst: p.img, Src: image.White, Face: p.face, Dot: fixed.P(x, y)}
	d.DrawString(s)
}

// wrap breaks the prompt into lines that fit, at most maxLines of them.
func (p pen) wrap(prompt string, width int) []string {
	if r := []rune(prompt); len(r) > promptMax {
		prompt = string(r[:promptMax]) + "…"
	}
	var lines []string
	var line string
	for _, word := range strings.Fields(prompt) {
		for _, piece := range p.breakWord(word, width) {
			longer := strings.TrimSpace(line + " " + piece)
			if line != "" && font.MeasureString(p.face, longer).Ceil() > width {
				lines, longer = append(lines, line), piece
			}
			line = longer
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	if len(lines) > maxLines {
		lines = append(lines[:maxLines-1], lines[maxLines-1]+" …")
	}
	return lines
}

// breakWord cuts a word that is wider than a line.
func (p pen) breakWord(word string, width int) []string {
	if font.MeasureString(p.face, word).Ceil() <= width {
		return []string{word}
	}
	var out []string
	piece := ""
	for _, r := range word {
		if piece != "" && font.MeasureString(p.face, piece+string(r)).Ceil() > width {
			out, piece = append(out, piece), ""
		}
		piece += string(r)
	}
	return append(out, piece)
}

func isqrt(n int) int {
	r := 0
	for (r+1)*(r+1) <= n {
		r++
	}
	return r
}
