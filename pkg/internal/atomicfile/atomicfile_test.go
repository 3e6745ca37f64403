package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func open(t *testing.T) (*Folder, string) {
	t.Helper()
	dir := t.TempDir()
	folder, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = folder.Close() })
	return folder, dir
}

func sealed(t *testing.T, folder *Folder, text string) *File {
	t.Helper()
	f, err := folder.Create()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := f.Seal(true); err != nil {
		t.Fatal(err)
	}
	return f
}

func check(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		text, _ := os.ReadFile(filepath.Join(dir, entry.Name()))
		if w, ok := want[entry.Name()]; !ok || w != string(text) {
			t.Errorf("%s holds %q, want %q (%t)", entry.Name(), text, w, ok)
		}
	}
	if len(entries) != len(want) {
		t.Errorf("%d files, want %d", len(entries), len(want))
	}
}

// The ways to publish: with links; without, as on FAT; and where no rename
// spares a taken name either.
func TestPublish(t *testing.T) {
	unlinked := func(folder *Folder) {
		folder.link = func(from, to string) error {
			return &os.LinkError{Op: "link", Old: from, New: to, Err: syscall.EPERM}
		}
	}
	for name, lacks := range map[string]func(*Folder){
		"all":     func(*Folder) {},
		"no link": unlinked,
		"neither": func(folder *Folder) {
			unlinked(folder)
			folder.move = func(string, string) error { return errors.ErrUnsupported }
		},
	} {
		t.Run(name, func(t *testing.T) {
			folder, dir := open(t)
			lacks(folder)
			first, second := sealed(t, folder, "first"), sealed(t, folder, "second")
			if err := first.Publish("x"); err != nil {
				t.Fatal(err)
			}
			if err := second.Publish("x"); !errors.Is(err, fs.ErrExist) {
				t.Errorf("over another: %v", err)
			}
			if err := second.Publish("y"); err != nil {
				t.Errorf("the next name: %v", err)
			}
			if err := errors.Join(first.Discard(), second.Discard(), folder.Sync()); err != nil {
				t.Error(err)
			}
			check(t, dir, map[string]string{"x": "first", "y": "second"})
		})
	}
}

// Where renaming fails as well, the name that was reserved is free again.
func TestReserveFails(t *testing.T) {
	folder, dir := open(t)
	folder.link = func(string, string) error { return errors.ErrUnsupported }
	f := sealed(t, folder, "text")
	if err := folder.Remove(f.name); err != nil {
		t.Fatal(err)
	}
	if err := f.Publish("x"); err == nil {
		t.Error("a file that is gone was published")
	}
	check(t, dir, nil)
}

func TestReplace(t *testing.T) {
	folder, dir := open(t)
	if err := errors.Join(sealed(t, folder, "old").Publish("x"), os.Mkdir(filepath.Join(dir, "folder"), 0o777)); err != nil {
		t.Fatal(err)
	}
	if err := sealed(t, folder, "new").Replace("x"); err != nil {
		t.Error(err)
	}
	f := sealed(t, folder, "newer")
	if err := f.Replace("folder"); err == nil {
		t.Error("a folder was replaced")
	}
	if err := errors.Join(f.Discard(), os.Remove(filepath.Join(dir, "folder"))); err != nil {
		t.Error(err)
	}
	check(t, dir, map[string]string{"x": "new"})
}

func TestTaken(t *testing.T) {
	folder, _ := open(t)
	if err := sealed(t, folder, "").Publish("x"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"x": true, "y": false} {
		if taken, err := folder.Taken(name); taken != want || err != nil {
			t.Errorf("%s: %t, %v", name, taken, err)
		}
	}
	for _, name := range []string{strings.Repeat("x", 300), "../x", "/x"} {
		if _, err := folder.Taken(name); err == nil {
			t.Errorf("%.20q can be a name here", name)
		}
	}
}

// The error of sealing is not forgotten by asking again.
func TestSealTwice(t *testing.T) {
	folder, dir := open(t)
	f, err := folder.Create()
	if err != nil {
		t.Fatal(err)
	}
	_ = f.file.Close()
	first := f.Seal(true)
	if again := f.Seal(false); first == nil || again == nil {
		t.Errorf("%v, then %v", first, again)
	}
	if err := errors.Join(f.Discard(), f.Discard()); err != nil {
		t.Error(err)
	}
	g := sealed(t, folder, "")
	if err := errors.Join(g.Seal(true), g.Discard()); err != nil {
		t.Error(err)
	}
	check(t, dir, nil)
}

// F10: a file that is shorter than what was written is not sealed.
func TestF10Short(t *testing.T) {
	folder, dir := open(t)
	f, err := folder.Create()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("whole")); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, f.name), 3); err != nil {
		t.Fatal(err)
	}
	if err := f.Seal(true); err == nil || !strings.Contains(err.Error(), "3 of 5 bytes") {
		t.Error(err)
	}
	if err := f.Discard(); err != nil {
		t.Error(err)
	}
	check(t, dir, nil)
}

// A write that failed is not forgotten by whoever wrote.
func TestSealAfterAFailedWrite(t *testing.T) {
	folder, dir := open(t)
	f, err := folder.Create()
	if err != nil {
		t.Fatal(err)
	}
	file := f.file
	if f.file, err = folder.root.Open(f.name); err != nil { // for reading
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("text")); err == nil {
		t.Error("it was written")
	}
	if err := f.Seal(false); err == nil {
		t.Error("it was sealed")
	}
	if err := errors.Join(file.Close(), f.Discard()); err != nil {
		t.Error(err)
	}
	check(t, dir, nil)
}

func TestNamesStops(t *testing.T) {
	folder, _ := open(t)
	for _, name := range []string{"a", "b"} {
		if err := sealed(t, folder, "").Publish(name); err != nil {
			t.Fatal(err)
		}
	}
	count := 0
	for _, err := range folder.Names() {
		if err != nil {
			t.Fatal(err)
		}
		count++
		break
	}
	_ = folder.Close()
	for _, err := range folder.Names() {
		if err == nil {
			t.Error("a closed folder has names")
		}
	}
	if count != 1 {
		t.Error(count)
	}
}
