package credstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
)

const (
	// headVersion is the form of a head entry.
	headVersion = 1
	// maxParts bounds the numbered entries of a generation.
	maxParts = 64
	// A login that is being replaced while it is read is read again.
	splitTries = 5
)

// generations take turns, so that the names of all entries are known: the
// interface to keyrings has no listing.
var generations = [...]string{"a", "b"}

// entries is what a keyring offers.
type entries interface {
	Get(ctx context.Context, user string) (string, error)
	Set(ctx context.Context, user, secret string) error
	Delete(ctx context.Context, user string) error
	MaxBytes(user string) int
}

// A split is a vault on a keyring. A record that fits is the entry NAME
// itself. A larger one is cut into the entries NAME:a0, NAME:a1 … or NAME:b0 …,
// and NAME says which: it is replaced last, so that a crash at any step leaves
// the old record or the new one. What it leaves besides is removed by the next
// write: numbers are written upwards and deleted downwards, so that those of a
// generation have no gaps.
type split struct {
	entries entries
	name    string
}

// A head stands in the entry NAME when the record is elsewhere. A record has
// the member version too, but no generation.
type head struct {
	Version    int    `json:"version"`
	Generation string `json:"generation"`
	Parts      int    `json:"parts"`
	Sum        string `json:"sha256"`
}

func (s split) part(generation string, number int) string {
	return fmt.Sprintf("%s:%s%d", s.name, generation, number)
}

func (s split) read(ctx context.Context) ([]byte, error) {
	for range splitTries {
		text, err := s.entries.Get(ctx, s.name)
		if err != nil {
			return nil, err
		}
		h, elsewhere := readHead(text)
		if !elsewhere {
			return []byte(text), nil
		}
		if h.Version > headVersion {
			return nil, newerError(s.name)
		}
		record, whole, err := s.gather(ctx, h)
		if whole || err != nil {
			return record, err
		}
	}
	return nil, damagedError(s.name)
}

func readHead(text string) (h head, elsewhere bool) {
	err := json.Unmarshal([]byte(text), &h)
	return h, err == nil && h.Generation != ""
}

// gather puts the parts together, and reports false where they are not those
// that the head means.
func (s split) gather(ctx context.Context, h head) (record []byte, whole bool, err error) {
	if !slices.Contains(generations[:], h.Generation) || h.Parts < 1 || h.Parts > maxParts {
		return nil, false, nil
	}
	for number := range h.Parts {
		part, err := s.entries.Get(ctx, s.part(h.Generation, number))
		if isFault(err, NotFound) {
			return nil, false, nil
		}
		if err != nil {
			return nil, false, err
		}
		if record = append(record, part...); len(record) > maxRecord {
			return nil, false, nil
		}
	}
	return record, sum(record) == h.Sum, nil
}

func sum(record []byte) string {
	digest := sha256.Sum256(record)
	return hex.EncodeToString(digest[:])
}

func (s split) write(ctx context.Context, record []byte) error {
	most := s.entries.MaxBytes(s.part(generations[0], maxParts-1))
	switch {
	case most == 0:
		return s.entries.Set(ctx, s.name, string(record))
	case len(record) <= most:
		if err := s.entries.Set(ctx, s.name, string(record)); err != nil {
			return err
		}
		s.sweep(ctx, head{})
		return nil
	case len(record) > most*maxParts:
		return &Error{Fault: Unavailable, Reason: "the login is too large for this keyring", Advice: adviceNoKeyring}
	}
	return s.writeParts(ctx, slices.Collect(slices.Chunk(record, most)))
}

func (s split) writeParts(ctx context.Context, parts [][]byte) error {
	text, err := s.entries.Get(ctx, s.name)
	if err != nil && !isFault(err, NotFound) {
		return err
	}
	next := head{Version: headVersion, Generation: generations[0], Parts: len(parts), Sum: sum(bytes.Join(parts, nil))}
	if current, elsewhere := readHead(text); elsewhere && current.Generation == next.Generation {
		next.Generation = generations[1]
	}
	for number, part := range parts {
		if err := s.entries.Set(ctx, s.part(next.Generation, number), string(part)); err != nil {
			return err
		}
	}
	encoded, err := json.Marshal(next)
	if err != nil {
		return err
	}
	if err := s.entries.Set(ctx, s.name, string(encoded)); err != nil {
		return err
	}
	s.sweep(ctx, next)
	return nil
}

// sweep removes the parts that are not the head's. The record is stored by
// then: what cannot be removed now is removed by the next write.
func (s split) sweep(ctx context.Context, keep head) {
	for _, generation := range generations {
		first := 0
		if generation == keep.Generation {
			first = keep.Parts
		}
		_ = s.removeParts(ctx, generation, first)
	}
}

func (s split) removeParts(ctx context.Context, generation string, first int) error {
	end := first
	for ; end < maxParts; end++ {
		_, err := s.entries.Get(ctx, s.part(generation, end))
		if isFault(err, NotFound) {
			break
		}
		if err != nil {
			return err
		}
	}
	for number := end - 1; number >= first; number-- {
		if err := s.entries.Delete(ctx, s.part(generation, number)); err != nil {
			return err
		}
	}
	return nil
}

func (s split) try(ctx context.Context) error {
	if err := s.entries.Set(ctx, s.trial(), "codexgen is trying whether a login can be kept here"); err != nil {
		return err
	}
	return s.entries.Delete(ctx, s.trial())
}

func (s split) trial() string { return s.name + ":try" }

func (s split) remove(ctx context.Context) error {
	for _, user := range []string{s.name, s.trial()} {
		if err := s.entries.Delete(ctx, user); err != nil {
			return err
		}
	}
	if s.entries.MaxBytes(s.name) == 0 {
		return nil
	}
	for _, generation := range generations {
		if err := s.removeParts(ctx, generation, 0); err != nil {
			return err
		}
	}
	return nil
}
