package imagefile

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSlug is the longest name made of a prompt, in bytes.
const maxSlug = 60

// reserved are the names that Windows keeps for devices.
var reserved = map[string]bool{"con": true, "prn": true, "aux": true, "nul": true,
	"com1": true, "com2": true, "com3": true, "com4": true, "com5": true, "com6": true, "com7": true, "com8": true, "com9": true,
	"lpt1": true, "lpt2": true, "lpt3": true, "lpt4": true, "lpt5": true, "lpt6": true, "lpt7": true, "lpt8": true, "lpt9": true}

// Slug makes a file name of a prompt: lower-case letters and digits of any
// script, runs of anything else one "-", cut at a word's end.
func Slug(prompt string) string {
	words := strings.FieldsFunc(strings.ToLower(prompt), func(r rune) bool {
		return r == utf8.RuneError || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	slug := ""
	for _, word := range words {
		joined := strings.TrimPrefix(slug+"-"+word, "-")
		if len(joined) > maxSlug {
			if slug == "" {
				slug = cut(word)
			}
			break
		}
		slug = joined
	}
	switch {
	case slug == "":
		return "image"
	case reserved[slug]:
		return slug + "-"
	}
	return slug
}

// cut shortens a single long word at a character's end.
func cut(word string) string {
	end := maxSlug
	for !utf8.RuneStart(word[end]) {
		end--
	}
	return word[:end]
}
