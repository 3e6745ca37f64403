package config

import (
	"fmt"
	"maps"

	"github.com/spf13/cobra"
)

// An Error is a setting that cannot be used.
type Error struct{ Reason, Advice string }

func (e *Error) Error() string     { return e.Reason }
func (e *Error) Hint() string      { return e.Advice }
func (e *Error) ExitCode() int     { return 2 }
func (e *Error) ErrorType() string { return "invalid_configuration" }

// Sources are the places where settings are looked for.
type Sources struct {
	File      string // "" for none
	Named     bool   // the user named the file, so it has to be there
	LookupEnv func(string) (string, bool)
}

// Apply sets the flags of cmd's whole tree, so that a wrong setting is found
// by whichever command runs first; the preset is the one that cmd was given.
// The command line has to be parsed before.
func Apply(cmd *cobra.Command, src Sources) error {
	keys := Keys(cmd.Root())
	file, err := readFile(src)
	if err != nil {
		return err
	}
	if err := file.check(keys); err != nil {
		return err
	}
	if err := file.apply(keys, file.values, "", src.File); err != nil {
		return err
	}
	if err := applyEnv(keys, src.LookupEnv); err != nil {
		return err
	}
	return file.applyPreset(cmd, keys)
}

func applyEnv(keys []Key, lookup func(string) (string, bool)) error {
	for _, key := range keys {
		text, ok := lookup(key.Env)
		if !ok || text == "" {
			continue
		}
		if err := key.set(text, key.Env); err != nil {
			return &Error{fmt.Sprintf("%s=%q: %v", key.Env, text, err), "correct it, or unset the variable"}
		}
	}
	return nil
}

// check refuses what is no setting, before any of them is used.
func (f *file) check(keys []Key) error {
	top := maps.Clone(f.values)
	delete(top, presetTable)
	if err := f.checkNames(keys, top, ""); err != nil {
		return err
	}
	return f.checkPresets(keys)
}

// apply gives the flags the values of one table.
func (f *file) apply(keys []Key, table map[string]any, section, from string) error {
	if err := f.checkTypes(keys, table, section); err != nil {
		return err
	}
	for _, key := range keys {
		value, ok := table[key.Name]
		if !ok {
			continue
		}
		text, err := asText(value, key.Flags[0].Value.Type())
		if err == nil {
			err = key.set(text, from)
		}
		if err != nil {
			return f.wrongValue(section, key.Name, value, err)
		}
	}
	return nil
}

func (f *file) checkTypes(keys []Key, table map[string]any, section string) error {
	for _, key := range keys {
		value, ok := table[key.Name]
		if !ok {
			continue
		}
		if _, err := asText(value, key.Flags[0].Value.Type()); err != nil {
			return f.wrongValue(section, key.Name, value, err)
		}
	}
	return nil
}

func (f *file) wrongValue(section, name string, value any, err error) error {
	switch value.(type) {
	case map[string]any:
		return f.fault(section, name, name+" is a setting, not a table", "a preset begins with a line such as [presets.poster]")
	case []any:
		return f.fault(section, name, fmt.Sprintf("%s = [...]: %v", name, err), "codexgen config --help shows how values are written")
	}
	return f.fault(section, name, fmt.Sprintf("%s = %#v: %v", name, value, err), "codexgen config --help shows how values are written")
}
