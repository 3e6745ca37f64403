package preview

import (
	"encoding/base64"
	"fmt"
	"io"
	"strings"
)

// kittyChunk is what one sequence may carry: 4096 characters of base64.
const kittyChunk = 4096 / 4 * 3

// writeKitty sends a PNG in pieces and shows it in columns by rows. q=2 keeps
// the terminal from answering into the user's input; an id of 0 is none.
func writeKitty(w io.Writer, png []byte, id uint32, columns, rows int) error {
	keys := fmt.Sprintf("a=T,f=100,t=d,q=2,c=%d,r=%d", columns, rows)
	if id != 0 {
		keys += fmt.Sprintf(",i=%d", id)
	}
	for first := true; first || len(png) > 0; first = false {
		piece := png[:min(len(png), kittyChunk)]
		png = png[len(piece):]
		if !first {
			keys = "q=2"
		}
		more := min(len(png), 1)
		if _, err := fmt.Fprintf(w, "\x1b_G%s,m=%d;%s\x1b\\", keys, more, base64.StdEncoding.EncodeToString(piece)); err != nil {
			return err
		}
	}
	return nil
}

// removeKitty takes a picture and its data from the terminal.
func removeKitty(id uint32) string { return fmt.Sprintf("\x1b_Ga=d,d=I,i=%d,q=2\x1b\\", id) }

// writeITerm2 sends a PNG in one sequence. The size is stated before the data,
// so that the terminal can refuse what is cut.
func writeITerm2(w io.Writer, png []byte, columns, rows int) error {
	if _, err := fmt.Fprintf(w, "\x1b]1337;File=inline=1;size=%d;width=%d;height=%d;preserveAspectRatio=1:", len(png), columns, rows); err != nil {
		return err
	}
	text := base64.NewEncoder(base64.StdEncoding, w)
	if _, err := text.Write(png); err != nil {
		return err
	}
	if err := text.Close(); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\a")
	return err
}

// inRoom runs draw with the cursor at the top of so many free rows and leaves
// it below them: terminals differ in where a picture leaves the cursor, and one
// at the bottom would scroll under it.
func inRoom(w io.Writer, rows int, draw func() error) error {
	if _, err := fmt.Fprintf(w, "%s\x1b[%dA\x1b7", strings.Repeat("\n", rows), rows); err != nil {
		return err
	}
	if err := draw(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\x1b8\x1b[%dB", rows)
	return err
}
