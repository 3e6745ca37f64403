package preview

import (
	"fmt"
	"image"
	"io"
)

// A Viewer shows one picture after the other in the same place: drafts, then
// the image. A nil Viewer shows nothing.
type Viewer struct {
	protocol Protocol
	measure  func(io.Writer) Area
	id       uint32 // of the picture in kitty's protocol
	rows     int    // of the picture right above the cursor, 0 for none
	area     Area   // when it was drawn
}

// NewViewer returns nil for None. The id sets this run's picture apart from
// those of earlier ones, which stay in the terminal; it must not be 0.
func NewViewer(p Protocol, measure func(io.Writer) Area, id uint32) *Viewer {
	if p == None {
		return nil
	}
	return &Viewer{protocol: p, measure: measure, id: id}
}

// Show replaces the picture, or draws below whatever else was written. The
// cursor has to be at the start of a line.
func (v *Viewer) Show(w io.Writer, picture image.Image) error {
	if v == nil {
		return nil
	}
	area := v.measure(w)
	if _, err := io.WriteString(w, v.remove(area)); err != nil {
		return err
	}
	rows, err := write(w, picture, v.protocol, area, v.id)
	v.rows, v.area = rows, area
	return err
}

// Forget says that something else was written below the picture, which thus
// can no longer be replaced.
func (v *Viewer) Forget() {
	if v != nil {
		v.rows = 0
		v.id++
	}
}

// remove goes back to the top of the picture and clears from there. A terminal
// that was resized has moved everything.
func (v *Viewer) remove(area Area) string {
	if v.rows == 0 {
		return ""
	}
	if area != v.area {
		v.Forget()
		return ""
	}
	back := fmt.Sprintf("\x1b[%dA\r\x1b[J", v.rows)
	if v.protocol == Kitty {
		return removeKitty(v.id) + back
	}
	return back
}
