package reference

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"os"
)

// A Reference is a picture that can be sent, as often as need be. It is valid
// until its Set is closed.
type Reference struct {
	Source        string   // for people: the path, or the address without its query
	MediaType     string   // of what is sent
	Length        int64    // bytes that are sent
	SHA256        string   // of them, in hex
	Width, Height int      // pixels, upright
	Alpha         bool     // there is an alpha channel, used or not
	Changes       []string // what was done to the picture, in plain words
	Pending       bool     // it would have to be fetched; only Source is known

	file *os.File
}

// Open reads the bytes from the beginning. Read fails at the end if they are
// not those that were checked.
func (r *Reference) Open() (io.ReadCloser, error) {
	section := io.NewSectionReader(r.file, 0, r.Length)
	return io.NopCloser(&verified{section: section, reference: r, sum: sha256.New()}), nil
}

// verified compares what it reads with what was checked before it lets the
// last bytes go: a request with changed bytes is never complete.
type verified struct {
	section   *io.SectionReader
	reference *Reference
	sum       hash.Hash
	read      int64
}

func (v *verified) Read(p []byte) (int, error) {
	n, err := v.section.Read(p)
	v.sum.Write(p[:n])
	v.read += int64(n)
	short := err == io.EOF && v.read < v.reference.Length
	full := n > 0 && v.read == v.reference.Length
	if short || full && hex.EncodeToString(v.sum.Sum(nil)) != v.reference.SHA256 {
		return 0, &Error{Source: v.reference.Source, Reason: "it was changed after it had been checked", Advice: "ask again"}
	}
	return n, err
}
