package imagefile

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A place is an output split into a folder and, if it names one, a file.
type place struct {
	dir  string // as written, with its separator; "" is the current folder
	file string
}

// parsePlace reads an --output: an existing folder, and whatever ends in a
// separator, is a folder. A link counts as what it leads to, except that one
// to a file, or to nothing, is a file itself.
func parsePlace(output string) (place, error) {
	if output == "" {
		return place{}, nil
	}
	info, err := os.Stat(output)
	switch {
	case os.IsPathSeparator(output[len(output)-1]):
		return place{dir: output}, nil
	case err == nil && info.IsDir():
		return place{dir: output + string(filepath.Separator)}, nil
	case err == nil && !info.Mode().IsRegular():
		return place{}, &OutputError{Path: output, Reason: "it is a " + kind(info.Mode()) + ", not a file", Advice: "use --output - for standard output"}
	}
	dir, file := filepath.Split(output)
	return place{dir, file}, nil
}

func kind(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeNamedPipe != 0:
		return "pipe"
	case mode&fs.ModeSocket != 0:
		return "socket"
	}
	return "device"
}

// folder is the folder's path for the system.
func (p place) folder() string {
	if p.dir == "" {
		return "."
	}
	return p.dir
}

// path is a file's path as the user would have typed it. It is not cleaned: a
// "./-f.png" must not become an option of the next program.
func (p place) path(name string) string { return p.dir + name }

// stem is the file's name without its extension, if that is an image's:
// "v1.2" has none.
func (p place) stem() (stem, ext string) {
	ext = filepath.Ext(p.file)
	if formatOf(ext) == "" {
		return p.file, ""
	}
	return strings.TrimSuffix(p.file, ext), ext
}
