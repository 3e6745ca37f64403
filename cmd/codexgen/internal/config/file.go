package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/pelletier/go-toml/v2"
	"github.com/spf13/viper"
)

// maxFile bounds what is read as a configuration.
const maxFile = 1 << 20

// A file is a configuration that was parsed but not yet believed.
type file struct {
	path   string
	text   []byte
	values map[string]any // by lower-cased key, viper's way
}

// readFile returns an empty one if there is none and nobody asked for it.
func readFile(src Sources) (*file, error) {
	if src.File == "" {
		return &file{}, nil
	}
	text, err := readBounded(src.File)
	none := errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) // services have a HOME of /dev/null
	if none && !src.Named {
		return &file{}, nil
	}
	if err != nil {
		return nil, &Error{fmt.Sprintf("configuration %s: %v", src.File, cause(err)), "name a TOML file that can be read"}
	}
	f := &file{path: src.File, text: text}
	v := viper.NewWithOptions(viper.KeyDelimiter("\x00")) // a dot in a quoted key is no table
	v.SetConfigType("toml")
	if err := v.ReadConfig(bytes.NewReader(text)); err != nil {
		return nil, f.malformed(err)
	}
	f.values = v.AllSettings()
	return f, nil
}

func readBounded(path string) ([]byte, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("larger than %d bytes", maxFile)
	}
	return text, err
}

// malformed keeps the parser's reason and line, without viper's preface.
func (f *file) malformed(err error) error {
	where := f.path
	var parse viper.ConfigParseError
	if errors.As(err, &parse) {
		err = parse.Unwrap()
	}
	var decode *toml.DecodeError
	if errors.As(err, &decode) {
		line, _ := decode.Position()
		where = fmt.Sprintf("%s:%d", f.path, line)
	}
	reason := strings.TrimPrefix(err.Error(), "toml: ")
	return &Error{where + ": this is not TOML: " + reason, `a setting is written like this: quality = "high"`}
}

// checkNames refuses the first key of a table that is no setting.
func (f *file) checkNames(keys []Key, table map[string]any, section string) error {
	known := make([]string, len(keys))
	for i, k := range keys {
		known[i] = k.Name
	}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		switch {
		case slices.Contains(known, name):
		case slices.ContainsFunc(flagOnly, func(flag string) bool { return keyName(flag) == name }):
			return f.fault(section, name, name+" cannot be set in a file", "give it on the command line: --"+strings.ReplaceAll(name, "_", "-"))
		default:
			hint := "codexgen config list shows all settings"
			if near := Nearest(name, known); near != "" {
				hint = "did you mean " + near + "?"
			}
			return f.fault(section, name, fmt.Sprintf("unknown setting %q", name), hint)
		}
	}
	return nil
}

func (f *file) fault(section, key, reason, hint string) error {
	where := f.path
	if line := f.line(section, key); line > 0 {
		where = fmt.Sprintf("%s:%d", f.path, line)
	}
	return &Error{where + ": " + reason, hint}
}

// line finds where a key or table is written, 0 if that is not plain. The
// section is "" before the first table.
func (f *file) line(section, key string) int {
	number, at := 0, ""
	for text := range strings.Lines(string(f.text)) {
		number++
		text = strings.TrimSpace(text)
		name, _, _ := strings.Cut(text, "=")
		if header, ok := strings.CutPrefix(text, "["); ok {
			at, _, _ = strings.Cut(strings.TrimLeft(header, "["), "]")
			if section == "" && strings.EqualFold(at, key) || strings.EqualFold(at, section+"."+key) {
				return number
			}
			continue
		}
		if strings.EqualFold(at, section) && strings.EqualFold(strings.Trim(name, " \t\"'"), key) {
			return number
		}
	}
	return 0
}

func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
