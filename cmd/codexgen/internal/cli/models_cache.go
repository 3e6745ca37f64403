package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/codexgen/codexgen/pkg/codex"
)

// modelsMaxAge is how long a catalogue is believed.
const modelsMaxAge = 24 * time.Hour

// modelCache keeps a backend's catalogue in the state folder. A cache that
// cannot be read or written is no cache.
type modelCache struct {
	dir, base string
	now       func() time.Time
}

func (c *modelCache) path() string {
	name := sha256.Sum256([]byte(c.base))
	return filepath.Join(c.dir, "models-"+hex.EncodeToString(name[:6])+".json")
}

func (c *modelCache) Load() ([]codex.Model, bool) {
	info, err := os.Stat(c.path())
	if err != nil || c.now().Sub(info.ModTime()) > modelsMaxAge || info.Size() > 1<<20 {
		return nil, false
	}
	text, err := os.ReadFile(c.path())
	if err != nil {
		return nil, false
	}
	var models []codex.Model
	return models, json.Unmarshal(text, &models) == nil && len(models) > 0
}

func (c *modelCache) Store(models []codex.Model) {
	text, err := json.Marshal(models)
	if err != nil || os.MkdirAll(c.dir, 0o700) != nil {
		return
	}
	file, err := os.CreateTemp(c.dir, ".models-*.part")
	if err != nil {
		return
	}
	_, err = file.Write(text)
	if closeErr := file.Close(); err != nil || closeErr != nil || os.Rename(file.Name(), c.path()) != nil {
		_ = os.Remove(file.Name())
	}
}
