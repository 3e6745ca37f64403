package release

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"debug/buildinfo"
	"debug/elf"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// packed is a file of an archive or package.
type packed struct {
	content []byte
	mode    os.FileMode
	time    time.Time
	owner   string
}

// unpack reads the regular files of an archive, a deb or an rpm.
func unpack(t *testing.T, path string) map[string]packed {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	switch filepath.Ext(path) {
	case ".zip":
		return unzip(t, content)
	case ".deb":
		return untar(t, bytes.NewReader(piped(t, nil, "dpkg-deb", "--fsys-tarfile", path)))
	case ".rpm":
		content = piped(t, content, "rpm2archive", "-")
	}
	plain, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return untar(t, plain)
}

func piped(t *testing.T, stdin []byte, args ...string) []byte {
	t.Helper()
	command := exec.Command(args[0], args[1:]...)
	command.Stdin, command.Stderr = bytes.NewReader(stdin), os.Stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v", strings.Join(args, " "), err)
	}
	return out
}

func untar(t *testing.T, from io.Reader) map[string]packed {
	t.Helper()
	files := map[string]packed{}
	for archive := tar.NewReader(from); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		files[strings.TrimPrefix(header.Name, "./")] = packed{content, header.FileInfo().Mode(), header.ModTime, header.Uname}
	}
}

func unzip(t *testing.T, content []byte) map[string]packed {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]packed{}
	for _, entry := range archive.File {
		file, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(file)
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name] = packed{content, entry.Mode(), entry.Modified, ""}
	}
	return files
}

// checkProgram looks into the program of a package, and runs it if it is this
// machine's.
func (s snapshot) checkProgram(t *testing.T, content []byte, system, arch string) {
	t.Helper()
	info, err := buildinfo.Read(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, setting := range info.Settings {
		got[setting.Key] = setting.Value
	}
	for key, want := range map[string]string{"GOOS": system, "GOARCH": arch, "CGO_ENABLED": "0", "-trimpath": "true", "vcs.revision": s.commit} {
		if got[key] != want {
			t.Errorf("%s is %q, not %q", key, got[key], want)
		}
	}
	if bytes.Contains(content, []byte(s.tree)) || !bytes.Contains(content, []byte(s.version)) {
		t.Error("the program has the folder that it was built in, or not its version")
	}
	if system != "linux" {
		return
	}
	binary, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if libraries, _ := binary.ImportedLibraries(); len(libraries) > 0 || binary.Section(".debug_info") != nil {
		t.Errorf("needs %v, or has what only a debugger wants", libraries)
	}
	if arch == runtime.GOARCH {
		s.checkVersion(t, content)
	}
}

func (s snapshot) checkVersion(t *testing.T, content []byte) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "codexgen")
	if err := os.WriteFile(program, content, 0o755); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(run(t, s.tree, nil, program, "version"), "\n")
	if lines[0] != "codexgen "+s.version || lines[1] != "commit   "+s.commit {
		t.Errorf("it calls itself %q", lines)
	}
}
