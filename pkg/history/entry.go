// Package history keeps the facts of runs, without their pictures, in one file
// of lines that is only ever appended to.
//
// A line is a JSON object that is written by one call, so that processes that
// run at the same time add whole lines. It begins with a line break of its
// own, so that half a line, which a crash or a full disk left behind, ends
// there and costs no other one. Reading goes from the newest line to the
// oldest in flat memory, however many there are, and passes over what is
// damaged or was written by a later version.
//
// What a file holds is text from outside: whoever shows it makes it safe first.
package history

import (
	"crypto/rand"
	"strings"
	"time"
	"unicode/utf8"
)

// Schema is the version of the lines that this version writes and reads.
const Schema = 1

// An Entry is what is kept of one run. Unknown values are zero.
type Entry struct {
	Schema     int       `json:"schema_version"`
	ID         string    `json:"id"`
	At         time.Time `json:"at"` // when it ended
	OK         bool      `json:"ok"`
	Prompt     string    `json:"prompt"` // as the user wrote it
	Revised    string    `json:"revised_prompt,omitempty"`
	Args       []string  `json:"args,omitempty"`       // the flags that make the same request, absolute paths in them
	References []string  `json:"references,omitempty"` // pictures that went with it: paths, or addresses without their query
	Path       string    `json:"path,omitempty"`       // of the image, absolute
	Format     string    `json:"format,omitempty"`
	Width      int       `json:"width,omitempty"` // pixels
	Height     int       `json:"height,omitempty"`
	Bytes      int64     `json:"bytes,omitempty"`
	SHA256     string    `json:"sha256,omitempty"`
	Quality    string    `json:"quality,omitempty"` // as the backend reports it
	Route      string    `json:"route,omitempty"`
	HostModel  string    `json:"host_model,omitempty"`
	RequestID  string    `json:"request_id,omitempty"`
	Seconds    float64   `json:"seconds"`
	ErrorType  string    `json:"error_type,omitempty"`
	Error      string    `json:"error,omitempty"`
	Charged    string    `json:"charged,omitempty"` // of a failure: no, yes, unknown
	Codexgen   string    `json:"codexgen"`          // the version
}

// maxText bounds a text of an entry, in bytes. A prompt has at most 32 000
// characters.
const maxText = 4 * 32_000

// bounded cuts texts from outside that have no bound of their own.
func (e Entry) bounded() Entry {
	for _, text := range []*string{&e.Prompt, &e.Revised, &e.Error, &e.Path, &e.HostModel, &e.RequestID} {
		*text = cut(*text, maxText)
	}
	return e
}

func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}

// newID has 50 random bits: two of a million entries share one with a chance
// of one in two thousand.
func newID() string { return strings.ToLower(rand.Text()[:10]) }
