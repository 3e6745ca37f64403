package imagefile

import (
	"strconv"
	"strings"
)

// A naming makes the names of one run, which differ in a number: by itself it
// is put at the end from 2 on; a template can give it a place.
type naming struct {
	before, after string
	indexed       bool // the number always stands between the two
}

// stem is the name of a number, without extension.
func (n naming) stem(number int) string {
	if n.indexed {
		return n.before + strconv.Itoa(number) + n.after
	}
	return numbered(n.before, number)
}

// numberOf is the number that a file's name takes, 0 if none.
func (n naming) numberOf(name string) int {
	if !n.indexed {
		return numberOf(name, n.before)
	}
	rest, ok := strings.CutPrefix(name, n.before)
	if !ok {
		return 0
	}
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	number, err := strconv.Atoi(rest[:digits])
	if err != nil || number < 1 || strconv.Itoa(number) != rest[:digits] || numberOf(rest[digits:], n.after) != 1 {
		return 0
	}
	return number
}

// folded is the naming as a file system sees it that passes over case.
func (n naming) folded() naming {
	n.before, n.after = strings.ToLower(n.before), strings.ToLower(n.after)
	return n
}
