package preview

import (
	"fmt"
	"image"
	"image/color"
	"io"
	"strings"
)

// opaque is the alpha from which a pixel is drawn; below it the terminal's own
// background shows.
const opaque = 128

// A cell holds two pixels, one above the other.
type cell struct{ upper, lower color.RGBA }

// writeBlocks writes a line for every two rows of pixels. It has no sequence
// that moves the cursor, and each line ends in its own reset, so that a cut
// one colours nothing else.
func writeBlocks(w io.Writer, picture *image.RGBA, paint func(color.RGBA) string) error {
	size := picture.Bounds().Max
	var line strings.Builder
	for y := 0; y < size.Y; y += 2 {
		line.Reset()
		var last string
		for x := range size.X {
			style, glyph := (cell{picture.RGBAAt(x, y), picture.RGBAAt(x, y+1)}).draw(paint)
			if style != last {
				line.WriteString(style)
				last = style
			}
			line.WriteString(glyph)
		}
		line.WriteString("\x1b[0m\n")
		if _, err := io.WriteString(w, line.String()); err != nil {
			return err
		}
	}
	return nil
}

// draw gives the sequence that sets the cell's colours, whatever was set
// before, and its character. The row below the last one is transparent.
func (c cell) draw(paint func(color.RGBA) string) (style, glyph string) {
	upper, lower := c.upper.A >= opaque, c.lower.A >= opaque
	switch {
	case upper && lower:
		return "\x1b[38;" + paint(c.upper) + ";48;" + paint(c.lower) + "m", "▀"
	case upper:
		return "\x1b[0;38;" + paint(c.upper) + "m", "▀"
	case lower:
		return "\x1b[0;38;" + paint(c.lower) + "m", "▄"
	}
	return "\x1b[0m", " "
}

// rgb is 24-bit colour.
func rgb(c color.RGBA) string { return fmt.Sprintf("2;%d;%d;%d", c.R, c.G, c.B) }

// palette is the nearest of xterm's 240 fixed colours: a cube of six levels
// (0, 95, 135 … 255) and 24 greys (8, 18 … 238).
func palette(c color.RGBA) string {
	index, best := 0, 1<<30
	consider := func(i int, r, g, b int) {
		dr, dg, db := int(c.R)-r, int(c.G)-g, int(c.B)-b
		if d := dr*dr + dg*dg + db*db; d < best {
			index, best = i, d
		}
	}
	r, g, b := cubeLevel(c.R), cubeLevel(c.G), cubeLevel(c.B)
	consider(16+36*r+6*g+b, cubeValue(r), cubeValue(g), cubeValue(b))
	grey := min(23, max(0, (int(c.R)+int(c.G)+int(c.B)-9)/30))
	consider(232+grey, 8+10*grey, 8+10*grey, 8+10*grey)
	return fmt.Sprintf("5;%d", index)
}

// cubeLevel is the nearest of the cube's six levels.
func cubeLevel(v uint8) int {
	if v < 48 {
		return 0
	}
	return max(1, (int(v)-35)/40)
}

func cubeValue(level int) int {
	if level == 0 {
		return 0
	}
	return 55 + 40*level
}
