package credstore

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"github.com/codexgen/codexgen/pkg/auth"
	"github.com/codexgen/codexgen/pkg/internal/redact"
)

// recordVersion is the form in which a login is stored. A later form is an
// error and stays untouched.
const recordVersion = 1

// keySize is that of AES-256.
const keySize = 32

// A record is what a vault keeps: the login, and the key that seals a
// recovery file.
type record struct {
	login auth.Login
	key   []byte
}

// recordWire is a record as JSON. It is the one place where tokens are
// written out.
type recordWire struct {
	Version   int       `json:"version"`
	Access    string    `json:"access_token"`
	Refresh   string    `json:"refresh_token,omitempty"`
	Expires   time.Time `json:"expires,omitzero"`
	AccountID string    `json:"account_id,omitempty"`
	Email     string    `json:"email,omitempty"`
	Plan      string    `json:"plan,omitempty"`
	FedRAMP   bool      `json:"fedramp,omitempty"`
	Residency string    `json:"residency,omitempty"`
	Issuer    string    `json:"issuer,omitempty"`
	BaseURL   string    `json:"base_url,omitempty"`
	Created   time.Time `json:"created,omitzero"`
	Refreshed time.Time `json:"refreshed,omitzero"`
	Key       []byte    `json:"recovery_key,omitempty"`
}

func newKey() []byte {
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // it cannot fail: crypto/rand.Read, Go 1.24
	return key
}

func (r record) encode() ([]byte, error) {
	l := r.login
	encoded, err := json.Marshal(recordWire{
		Version: recordVersion, Access: l.Access.Reveal(), Refresh: l.Refresh.Reveal(), Expires: l.Expires.UTC(),
		AccountID: l.AccountID, Email: l.Email, Plan: l.Plan, FedRAMP: l.FedRAMP, Residency: l.Residency,
		Issuer: l.Issuer, BaseURL: l.BaseURL, Created: l.Created.UTC(), Refreshed: l.Refreshed.UTC(), Key: r.key,
	})
	if err != nil {
		return nil, fmt.Errorf("encode login: %w", err)
	}
	return encoded, nil
}

// decodeRecord reads what a vault of the profile kept. Its errors quote none
// of it.
func decodeRecord(profile string, text []byte) (record, error) {
	var wire recordWire
	if err := json.Unmarshal(text, &wire); err != nil {
		if newer(text) {
			return record{}, newerError(profile)
		}
		return record{}, damagedError(profile)
	}
	switch {
	case wire.Version > recordVersion:
		return record{}, newerError(profile)
	case wire.Version < 1, wire.Access == "" && wire.Refresh == "", len(wire.Key) != keySize:
		return record{}, damagedError(profile)
	}
	return record{key: wire.Key, login: auth.Login{
		Access: redact.NewSecret(wire.Access), Refresh: redact.NewSecret(wire.Refresh), Expires: wire.Expires,
		AccountID: wire.AccountID, Email: wire.Email, Plan: wire.Plan, FedRAMP: wire.FedRAMP, Residency: wire.Residency,
		Issuer: wire.Issuer, BaseURL: wire.BaseURL, Created: wire.Created, Refreshed: wire.Refreshed,
	}}, nil
}

// newer looks at the version alone: a later form may give other members
// another type.
func newer(text []byte) bool {
	var versioned struct {
		Version int `json:"version"`
	}
	return json.Unmarshal(text, &versioned) == nil && versioned.Version > recordVersion
}

func newerError(profile string) error {
	return &Error{Fault: Newer, Reason: fmt.Sprintf("the login of profile %s was stored by a later version of codexgen", profile), Advice: "update codexgen, or start over: codexgen auth logout --profile " + profile}
}

func damagedError(profile string) error {
	return &Error{Fault: Damaged, Reason: fmt.Sprintf("the stored login of profile %s is damaged", profile), Advice: "codexgen auth login --profile " + profile}
}
