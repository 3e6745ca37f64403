package history

import (
	"encoding/json"
	"errors"
	"io/fs"
	"iter"
	"os"
	"strings"
	"time"
)

// Skipped counts the lines that were passed over.
type Skipped struct {
	Damaged int // no entry: torn, or changed by hand
	Newer   int // written by a later version
}

// Newest yields the entries, the newest first, and counts in skipped what it
// passes over. The first error is the last pair; no file yet is none.
func (s *Store) Newest(skipped *Skipped) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if s.dir == "" {
			return
		}
		file, err := s.open(os.O_RDONLY, 0)
		if errors.Is(err, fs.ErrNotExist) {
			return
		}
		if err != nil {
			yield(Entry{}, err)
			return
		}
		defer file.Close()
		for line, err := range backwards(file) {
			if err != nil {
				yield(Entry{}, err)
				return
			}
			if e, ok := skipped.parse(line); ok && !yield(e, nil) {
				return
			}
		}
	}
}

// parse reads a line, or counts it.
func (s *Skipped) parse(line []byte) (e Entry, ok bool) {
	if len(line) == 0 {
		return e, false
	}
	if err := json.Unmarshal(line, &e); err == nil && e.Schema == Schema && e.ID != "" {
		return e, true
	}
	var version struct { // a later one may have another type for a member
		Schema int `json:"schema_version"`
	}
	if err := json.Unmarshal(line, &version); err == nil && version.Schema > Schema {
		s.Newer++
	} else {
		s.Damaged++
	}
	return e, false
}

// maxFound is how many entries of one beginning are told.
const maxFound = 3

// Find returns the newest entries whose id begins with prefix; at most three,
// and only one where the id is whole.
func (s *Store) Find(prefix string) (found []Entry, err error) {
	prefix = strings.ToLower(prefix)
	for e, err := range s.Newest(new(Skipped)) {
		switch {
		case err != nil:
			return nil, err
		case e.ID == prefix:
			return []Entry{e}, nil
		case prefix != "" && strings.HasPrefix(e.ID, prefix) && len(found) < maxFound:
			found = append(found, e)
		}
	}
	return found, nil
}

// slack is how far the clock may have been set back between an image and its
// entry.
const slack = time.Hour

// Has tells whether there is an entry for an image, which was written at the
// time since: older entries are not read.
func (s *Store) Has(path, sha256 string, since time.Time) bool {
	for e, err := range s.Newest(new(Skipped)) {
		switch {
		case err != nil || e.At.Before(since.Add(-slack)):
			return false
		case e.Path == path && e.SHA256 == sha256:
			return true
		}
	}
	return false
}

// Matching returns what tells whether every word of the search is somewhere in
// an entry's prompts, path, id or kind of failure, in upper or lower case.
func Matching(search string) func(Entry) bool {
	words := strings.Fields(strings.ToLower(search))
	return func(e Entry) bool {
		if len(words) == 0 {
			return true
		}
		text := strings.ToLower(strings.Join([]string{e.Prompt, e.Revised, e.Path, e.ID, e.ErrorType}, "\n"))
		for _, word := range words {
			if !strings.Contains(text, word) {
				return false
			}
		}
		return true
	}
}
