package gallery

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path/filepath"
	"strings"
	"time"

	"github.com/codexgen/codexgen/pkg/history"
	"github.com/codexgen/codexgen/pkg/internal/atomicfile"
)

// maxNumber bounds the search for a free name.
const maxNumber = 10_000

// A Place is where a page is to go.
type Place struct {
	Folder string // exists
	Name   string
	Number bool // NAME-2 and so on where the name is taken; else that is fs.ErrExist
}

// Save writes the page of the entries into a file, whole or not at all and
// never over another one, and returns its path in the folder as it was given.
func Save(ctx context.Context, place Place, entries iter.Seq2[history.Entry, error], now time.Time) (path string, count Count, err error) {
	absolute, err := filepath.Abs(place.Folder)
	if err != nil {
		return "", count, err
	}
	folder, err := atomicfile.Open(place.Folder)
	if err != nil {
		return "", count, err
	}
	defer folder.Close()
	if err := place.free(folder); err != nil {
		return "", count, err
	}
	file, err := folder.Create()
	if err != nil {
		return "", count, err
	}
	count, err = Write(ctx, file, absolute, entries, now)
	if err == nil {
		err = file.Seal(false)
	}
	name := ""
	if err == nil {
		name, err = place.publish(file)
	}
	return filepath.Join(place.Folder, name), count, errors.Join(err, file.Discard())
}

// free refuses a name that is taken before anything is written.
func (p Place) free(folder *atomicfile.Folder) error {
	taken, err := folder.Taken(p.Name)
	if err == nil && taken && !p.Number {
		err = fs.ErrExist
	}
	return err
}

func (p Place) publish(file *atomicfile.File) (string, error) {
	ext := filepath.Ext(p.Name)
	stem := strings.TrimSuffix(p.Name, ext)
	for n := 1; n <= maxNumber; n++ {
		name := p.Name
		if n > 1 {
			name = fmt.Sprintf("%s-%d%s", stem, n, ext)
		}
		err := file.Publish(name)
		if err == nil || !p.Number || !errors.Is(err, fs.ErrExist) {
			return name, err
		}
	}
	return "", fs.ErrExist
}
