package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
)

const licencesHead = `Licences of what is linked into codexgen besides its own code, on any of Linux,
macOS and Windows. Written by "go generate"; what each is for is in
docs/dependencies.md. Go's runtime and standard library have the licence of
golang.org/x/sys below.
`

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)(\.(md|txt))?$`)

// licences is every licence file of every linked module: most of them want to
// go with the program.
func licences(root string) ([]byte, error) {
	dirs := map[string]string{}
	for _, system := range []string{"linux", "darwin", "windows"} {
		if err := linked(root, system, dirs); err != nil {
			return nil, fmt.Errorf("list the modules for %s: %w", system, err)
		}
	}
	out := bytes.NewBufferString(licencesHead)
	for _, path := range slices.Sorted(maps.Keys(dirs)) {
		files, err := os.ReadDir(dirs[path])
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			if !licenceFile.MatchString(file.Name()) {
				continue
			}
			text, err := os.ReadFile(filepath.Join(dirs[path], file.Name()))
			if err != nil {
				return nil, err
			}
			fmt.Fprintf(out, "\n%s\n%s %s\n\n%s\n", bytes.Repeat([]byte("-"), 72), path, file.Name(), bytes.TrimSpace(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))))
		}
	}
	return out.Bytes(), nil
}

// linked adds the modules that a build for the system links, and where their
// sources are.
func linked(root, system string, dirs map[string]string) error {
	command := exec.Command("go", "list", "-deps", "-json=Module", "./cmd/codexgen")
	command.Dir, command.Env, command.Stderr = root, append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0"), os.Stderr
	list, err := command.Output()
	if err != nil {
		return err
	}
	for decoder := json.NewDecoder(bytes.NewReader(list)); ; {
		var of struct {
			Module *struct {
				Path, Dir string
				Main      bool
			}
		}
		if err := decoder.Decode(&of); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if of.Module != nil && !of.Module.Main {
			dirs[of.Module.Path] = of.Module.Dir
		}
	}
}
