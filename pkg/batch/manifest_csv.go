package batch

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
)

// A table is a CSV manifest under way.
type table struct {
	limited *recordLimit
	rows    *csv.Reader
	names   []string
	line    int // where the newest row began
}

// readCSV takes the field names from the first line. A name may be there
// several times; an empty cell is a field that is not given.
func readCSV(r io.Reader) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		limited := &recordLimit{r: skipBOM(r)}
		t := &table{limited: limited, rows: csv.NewReader(limited)}
		names, err := t.row()
		if err == nil && slices.Contains(names, "") {
			err = &LineError{t.line, "a field has no name"}
		}
		if t.names = names; err != nil {
			if !errors.Is(err, io.EOF) {
				yield(Record{Line: t.line}, t.blame(err))
			}
			return
		}
		for {
			record, err := t.record()
			if errors.Is(err, io.EOF) || !yield(record, err) || err != nil && record.Fields == nil {
				return
			}
		}
	}
}

// row reads the cells of one line, or says what is wrong with it.
func (t *table) row() ([]string, error) {
	t.limited.read = 0
	cells, err := t.rows.Read()
	if len(cells) > 0 {
		t.line, _ = t.rows.FieldPos(0)
	}
	return cells, err
}

// record is the next row. Without Fields it is the last: what follows cannot
// be told apart.
func (t *table) record() (Record, error) {
	cells, err := t.row()
	if err != nil && !errors.Is(err, csv.ErrFieldCount) {
		return Record{}, t.blame(err)
	}
	record := Record{t.line, Fields{}}
	if err != nil {
		return record, &LineError{t.line, fmt.Sprintf("it has %d fields, the first line has %d", len(cells), len(t.names))}
	}
	for i, cell := range cells {
		if err := checkText([]byte(cell)); err != nil {
			return record, &LineError{t.line, err.Error()}
		}
		if cell != "" {
			record.Fields[t.names[i]] = append(record.Fields[t.names[i]], cell)
		}
	}
	return record, nil
}

// blame gives an error its line, but not the reader's own.
func (t *table) blame(err error) error {
	parse := (*csv.ParseError)(nil)
	switch {
	case errors.As(err, &parse):
		return &LineError{parse.StartLine, parse.Err.Error()}
	case errors.Is(err, errTooLong):
		return &LineError{t.line + 1, err.Error()}
	}
	return err
}

func skipBOM(r io.Reader) io.Reader {
	buffered := bufio.NewReader(r)
	if head, _ := buffered.Peek(3); string(head) == "\ufeff" {
		_, _ = buffered.Discard(3)
	}
	return buffered
}

// A recordLimit fails once too much was read for one record: a quote that is
// never closed would swallow the rest of the file.
type recordLimit struct {
	r    io.Reader
	read int
}

func (l *recordLimit) Read(p []byte) (int, error) {
	if l.read > maxRecord {
		return 0, errTooLong
	}
	n, err := l.r.Read(p)
	l.read += n
	return n, err
}
