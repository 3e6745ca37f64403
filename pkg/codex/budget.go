package codex

import (
	"errors"
	"fmt"
)

// DefaultMaxBytes bounds what one generation may write unless
// Options.MaxBytes says otherwise. The largest picture that the public rules
// allow has 33 MB uncompressed (3840x2160, RGBA).
const DefaultMaxBytes = 256 << 20

// A budget is what one generation may still write into its spool: its drafts,
// its image, and what the attempts before it have written. What was dropped
// again has been written all the same.
type budget struct{ left, limit int64 }

// A meteredSpool makes blobs that draw on one budget.
type meteredSpool struct {
	Spool
	budget *budget
}

func (c *Client) metered(spool Spool) Spool {
	return meteredSpool{spool, &budget{c.maxBytes, c.maxBytes}}
}

func (s meteredSpool) Create() (Blob, error) {
	blob, err := s.Spool.Create()
	if err != nil {
		return nil, err
	}
	return &meteredBlob{blob, s.budget}, nil
}

// A meteredBlob is unwrapped before it is handed out.
type meteredBlob struct {
	Blob
	budget *budget
}

func (b *meteredBlob) Write(p []byte) (int, error) {
	if int64(len(p)) > b.budget.left {
		return 0, tooMuch("more than %d bytes of pictures", b.budget.limit)
	}
	b.budget.left -= int64(len(p))
	return b.Blob.Write(p)
}

// ours is the blob that the caller's spool has made.
func ours(blob Blob) Blob {
	if metered, ok := blob.(*meteredBlob); ok {
		return metered.Blob
	}
	return blob
}

// tooMuch says which bound an answer broke.
func tooMuch(format string, bound int64) *Error {
	failure := newError(KindTooMuch, nil)
	failure.Message = fmt.Sprintf(format, bound)
	return failure
}

// writeError is a failure of the spool: its budget's own, or the disk's.
func writeError(err error) *Error {
	if failure, ok := errors.AsType[*Error](err); ok {
		return failure
	}
	return newError(KindOutput, err)
}
