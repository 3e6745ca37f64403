// Package gallery writes one HTML page of the pictures of a history: each with
// its prompt, its facts and the command that asks for it again, and a search.
//
// The page needs nothing else but the pictures, which stay where they are: it
// links to them relative to its own folder and loads them as they come into
// view. It asks no host for anything, which its policy holds it to; only the
// script and the style that it was written with may run. Texts are shown as
// text whatever they hold. Memory does not grow with the number of pictures.
package gallery

import (
	"bufio"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"iter"
	"path/filepath"
	"time"

	"github.com/codexgen/codexgen/pkg/history"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

//go:embed page.js
var pageScript string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// A Count is what a page holds.
type Count struct {
	Shown int // pictures
	Gone  int // runs whose picture is no longer where it was
}

type pageHead struct {
	Policy  string
	Style   template.CSS
	Script  template.JS
	Written string
}

// Write writes the page of all entries that have a picture, in their order, as
// it is to be put into folder, an absolute path.
func Write(ctx context.Context, w io.Writer, folder string, entries iter.Seq2[history.Entry, error], now time.Time) (count Count, err error) {
	out := bufio.NewWriter(w)
	head := pageHead{Policy: policy(), Style: template.CSS(pageStyle), Script: template.JS(pageScript), Written: now.Format("2 January 2006, 15:04")}
	if err := pageTemplate.ExecuteTemplate(out, "head", head); err != nil {
		return count, err
	}
	for e, err := range entries {
		if err == nil {
			err = context.Cause(ctx)
		}
		if err != nil {
			return count, err
		}
		if !e.OK || !filepath.IsAbs(e.Path) {
			continue
		}
		c := newCard(folder, e)
		if c.Gone {
			count.Gone++
		} else {
			count.Shown++
		}
		if err := pageTemplate.ExecuteTemplate(out, "card", c); err != nil {
			return count, err
		}
	}
	if err := pageTemplate.ExecuteTemplate(out, "foot", head); err != nil {
		return count, err
	}
	return count, out.Flush()
}

// policy lets the page show files and run its own script, and nothing else:
// what got through the escaping would still do nothing. "file:" is for a page
// that is opened from the disk, "'self'" for one that is served.
func policy() string {
	return "default-src 'none'; img-src 'self' file:; base-uri 'none'; form-action 'none'; script-src " + sum(pageScript) + "; style-src " + sum(pageStyle)
}

func sum(text string) string {
	hash := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'"
}
