package credstore

import (
	"context"
	"path/filepath"
	"runtime"
	"time"
)

// A Lender is another program whose login can be borrowed.
type Lender interface {
	Borrow(ctx context.Context) (Credential, error)
}

// Surroundings are what is known of the user's machine.
type Surroundings struct {
	HomeDir   string
	LookupEnv func(string) (string, bool)
	Keyring   KeyringOptions
	Now       func() time.Time
}

// LenderByName gives the program that is meant by codex or hermes.
func LenderByName(name string, s Surroundings) (Lender, error) {
	switch name {
	case "codex":
		return Codex{Home: s.folder("CODEX_HOME", ".codex"), Keyring: s.Keyring}, nil
	case "hermes":
		home := s.folder("HERMES_HOME", ".hermes")
		if local, ok := s.LookupEnv("LOCALAPPDATA"); ok && runtime.GOOS == "windows" && home == filepath.Join(s.HomeDir, ".hermes") {
			home = filepath.Join(local, "hermes") // Hermes's own place there
		}
		return Hermes{Home: home, Now: s.Now}, nil
	}
	return nil, &Error{Fault: BadName, Reason: "no login can be borrowed from there", Advice: "codex or hermes"}
}

func (s Surroundings) folder(variable, name string) string {
	if home, ok := s.LookupEnv(variable); ok && home != "" {
		return home
	}
	return filepath.Join(s.HomeDir, name)
}
