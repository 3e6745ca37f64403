package credstore

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"

	"github.com/pelletier/go-toml/v2"
)

// codexService is what Codex's entry is filed under
// (openai/codex codex-rs/login/src/auth/storage.rs, 2026-08-22).
const codexService = "Codex Auth"

// storeMode is the word of Codex's configuration for where its login is. One
// that cannot be read is taken for none, which means the file.
func (c Codex) storeMode() string {
	var config struct {
		Store any `toml:"cli_auth_credentials_store"`
	}
	content, err := readRegular(filepath.Join(c.Home, "config.toml"))
	if err != nil || toml.Unmarshal(content, &config) != nil || config.Store == nil {
		return ""
	}
	if word, ok := config.Store.(string); ok {
		return word
	}
	return "unknown"
}

// codexAccount is the entry's user: a part of the SHA-256 of the folder's
// canonical path, or of the path as it is where that cannot be found out.
func codexAccount(home string) string {
	if absolute, err := filepath.Abs(home); err == nil {
		if canonical, err := filepath.EvalSymlinks(absolute); err == nil {
			home = canonicalPrefix + canonical
		}
	}
	digest := sha256.Sum256([]byte(home))
	return "cli|" + hex.EncodeToString(digest[:])[:16]
}
