package preview

import (
	"bufio"
	"bytes"
	"image"
	"image/png"
	"io"
)

// Write shows a picture in at most the given room, from the cursor's line on,
// and leaves the cursor at the start of the line below it. The cursor has to
// be at the start of a line. None writes nothing.
func Write(w io.Writer, picture image.Image, p Protocol, room Area) error {
	_, err := write(w, picture, p, room, 0)
	return err
}

// write also returns the rows that the picture fills.
func write(w io.Writer, picture image.Image, p Protocol, room Area, id uint32) (rows int, err error) {
	if p == None || picture.Bounds().Empty() {
		return 0, nil
	}
	out := bufio.NewWriterSize(w, 32<<10)
	room = room.orUsual()
	if p == TrueColor || p == Color256 {
		rows, err = drawBlocks(out, picture, p, room.blocks())
	} else {
		rows, err = drawInline(out, picture, p, room, id)
	}
	if err != nil {
		return rows, err
	}
	return rows, out.Flush()
}

func drawBlocks(w io.Writer, picture image.Image, p Protocol, room Area) (rows int, err error) {
	pixels, _, rows := room.fit(picture.Bounds().Size())
	paint := rgb
	if p == Color256 {
		paint = palette
	}
	return rows, writeBlocks(w, scale(picture, pixels), paint)
}

func drawInline(w io.Writer, picture image.Image, p Protocol, room Area, id uint32) (int, error) {
	pixels, columns, rows := room.fit(picture.Bounds().Size())
	var file bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&file, scale(picture, bounded(pixels))); err != nil {
		return 0, err
	}
	return rows, inRoom(w, rows, func() error {
		if p == Kitty {
			return writeKitty(w, file.Bytes(), id, columns, rows)
		}
		return writeITerm2(w, file.Bytes(), columns, rows)
	})
}

// bounded halves a size until it may be sent; the terminal stretches it.
func bounded(size image.Point) image.Point {
	for size.X*size.Y > maxSent {
		size = image.Pt(max(1, size.X/2), max(1, size.Y/2))
	}
	return size
}
