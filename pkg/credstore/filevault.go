package credstore

import (
	"context"
	"errors"
	"io/fs"
	"os"
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
	return record, err
}

func (v fileVault) write(_ context.Context, record []byte) error { return v.file.write(record) }

func (v fileVault) try(context.Context) error {
	trial := privateFile{v.file.folder, "try"}
	if err := trial.write(nil); err != nil {
		return err
	}
	if err := trial.remove(); err != nil {
		return err
	}
	_ = os.Remove(v.file.folder) // unless there is a login already
	return nil
}

func (v fileVault) remove(context.Context) error { return v.file.remove() }
