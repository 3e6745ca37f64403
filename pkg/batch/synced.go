package batch

import (
	"errors"
	"os"
	"sync"
)

// syncedLines appends lines to a file, each on the disk before write returns.
// Writers that come while the disk is busy share the next turn, so that many
// jobs at once cost few waits. It is safe for concurrent use.
type syncedLines struct {
	file *os.File
	end  int64 // where the whole lines end

	mu   sync.Mutex
	next *round // gathers lines

	turn   sync.Mutex // one round writes at a time
	failed error      // of the file: what follows would stand behind a torn line
}

// A round is the lines that are written together.
type round struct {
	text []byte
	done bool // as is err: of the turn's holder
	err  error
}

func (s *syncedLines) write(line []byte) error {
	s.mu.Lock()
	mine := s.next
	mine.text = append(mine.text, line...)
	s.mu.Unlock()

	s.turn.Lock()
	defer s.turn.Unlock()
	if mine.done {
		return mine.err
	}
	s.mu.Lock()
	s.next = &round{}
	s.mu.Unlock()
	mine.err = s.store(mine.text)
	mine.done = true
	return mine.err
}

// store writes and syncs. What could be written only in part is taken back.
func (s *syncedLines) store(text []byte) error {
	if s.failed != nil {
		return s.failed
	}
	_, err := s.file.Write(text)
	if err == nil {
		err = s.file.Sync()
	}
	if err != nil {
		s.failed = errors.Join(err, s.file.Truncate(s.end))
		return s.failed
	}
	s.end += int64(len(text))
	return nil
}
