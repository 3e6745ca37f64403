package codex

import (
	"bytes"
	"encoding/json"
)

// maxListed bounds the entries that are read of a list in an answer. An empty
// object is three bytes on the wire and some hundred here: without a bound, two
// megabytes of them would fill two hundred.
const maxListed = 256

// few is a list of a server's, of which the first entries are read. What is no
// list is an empty one.
type few[T any] []T

func (f *few[T]) UnmarshalJSON(data []byte) error {
	list := json.NewDecoder(bytes.NewReader(data))
	if begin, err := list.Token(); err != nil || begin != json.Delim('[') {
		return err
	}
	for list.More() && len(*f) < maxListed {
		var entry T
		if err := list.Decode(&entry); err != nil && !isTypeError(err) {
			return err
		}
		*f = append(*f, entry)
	}
	return nil
}
