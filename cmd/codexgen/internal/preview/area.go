package preview

import "image"

// An Area is room on a terminal: cells, and the pixels of one cell.
type Area struct {
	Columns, Rows         int
	CellWidth, CellHeight int // 0 where the terminal does not say
}

// spareRows are left free under a picture: for the line of progress, the path
// and the prompt.
const spareRows = 3

// maxSent bounds the pixels of a picture that is sent to a terminal: 8 MiB as
// RGBA, and less than that as the PNG that is made of it.
const maxSent = 2 << 20

// orUsual fills in what the terminal does not tell, and bounds what it does.
func (a Area) orUsual() Area {
	if a.Columns <= 0 || a.Rows <= 0 {
		a.Columns, a.Rows = 80, 24
	}
	if a.CellWidth <= 0 || a.CellHeight <= 0 {
		a.CellWidth, a.CellHeight = 10, 20
	}
	a.Columns, a.Rows = min(a.Columns, 10_000), min(a.Rows, 10_000)
	a.CellWidth, a.CellHeight = min(a.CellWidth, 1000), min(a.CellHeight, 1000)
	return a
}

// blocks is the same room for half blocks, of which a cell holds two: its
// pixels are as wide as they are high on the usual terminal. The last column
// stays free, since not all terminals agree on what follows it.
func (a Area) blocks() Area {
	a.Columns = max(1, a.Columns-1)
	a.CellWidth, a.CellHeight = 1, 2
	return a
}

// fit is how large a picture becomes: in pixels, never more than it has, and
// in the cells that hold them. Its shape is kept to the pixel.
func (a Area) fit(picture image.Point) (pixels image.Point, columns, rows int) {
	room := image.Pt(a.Columns*a.CellWidth, max(1, a.Rows-spareRows)*a.CellHeight)
	pixels = within(picture, room)
	return pixels, ceil(pixels.X, a.CellWidth), ceil(pixels.Y, a.CellHeight)
}

// within scales size down to room.
func within(size, room image.Point) image.Point {
	scale := min(1, float64(room.X)/float64(size.X), float64(room.Y)/float64(size.Y))
	return image.Pt(max(1, int(float64(size.X)*scale)), max(1, int(float64(size.Y)*scale)))
}

func ceil(n, by int) int { return (n + by - 1) / by }
