package batch

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"iter"
	"maps"
	"slices"
)

// Fields are what a job asks for, by the names of gen's flags; "prompt" is the
// prompt. A flag that may be repeated has several values.
type Fields map[string][]string

// A Record is what one entry of a manifest says.
type Record struct {
	Line   int // where it begins; 1 is the first
	Fields Fields
}

// A Job is one image that is wanted.
type Job struct {
	Record
	Number int // 1 is the first of the batch
	Key    Key
}

// A Key names a job from run to run, wherever it stands in its manifest: by
// what it asks for, and by how many before it ask for the same.
type Key [16]byte

func (k Key) String() string { return hex.EncodeToString(k[:]) }

// Number gives records their keys. An error passes through.
func Number(records iter.Seq2[Record, error]) iter.Seq2[Job, error] {
	return func(yield func(Job, error) bool) {
		before := map[Key]uint32{}
		number := 0
		for record, err := range records {
			if err != nil {
				if !yield(Job{Record: record}, err) {
					return
				}
				continue
			}
			number++
			same := keyOf(record.Fields, 0)
			if !yield(Job{record, number, keyOf(record.Fields, before[same])}, nil) {
				return
			}
			before[same]++
		}
	}
}

// keyOf is a digest of the fields in the order of their names, each text with
// its length before it.
func keyOf(fields Fields, before uint32) (key Key) {
	digest := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		addText(digest, name)
		addNumber(digest, len(fields[name]))
		for _, value := range fields[name] {
			addText(digest, value)
		}
	}
	addNumber(digest, int(before))
	copy(key[:], digest.Sum(nil))
	return key
}

func addText(digest hash.Hash, text string) {
	addNumber(digest, len(text))
	digest.Write([]byte(text))
}

func addNumber(digest hash.Hash, n int) {
	digest.Write(binary.AppendUvarint(nil, uint64(n)))
}
