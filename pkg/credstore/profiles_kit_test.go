package credstore

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/auth"
)

// profilesOn are profiles in a folder of their own and in a stand-in keyring.
func profilesOn(t *testing.T, ring entries) *Profiles {
	t.Helper()
	return &Profiles{folder: filepath.Join(t.TempDir(), "codexgen"), entries: ring}
}

func keepLogin(t *testing.T, p *Profiles, name string, kind Kind, login auth.Login) {
	t.Helper()
	leftover, err := p.Login(t.Context(), Profile{Name: name, Store: kind, BaseURL: login.BaseURL, Issuer: login.Issuer}, login)
	if leftover != nil || err != nil {
		t.Fatalf("%s in %s: %v, %v", name, kind, leftover, err)
	}
}

func wantLogin(t *testing.T, p *Profiles, name string, want auth.Login) {
	t.Helper()
	store, err := p.Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	got, err := store.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, want)
}

// filesOf are the files of a folder that may hold a login or a part of it.
func filesOf(t *testing.T, folder string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && filepath.Ext(path) != ".lock" && entry.Name() != "profiles.json" {
			name, _ := filepath.Rel(folder, path)
			names = append(names, name)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return names
}

// holds reports whether any file of the folder has these bytes.
func holds(t *testing.T, folder, text string) bool {
	t.Helper()
	found := false
	_ = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			content, err := os.ReadFile(path)
			found = found || err != nil || strings.Contains(string(content), text)
		}
		return nil
	})
	return found
}
