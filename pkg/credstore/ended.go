package credstore

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"

	"github.com/codexgen/codexgen/pkg/auth"
)

// An ending is what is remembered of a login that its issuer has ended: why,
// and which one it was, by a hash under the store's key, which tells nobody
// else anything. A new login has another hash.
type ending struct {
	Mark []byte `json:"mark"`
	Why  string `json:"why"`
}

func (s *Store) endingFile() privateFile { return privateFile{s.recovery.folder, "ended.json"} }

// mark is nil until the login was read, with the key beside it.
func (s *Store) mark(login auth.Login) []byte {
	if s.marks == nil {
		return nil
	}
	mac := hmac.New(sha256.New, s.marks)
	mac.Write([]byte(login.Refresh.Reveal()))
	return mac.Sum(nil)
}

// Ended says why the login is known to be over, or nothing.
func (s *Store) Ended(login auth.Login) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, err := s.endingFile().read()
	var e ending
	if err != nil || json.Unmarshal(text, &e) != nil || s.marks == nil || !hmac.Equal(e.Mark, s.mark(login)) {
		return "" // the issuer says it again
	}
	return e.Why
}

// End remembers that the login is over, so that no process asks again.
func (s *Store) End(login auth.Login, why string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	mark := s.mark(login)
	if mark == nil {
		return nil
	}
	text, err := json.Marshal(ending{mark, why})
	if err != nil {
		return err
	}
	return s.endingFile().write(text)
}
