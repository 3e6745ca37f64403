package batch

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"
)

// A Format is how a manifest is written.
type Format string

const (
	JSONL Format = "jsonl" // an object a line
	CSV   Format = "csv"   // RFC 4180, the first line names the fields
	Lines Format = "lines" // a prompt a line
)

// Formats are all of them.
var Formats = []string{string(JSONL), string(CSV), string(Lines)}

// FormatOf tells a manifest's format by its name, and by its first bytes where
// the name says nothing.
func FormatOf(name string, head []byte) Format {
	switch {
	case hasSuffix(name, ".jsonl", ".ndjson", ".json"):
		return JSONL
	case hasSuffix(name, ".csv"):
		return CSV
	case hasSuffix(name, ".txt"), !bytes.HasPrefix(bytes.TrimLeft(withoutBOM(head), " \t\r\n"), []byte("{")):
		return Lines
	}
	return JSONL
}

func hasSuffix(name string, endings ...string) bool {
	for _, ending := range endings {
		if strings.HasSuffix(strings.ToLower(name), ending) {
			return true
		}
	}
	return false
}

// maxRecord bounds one record, in bytes: a prompt has at most 32 000
// characters.
const maxRecord = 1 << 20

// A LineError is a record that cannot be used.
type LineError struct {
	Line   int
	Reason string
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Read reads a manifest. After a LineError it goes on, unless what follows can
// no longer be told apart; any other error is the reader's, and the last.
func Read(r io.Reader, format Format) iter.Seq2[Record, error] {
	switch format {
	case CSV:
		return readCSV(r)
	case JSONL:
		return readLines(r, parseObject)
	default:
		return readLines(r, parsePrompt)
	}
}

func parsePrompt(line []byte) (Fields, error) {
	return Fields{"prompt": {string(line)}}, nil
}

// readLines parses each line that is not blank.
func readLines(r io.Reader, parse func(line []byte) (Fields, error)) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		lines := bufio.NewScanner(r)
		lines.Buffer(nil, maxRecord)
		number := 0
		for lines.Scan() {
			number++
			line := lines.Bytes()
			if number == 1 {
				line = withoutBOM(line)
			}
			if line = bytes.TrimSpace(line); len(line) == 0 {
				continue
			}
			record := Record{Line: number}
			err := checkText(line)
			if err == nil {
				record.Fields, err = parse(line)
			}
			if err != nil {
				err = &LineError{number, err.Error()}
			}
			if !yield(record, err) {
				return
			}
		}
		if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
			yield(Record{}, &LineError{number + 1, errTooLong.Error()})
		} else if err != nil {
			yield(Record{}, err)
		}
	}
}

var errTooLong = fmt.Errorf("it is longer than %d KiB", maxRecord>>10)

func withoutBOM(text []byte) []byte { return bytes.TrimPrefix(text, []byte("\ufeff")) }

func checkText(text []byte) error {
	switch {
	case !utf8.Valid(text):
		return errors.New("it is not UTF-8")
	case bytes.IndexByte(text, 0) >= 0:
		return errors.New("it holds a NUL byte")
	}
	return nil
}
