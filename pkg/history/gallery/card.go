package gallery

import (
	"fmt"
	"html/template"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/codexgen/codexgen/pkg/history"
	"github.com/codexgen/codexgen/pkg/internal/safetext"
)

const (
	maxPrompt = 32_000 // characters
	maxFact   = 1_000
)

// A card is one picture on the page.
type card struct {
	ID, Prompt, Revised, Name, Command string
	Source                             template.URL
	Width, Height                      int
	Gone                               bool // the picture is not there
	At                                 string
	Day                                string // for machines
	Facts                              []string
}

func newCard(folder string, e history.Entry) card {
	source, ok := link(folder, e.Path)
	if ok {
		info, err := os.Stat(e.Path)
		ok = err == nil && info.Mode().IsRegular()
	}
	c := card{
		ID: safetext.Line(e.ID, 40), Prompt: safetext.Block(e.Prompt, maxPrompt), Name: safetext.Line(filepath.Base(e.Path), maxFact),
		Command: e.Command(), Source: source, Gone: !ok, Width: max(1, e.Width), Height: max(1, e.Height),
		At: e.At.Local().Format("2 Jan 2006, 15:04"), Day: e.At.UTC().Format(time.RFC3339), Facts: facts(e),
	}
	if e.Revised != e.Prompt {
		c.Revised = safetext.Block(e.Revised, maxPrompt)
	}
	return c
}

func facts(e history.Entry) (list []string) {
	add := func(known bool, format string, values ...any) {
		if known {
			list = append(list, safetext.Line(fmt.Sprintf(format, values...), maxFact))
		}
	}
	add(e.Width > 0, "%s %d × %d", e.Format, e.Width, e.Height)
	add(e.Bytes > 0, "%.1f MB", float64(e.Bytes)/1e6)
	add(e.Quality != "", "quality %s", e.Quality)
	add(e.Seconds > 0, "%.1f s", e.Seconds)
	add(e.Route != "", "%s route", e.Route)
	for _, reference := range e.References {
		add(true, "from %s", filepath.Base(reference))
	}
	return list
}

// link is the address of a file for a page in folder, both absolute: relative,
// or where no relative path leads there, that of a drive of this machine. A
// file on another machine's share would be a request to it, and has none.
func link(folder, path string) (template.URL, bool) {
	volume := filepath.VolumeName(path)
	if strings.HasPrefix(volume, `\\`) || strings.HasPrefix(volume, "//") {
		return "", false
	}
	relative, err := filepath.Rel(folder, path)
	address := url.URL{Path: filepath.ToSlash(relative)}
	if err != nil {
		address = url.URL{Scheme: "file", Path: "/" + filepath.ToSlash(path)}
	}
	return template.URL(address.String()), true //nolint:gosec // made here: a path, or a file's
}
