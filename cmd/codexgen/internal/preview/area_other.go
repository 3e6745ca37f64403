//go:build !unix

package preview

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Measure asks the system for the size of the terminal behind w; what is not
// known stays 0, the pixels of a cell always.
func Measure(w io.Writer) Area {
	f, ok := w.(*os.File)
	if !ok {
		return Area{}
	}
	columns, rows, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return Area{}
	}
	return Area{Columns: columns, Rows: rows}
}
