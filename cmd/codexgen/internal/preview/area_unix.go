//go:build unix

package preview

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// Measure asks the system, which SSH keeps informed, for the size of the
// terminal behind w; what is not known stays 0.
func Measure(w io.Writer) Area {
	f, ok := w.(*os.File)
	if !ok {
		return Area{}
	}
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil || size.Col == 0 || size.Row == 0 {
		return Area{}
	}
	return Area{
		Columns: int(size.Col), Rows: int(size.Row),
		CellWidth: int(size.Xpixel / size.Col), CellHeight: int(size.Ypixel / size.Row),
	}
}
