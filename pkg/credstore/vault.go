package credstore

import "context"

// A vault keeps the record of one profile, whole: a reader gets the old one or
// the new one. Writes come from one process at a time (Store.Lock).
type vault interface {
	// read is an Error with the fault NotFound where there is no record.
	read(ctx context.Context) ([]byte, error)
	// write returns once what it wrote has been read back.
	write(ctx context.Context, record []byte) error
	// try writes something else than a record, and removes it.
	try(ctx context.Context) error
	// remove takes away the record and everything a crash left beside it.
	// Nothing there is no error.
	remove(ctx context.Context) error
}

// maxRecord bounds what is read back as a record. Logins are about 6 kB.
const maxRecord = 1 << 20
