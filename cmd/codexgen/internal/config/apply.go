package config

import (
	"fmt"

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

// Apply sets the flags of the whole tree, so that a wrong setting is found by
// whichever command runs first. The command line has to be parsed before.
func Apply(root *cobra.Command, src Sources) error {
	keys := Keys(root)
	if err := applyFile(keys, src); err != nil {
		return err
	}
	for _, key := range keys {
		text, ok := src.LookupEnv(key.Env)
		if !ok || text == "" {
			continue
		}
		if err := key.set(text, key.Env); err != nil {
			return &Error{fmt.Sprintf("%s=%q: %v", key.Env, text, err), "correct or unset it; codexgen help lists what --" + key.Flags[0].Name + " takes"}
		}
	}
	return nil
}

func applyFile(keys []Key, src Sources) error {
	file, err := readFile(src)
	if err != nil || file == nil {
		return err
	}
	if err := file.checkNames(keys); err != nil {
		return err
	}
	for _, key := range keys {
		value, ok := file.values[key.Name]
		if !ok {
			continue
		}
		text, err := asText(value, key.Flags[0].Value.Type())
		if err == nil {
			err = key.set(text, src.File)
		}
		if err != nil {
			return file.fault(key.Name, fmt.Sprintf("%s = %#v: %v", key.Name, value, err), "codexgen config --help shows how values are written")
		}
	}
	return nil
}
