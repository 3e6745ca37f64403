//go:build !windows

package credstore

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// KR-7: the file is its owner's alone whatever the umask; the folders too.
func TestKR07Modes(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	p := profilesOn(t, newMemory("linux"))
	keepLogin(t, p, "x", InFile, loginOf(canary, 10))
	rescueSomething(t, p, "x")
	err := filepath.WalkDir(p.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		want := fs.FileMode(0o600)
		if entry.IsDir() {
			want = fs.ModeDir | 0o700
		}
		if err == nil && info.Mode() != want {
			t.Errorf("%s is %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// KR-7: what others could have read or put there is refused, neither read nor
// written nor repaired, and a link's target stays as it is. Logging out is
// always possible.
func TestKR07Refused(t *testing.T) {
	for name, spoil := range map[string]func(file, folder, elsewhere string) error{
		"file for the group":      func(file, _, _ string) error { return os.Chmod(file, 0o640) },
		"file for all":            func(file, _, _ string) error { return os.Chmod(file, 0o644) },
		"file that all can write": func(file, _, _ string) error { return os.Chmod(file, 0o602) },
		"folder for all":          func(_, folder, _ string) error { return os.Chmod(folder, 0o755) },
		"link": func(file, _, elsewhere string) error {
			return errors.Join(os.Rename(file, elsewhere), os.Symlink(elsewhere, file))
		},
		"link to nothing": func(file, _, elsewhere string) error {
			return errors.Join(os.Remove(file), os.Symlink(elsewhere, file))
		},
		"pipe":                func(file, _, _ string) error { return errors.Join(os.Remove(file), syscall.Mkfifo(file, 0o600)) },
		"folder in its place": func(file, _, _ string) error { return errors.Join(os.Remove(file), os.Mkdir(file, 0o700)) },
		"folder is a link": func(_, folder, elsewhere string) error {
			return errors.Join(os.Rename(folder, elsewhere), os.Symlink(elsewhere, folder))
		},
		"file of another (root)":   func(file, _, _ string) error { return chown(file) },
		"folder of another (root)": func(_, folder, _ string) error { return chown(folder) },
	} {
		t.Run(name, func(t *testing.T) {
			p := profilesOn(t, newMemory("linux"))
			keepLogin(t, p, "x", InFile, loginOf("old", 10))
			file := openStore(t, p, "x").vault.(fileVault).file
			elsewhere := filepath.Join(t.TempDir(), "elsewhere")
			if err := spoil(file.path(), file.folder, elsewhere); errors.Is(err, errNotRoot) {
				t.Skip(err)
			} else if err != nil {
				t.Fatal(err)
			}
			before, _ := os.ReadFile(elsewhere)
			if _, err := openStore(t, p, "x").Load(t.Context()); faultOf(err) != Unsafe || hintOf(err) == "" {
				t.Errorf("read: %v", err)
			}
			if err := openStore(t, p, "x").Save(t.Context(), loginOf(canary, 10)); faultOf(err) != Unsafe {
				t.Errorf("saved: %v", err)
			}
			if _, err := p.Login(t.Context(), Profile{Name: "x", Store: InFile}, loginOf(canary, 10)); faultOf(err) != Unsafe {
				t.Errorf("logged in: %v", err)
			}
			if after, _ := os.ReadFile(elsewhere); string(after) != string(before) || holds(t, p.folder, canary) {
				t.Error("something was written")
			}
		})
	}
}

// Who could read it may have: the way out is a new login, which works.
func TestKR07LogoutOfAnUnsafeFile(t *testing.T) {
	p := profilesOn(t, newMemory("linux"))
	keepLogin(t, p, "x", InFile, loginOf(canary, 10))
	if err := os.Chmod(openStore(t, p, "x").vault.(fileVault).file.path(), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := p.Remove(t.Context(), "x"); err != nil || holds(t, p.folder, canary) {
		t.Error(err)
	}
	keepLogin(t, p, "x", InFile, loginOf("new", 10))
	wantLogin(t, p, "x", loginOf("new", 10))
}

var errNotRoot = errors.New("only root can give a file to another user")

func chown(path string) error {
	if os.Geteuid() != 0 {
		return errNotRoot
	}
	return os.Chown(path, 65534, 65534)
}

// A recovery file that others could have put there is not opened.
func TestRecoveryUnsafe(t *testing.T) {
	p := profilesOn(t, newMemory("linux"))
	keepLogin(t, p, "x", InKeyring, loginOf("old", 10))
	rescueSomething(t, p, "x")
	if err := os.Chmod(openStore(t, p, "x").recovery.path(), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := openStore(t, p, "x").Load(t.Context()); faultOf(err) != Unsafe {
		t.Error(err)
	}
}

func TestUnwritable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p := &Profiles{folder: filepath.Join(file, "codexgen"), entries: newMemory("linux")}
	if err := p.Try(t.Context(), Profile{Name: "x", Store: InFile}); faultOf(err) != Unwritable {
		t.Error(err)
	}
}
