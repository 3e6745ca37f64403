package credstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/codexgen/codexgen/pkg/internal/retry"
)

const (
	maxLentFile = 1 << 20
	// Other programs write their files in place, so a reader can meet half of
	// one: it is read again a few times.
	lentTries = 5
	lentPause = 60 * time.Millisecond
)

// readLent reads a JSON file of another program. The error is fs.ErrNotExist,
// the context's cause, or for people and without a word of the content.
func readLent(ctx context.Context, path string, into any) error {
	var err error
	for range lentTries {
		err = readLentOnce(path, into)
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if stop := retry.Sleep(ctx, lentPause); stop != nil {
			return stop
		}
	}
	return rootCause(err)
}

func readLentOnce(path string, into any) error {
	content, err := readRegular(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(content, into); err != nil {
		return errors.New("it is not the JSON that belongs there") // the parser's words could quote a token
	}
	return nil
}

// readRegular follows links, and does not wait for a pipe.
func readRegular(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a file")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, maxLentFile+1))
	if err == nil && len(content) > maxLentFile {
		err = fmt.Errorf("it is larger than %d bytes", maxLentFile)
	}
	return content, err
}
