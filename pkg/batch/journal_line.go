package batch

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"github.com/codexgen/codexgen/pkg/codex"
)

const journalVersion = 1

// An entry is what a line of the journal says of a job.
type entry string

const (
	entrySent   entry = "sent"   // its request is about to leave
	entryDone   entry = "done"   // its image has its name
	entryFailed entry = "failed" // there is no image
)

// A journalLine is one line of the journal. It holds no prompt.
type journalLine struct {
	Version   int           `json:"v"`
	Entry     entry         `json:"entry"`
	Job       string        `json:"job"` // Key
	Line      int           `json:"line"`
	At        time.Time     `json:"at"`
	Path      string        `json:"path,omitempty"` // from the journal's folder on
	SHA256    string        `json:"sha256,omitempty"`
	Bytes     int64         `json:"bytes,omitempty"`
	ErrorType string        `json:"error_type,omitempty"`
	Charged   codex.Charged `json:"charged,omitempty"`
}

// parseJournalLine refuses what this version does not write.
func parseJournalLine(text []byte) (line journalLine, key Key, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&line); err != nil {
		return line, key, errors.New("it is not valid JSON")
	}
	switch line.Entry {
	case entrySent, entryDone, entryFailed:
	default:
		return line, key, errors.New("its entry is unknown")
	}
	decoded, err := hex.DecodeString(line.Job)
	if line.Version != journalVersion || err != nil || len(decoded) != len(key) {
		return line, key, errors.New("another version of codexgen wrote it")
	}
	copy(key[:], decoded)
	return line, key, nil
}

// mayCost reports that the job must not be asked for again by itself.
func (l journalLine) mayCost() bool {
	return l.Entry == entrySent || l.Entry == entryFailed && l.Charged != codex.ChargedNo
}
