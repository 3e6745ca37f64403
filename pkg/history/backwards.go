package history

import (
	"bytes"
	"io"
	"iter"
	"os"
)

// blockSize is how much of the file is read at a time.
const blockSize = 64 << 10

// backwards yields the lines of a file from the last to the first, without
// their breaks. A line over maxLine comes as the one byte "?", which is no
// entry. A line is valid until the next. What is appended meanwhile is not
// seen.
func backwards(file *os.File) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		info, err := file.Stat()
		if err != nil {
			yield(nil, err)
			return
		}
		var rest []byte // the beginning of it is not read yet
		long := false   // of which so much has been dropped
		for at := info.Size(); at > 0; {
			n := min(at, blockSize)
			at -= n
			text := make([]byte, n, int(n)+len(rest))
			if _, err := file.ReadAt(text, at); err != nil && err != io.EOF {
				yield(nil, err)
				return
			}
			text = append(text, rest...)
			for i := bytes.LastIndexByte(text, '\n'); i >= 0; i = bytes.LastIndexByte(text, '\n') {
				if !yield(whole(text[i+1:], long), nil) {
					return
				}
				text, long = text[:i], false
			}
			if rest = text; len(rest) > maxLine {
				rest, long = nil, true
			}
		}
		if len(rest) > 0 || long {
			yield(whole(rest, long), nil)
		}
	}
}

func whole(line []byte, long bool) []byte {
	if long || len(line) > maxLine {
		return []byte{'?'}
	}
	return line
}
