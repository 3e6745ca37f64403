package credstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/codexgen/codexgen/pkg/auth"
)

// Codex is the official client, whose login is borrowed: never written, never
// refreshed, since the refresh token is that program's. Where it is kept is
// read from the program's own configuration (docs/credentials.md#borrowed).
type Codex struct {
	Home    string         // its folder, $CODEX_HOME or ~/.codex
	Keyring KeyringOptions // for where it keeps its login in the keyring

	entries entries // in tests
}

// Borrow reads the login anew. Where there is none the Error has Missing set.
func (c Codex) Borrow(ctx context.Context) (Credential, error) {
	switch mode := c.storeMode(); mode {
	case "", "file":
		return c.fromFile(ctx)
	case "keyring":
		return c.fromKeyring(ctx)
	case "auto":
		return c.fromAnywhere(ctx)
	case "ephemeral":
		return Credential{}, &Error{Reason: "Codex is set to forget its login when it ends (cli_auth_credentials_store), so there is none to borrow", Advice: adviceLogin, Missing: true}
	default:
		return Credential{}, &Error{Reason: "Codex keeps its login in a way that this version does not know (cli_auth_credentials_store)", Advice: adviceLogin}
	}
}

// fromAnywhere is Codex's own order: the keyring, and the file where that has
// nothing or does not answer.
func (c Codex) fromAnywhere(ctx context.Context) (Credential, error) {
	credential, err := c.fromKeyring(ctx)
	if err == nil || ctx.Err() != nil {
		return credential, err
	}
	fromFile, fileErr := c.fromFile(ctx)
	if isFault(fileErr, NotFound) && !isFault(err, NotFound) {
		return Credential{}, err
	}
	return fromFile, fileErr
}

func (c Codex) fromFile(ctx context.Context) (Credential, error) {
	path := filepath.Join(c.Home, "auth.json")
	var file codexAuth
	err := readLent(ctx, path, &file)
	switch {
	case err == nil:
		return file.credential(path)
	case ctx.Err() != nil:
		return Credential{}, err
	case errors.Is(err, fs.ErrNotExist):
		return Credential{}, &Error{Fault: NotFound, Reason: "not logged in: no CODEXGEN_ACCESS_TOKEN and no Codex login at " + path, Advice: adviceLogin, Missing: true}
	}
	return Credential{}, &Error{Reason: fmt.Sprintf("the Codex login at %s cannot be read: %v", path, err), Advice: "codex login"}
}

func (c Codex) fromKeyring(ctx context.Context) (Credential, error) {
	const place = "the keyring (service " + codexService + ")"
	ring := c.entries
	if ring == nil {
		ring = newKeyring(codexService, c.Keyring)
	}
	text, err := ring.Get(ctx, codexAccount(c.Home))
	if isFault(err, NotFound) {
		return Credential{}, c.notInKeyring(place)
	}
	if err != nil {
		return Credential{}, err
	}
	var stored codexAuth
	if err := json.Unmarshal([]byte(text), &stored); err != nil {
		return Credential{}, &Error{Fault: Damaged, Reason: "the Codex login in " + place + " is damaged", Advice: "codex login"}
	}
	return stored.credential(place)
}

// notInKeyring tells a login that is encrypted in a file, by the feature
// secret_auth_storage, from none at all.
func (c Codex) notInKeyring(place string) error {
	encrypted := filepath.Join(c.Home, "secrets", "codex_auth.age")
	if _, err := os.Stat(encrypted); err == nil {
		return &Error{Reason: "Codex keeps its login encrypted in " + encrypted + ", which codexgen does not read", Advice: adviceLogin}
	}
	return &Error{Fault: NotFound, Reason: "not logged in: no CODEXGEN_ACCESS_TOKEN and no Codex login in " + place, Advice: adviceLogin, Missing: true}
}

// codexAuth is the part of Codex's login that is read, the same in its file
// and in the keyring (docs/protocol.md#borrowed-authjson).
type codexAuth struct {
	Mode     string          `json:"auth_mode"`
	APIKey   string          `json:"OPENAI_API_KEY"`
	Personal string          `json:"personal_access_token"`
	Bedrock  json.RawMessage `json:"bedrock_api_key"`
	Tokens   *struct {
		ID        string `json:"id_token"`
		Access    string `json:"access_token"`
		AccountID string `json:"account_id"`
	} `json:"tokens"`
}

// otherLogins are the kinds that are no ChatGPT login.
var otherLogins = map[string]string{
	"apikey":              "an API key, which is paid per image and no ChatGPT login",
	"personalAccessToken": "a personal access token, which is not borrowed",
	"agentIdentity":       "an agent's identity, which is not borrowed",
	"headers":             "a set of request headers, which is not borrowed",
	"bedrockApiKey":       "a key for Amazon Bedrock",
}

// kind is Codex's own order where the file does not say.
func (a codexAuth) kind() string {
	switch {
	case a.Mode != "":
		return a.Mode
	case a.Personal != "":
		return "personalAccessToken"
	case len(a.Bedrock) > 0 && string(a.Bedrock) != "null":
		return "bedrockApiKey"
	case a.APIKey != "":
		return "apikey"
	}
	return "chatgpt"
}

func (a codexAuth) credential(place string) (Credential, error) {
	kind := a.kind()
	if what, known := otherLogins[kind]; known {
		return Credential{}, &Error{Reason: "the Codex login in " + place + " is " + what, Advice: adviceLogin}
	}
	if kind != "chatgpt" && kind != "chatgptAuthTokens" {
		return Credential{}, &Error{Reason: "the Codex login in " + place + " is of a kind that this version does not know", Advice: adviceLogin}
	}
	if a.Tokens == nil || a.Tokens.Access == "" {
		return Credential{}, &Error{Reason: "the Codex login in " + place + " has no access token", Advice: "codex login"}
	}
	account := a.Tokens.AccountID
	if id, ok := auth.ReadClaims(a.Tokens.ID); ok && account == "" {
		account = id.AccountID
	}
	return FromToken(a.Tokens.Access, account, place), nil
}
