package imagefile

import (
	"fmt"
	"strconv"
	"strings"
)

// maxNumber bounds the search for a free name once the first was taken.
const maxNumber = 100_000

// numbered is a-cat, a-cat-2, a-cat-3 …
func numbered(stem string, n int) string {
	if n == 1 {
		return stem
	}
	return stem + "-" + strconv.Itoa(n)
}

func draftName(name string, k int, format Format) string {
	return fmt.Sprintf("%s.partial-%d%s", name, k, format.Ext())
}

// longest is a name as long as any that is made of a stem: if the file system
// takes it, it takes all.
func longest(n naming) string {
	return draftName(n.stem(maxNumber), maxNumber, WebP)
}

// chooseNumber finds the first number under which the folder has neither an
// image nor a draft nor a rejected file. Case is passed over, as it is by the
// usual file systems of macOS and Windows.
func (t *Target) chooseNumber() error {
	taken, folded := map[int]bool{}, t.naming.folded()
	for name, err := range t.work.folder.Names() {
		if err != nil {
			return folderError(t.work.path, err)
		}
		name = strings.ToLower(name)
		if image, isSidecar := strings.CutSuffix(name, sidecarExt); isSidecar && t.sidecar {
			name = image + PNG.Ext()
		}
		if n := folded.numberOf(name); n > 0 {
			taken[n] = true
		}
	}
	for taken[t.number] {
		t.number++
	}
	return nil
}

// numberOf is the number of a stem that a file's name takes, 0 if none.
func numberOf(name, stem string) int {
	rest, ok := strings.CutPrefix(name, stem)
	if !ok {
		return 0
	}
	number, ext, _ := strings.Cut(rest, ".")
	ext = "." + ext
	if formatOf(ext) == "" && ext != rejectedExt && !strings.HasPrefix(ext, ".partial-") && !strings.HasPrefix(ext, originalExt) {
		return 0
	}
	if number == "" {
		return 1
	}
	n, err := strconv.Atoi(strings.TrimPrefix(number, "-"))
	if err != nil || n < 2 || number != "-"+strconv.Itoa(n) {
		return 0
	}
	return n
}
