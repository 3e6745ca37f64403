package credstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/codexgen/codexgen/pkg/auth"
	"github.com/codexgen/codexgen/pkg/internal/retry"
)

const (
	maxAuthFile = 1 << 20
	// The official client writes the file in place, so a reader can meet half
	// of it: it is read again a few times.
	authFileTries = 5
	authFilePause = 60 * time.Millisecond
)

// authFile is the part of Codex's auth.json that is read
// (docs/protocol.md#borrowed-authjson).
type authFile struct {
	Mode   string  `json:"auth_mode"`
	APIKey *string `json:"OPENAI_API_KEY"`
	Tokens *struct {
		ID        string `json:"id_token"`
		Access    string `json:"access_token"`
		AccountID string `json:"account_id"`
	} `json:"tokens"`
}

// ReadCodexLogin borrows the login of the official client from its folder.
// It never writes there and never refreshes: the refresh token is that
// program's. A missing file is an Error with Missing set.
func ReadCodexLogin(ctx context.Context, codexHome string) (Credential, error) {
	path := filepath.Join(codexHome, "auth.json")
	var file authFile
	var err error
	for range authFileTries {
		file, err = readAuthFile(path)
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			break
		}
		if stop := retry.Sleep(ctx, authFilePause); stop != nil {
			return Credential{}, stop
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Credential{}, &Error{Reason: "not logged in: no CODEXGEN_ACCESS_TOKEN and no Codex login at " + path, Advice: adviceLogin, Missing: true}
	case err != nil:
		return Credential{}, &Error{Reason: fmt.Sprintf("the Codex login at %s cannot be read: %v", path, err), Advice: "codex login"}
	}
	return file.credential(path)
}

func readAuthFile(path string) (authFile, error) {
	var parsed authFile
	file, err := os.Open(path)
	if err != nil {
		return parsed, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, maxAuthFile))
	if err != nil {
		return parsed, err
	}
	if err := json.Unmarshal(content, &parsed); err != nil {
		// The parser's own words could quote a token.
		return parsed, errors.New("it is not the JSON that Codex writes")
	}
	return parsed, nil
}

func (f authFile) credential(path string) (Credential, error) {
	mode := f.Mode
	if mode == "" && f.APIKey != nil && *f.APIKey != "" {
		mode = "apikey"
	}
	if f.Tokens == nil || f.Tokens.Access == "" || mode != "" && mode != "chatgpt" && mode != "chatgptAuthTokens" {
		return Credential{}, &Error{Reason: "the Codex login at " + path + " is not a ChatGPT login", Advice: adviceLogin}
	}
	account := f.Tokens.AccountID
	if id, ok := auth.ReadClaims(f.Tokens.ID); ok && account == "" {
		account = id.AccountID
	}
	return FromToken(f.Tokens.Access, account, path), nil
}
