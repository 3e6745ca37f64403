package credstore

import (
	"context"
	"errors"
	"io/fs"
)

// A fileVault keeps a record in a private file.
type fileVault struct {
	profile string
	file    privateFile
}

func (v fileVault) read(context.Context) ([]byte, error) {
	record, err := v.file.read()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &Error{Fault: NotFound, Reason: "not logged in: there is no " + v.file.path(), Advice: adviceLogin, Missing: true}
	}
	if _, ok := errors.AsType[*Error](err); err != nil && !ok {
		return nil, &Error{Fault: Unusable, Reason: "the stored login cannot be read: " + v.file.path() + ": " + rootCause(err).Error(), Advice: adviceAgain}
	}
	return record, err
}

func (v fileVault) write(_ context.Context, record []byte) error { return v.file.write(record) }

func (v fileVault) remove(context.Context) error { return v.file.remove() }
