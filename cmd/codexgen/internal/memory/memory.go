// Package memory keeps what was found about an account at a backend: the
// catalogue and how the routes answered. A finding is believed for a day. It
// lives in one small file for each host and account in the state folder; a
// file that is damaged, too large or another's is no memory, and one that
// cannot be written is no error. Of two processes that learn at the same time
// the later one may undo what the other learned, but the file is always whole.
package memory

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/codexgen/codexgen/pkg/codex"
)

const (
	maxAge  = 24 * time.Hour
	maxFile = 1 << 20
	version = 1
)

// A Memory is that of one account at one host. It satisfies codex.Memory.
type Memory struct {
	dir           string // "" keeps it in the process
	host, account string // the account as a hash
	now           func() time.Time

	mu   sync.Mutex
	kept codex.Findings // where there is no file
}

// New is a memory that ends with the process.
func New(now func() time.Time) *Memory { return &Memory{now: now} }

// Open is the memory of an account at a host, in files in the folder dir. An
// unknown account or folder is remembered in the process only.
func Open(dir, host, account string, now func() time.Time) *Memory {
	if dir == "" || account == "" {
		return New(now)
	}
	return &Memory{dir: dir, host: host, account: hash(account), now: now}
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

// document is the file.
type document struct {
	Version int    `json:"version"`
	Host    string `json:"host"`
	Account string `json:"account"`
	codex.Findings
}

func (m *Memory) name() string { return "memory-" + hash(m.host + "\n" + m.account)[:16] + ".json" }

// Recall returns what was found within the last day.
func (m *Memory) Recall() codex.Findings {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.recall()
}

func (m *Memory) recall() codex.Findings {
	found := m.kept
	if m.dir != "" {
		found = m.read()
	}
	fresh := codex.Findings{}
	if m.believed(found.Asked) {
		fresh.Models, fresh.Asked = found.Models, found.Asked
	}
	for route, finding := range found.Routes {
		if m.believed(finding.At) {
			fresh.Learn(route, finding)
		}
	}
	return fresh
}

// believed leaves out what is old, and what a wrong clock dated ahead.
func (m *Memory) believed(at time.Time) bool {
	age := m.now().Sub(at)
	return age >= 0 && age < maxAge
}

// Learn changes what is remembered.
func (m *Memory) Learn(change func(*codex.Findings)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := m.recall()
	change(&found)
	if m.dir == "" {
		m.kept = found
		return
	}
	_ = m.write(found) // what cannot be kept is found again
}

func (m *Memory) read() codex.Findings {
	file, err := os.Open(filepath.Join(m.dir, m.name()))
	if err != nil {
		return codex.Findings{}
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	var d document
	if err != nil || len(text) > maxFile || json.Unmarshal(text, &d) != nil ||
		d.Version != version || d.Host != m.host || d.Account != m.account {
		return codex.Findings{}
	}
	return d.Findings
}

func (m *Memory) write(found codex.Findings) error {
	text, err := json.Marshal(document{version, m.host, m.account, found})
	if err != nil || len(text) > maxFile {
		return err
	}
	if err := os.MkdirAll(m.dir, 0o700); err != nil {
		return err
	}
	// Renamed into its place, so that a reader never meets half of it.
	file, err := os.CreateTemp(m.dir, ".memory-*.part")
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(file.Name(), filepath.Join(m.dir, m.name()))
	}
	if err != nil {
		_ = os.Remove(file.Name())
	}
	return err
}
