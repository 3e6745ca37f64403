package credstore

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/codexgen/codexgen/pkg/auth"
)

// recoveryMark begins a recovery file, and is sealed with it.
const recoveryMark = "codexgen recovery 1\n"

// A recovery is a login whose refresh token is the only one that works, while
// the store still has the one that was spent for it.
type recovery struct {
	Replaces string          `json:"replaces"` // fingerprint of the spent refresh token
	Record   json.RawMessage `json:"record"`
}

// fingerprint names a login by its refresh token, without telling it.
func fingerprint(login auth.Login) string {
	digest := sha256.Sum256([]byte(login.Refresh.Reveal()))
	return hex.EncodeToString(digest[:])
}

// seal encrypts with AES-256-GCM under a random nonce. The profile's name is
// sealed with it: the file of one profile opens no other.
func seal(key []byte, profile string, r recovery) ([]byte, error) {
	plain, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode recovery file: %w", err)
	}
	aead, err := sealer(key)
	if err != nil {
		return nil, err
	}
	return aead.Seal([]byte(recoveryMark), nil, plain, []byte(recoveryMark+profile)), nil
}

// unseal reports false for a file that this key does not open.
func unseal(key []byte, profile string, sealed []byte) (recovery, bool) {
	aead, err := sealer(key)
	if err != nil || len(sealed) < len(recoveryMark) {
		return recovery{}, false
	}
	plain, err := aead.Open(nil, nil, sealed[len(recoveryMark):], []byte(recoveryMark+profile))
	var r recovery
	if err != nil || json.Unmarshal(plain, &r) != nil {
		return recovery{}, false
	}
	return r, true
}

func sealer(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("recovery key: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}
