package imagefile

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSlug is the longest name that is made of a prompt, in bytes.
const maxSlug = 60

// Slug makes a file name, without extension, of a prompt: lower-case letters
// and digits of any script, "-" for each run of anything else, at most 60
// bytes, cut at a word's end. It is never empty, leads out of no folder and
// names no device.
func Slug(prompt string) string {
	slug := ""
	for _, word := range strings.FieldsFunc(strings.ToLower(prompt), isGap) {
		// An accent with no letter before it would hang on the "-".
		if word = strings.TrimLeftFunc(word, unicode.IsMark); word == "" {
			continue
		}
		longer := strings.TrimPrefix(slug+"-"+word, "-")
		if len(longer) > maxSlug {
			if slug == "" {
				slug = cut(word)
			}
			break
		}
		slug = longer
	}
	switch {
	case slug == "":
		return "image"
	case isDevice(slug):
		return slug + "-"
	}
	return slug
}

// isGap is true for what stands between words. Marks are parts of words:
// without their vowel signs, words of many scripts cannot be read. What is
// invisible is not.
func isGap(r rune) bool {
	if unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) {
		return true
	}
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
}

// cut shortens a single long word between two characters.
func cut(word string) string {
	end := maxSlug
	for !utf8.RuneStart(word[end]) {
		end--
	}
	return word[:end]
}

// isDevice is true for names that Windows keeps for devices, whatever the
// extension ("Naming Files, Paths, and Namespaces", learn.microsoft.com).
func isDevice(name string) bool {
	switch name {
	case "con", "prn", "aux", "nul":
		return true
	}
	port := strings.TrimPrefix(strings.TrimPrefix(name, "com"), "lpt")
	return len(name) == 4 && len(port) == 1 && port[0] >= '0' && port[0] <= '9'
}
