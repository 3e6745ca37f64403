// Package config gives flags their values from a TOML file and from the
// environment. The command tree is the only table: a flag --host-model is the
// variable CODEXGEN_HOST_MODEL and the key host_model, for every command that
// has it. Precedence is default < file < environment < flag, and each value
// passes the flag's own parser, so a wrong one is refused in the same words
// wherever it was written. It is the only user of viper, which it never asks
// to write.
package config

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// sourceNote is the flag annotation that holds where a value came from.
const sourceNote = "codexgen_source"

// keyNote is the flag annotation that holds the name of its setting, where
// that is not the flag's own.
const keyNote = "codexgen_key"

// Rename gives a flag a setting of another name: it means something else than
// its namesakes of other commands.
func Rename(f *pflag.Flag, name string) {
	if f.Annotations == nil {
		f.Annotations = map[string][]string{}
	}
	f.Annotations[keyNote] = []string{name}
}

// flagOnly are decisions for one run, which a file or the environment must not
// take for all of them; config names the file itself.
var flagOnly = []string{"all", "allow-private-urls", "config", "dry-run", "force", "help", "retries", "retry-unknown", "sandbox", "version", "yes"}

// A Key is one setting, shared by the flags of that name.
type Key struct {
	Name  string // in the file
	Env   string
	Flags []*pflag.Flag
}

func keyName(flag string) string { return strings.ReplaceAll(flag, "-", "_") }

func settingOf(f *pflag.Flag) string {
	if note := f.Annotations[keyNote]; len(note) > 0 {
		return note[0]
	}
	return f.Name
}

// Keys lists what can be set in the tree of root, sorted by name.
func Keys(root *cobra.Command) []Key {
	byName := map[string]*Key{}
	seen := map[*pflag.Flag]bool{}
	visit := func(f *pflag.Flag) {
		if seen[f] || slices.Contains(flagOnly, f.Name) {
			return
		}
		seen[f] = true
		name := keyName(settingOf(f))
		if byName[name] == nil {
			byName[name] = &Key{Name: name, Env: "CODEXGEN_" + strings.ToUpper(name)}
		}
		byName[name].Flags = append(byName[name].Flags, f)
	}
	walk(root, func(cmd *cobra.Command) {
		cmd.PersistentFlags().VisitAll(visit)
		cmd.Flags().VisitAll(visit)
	})
	keys := make([]Key, 0, len(byName))
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		keys = append(keys, *byName[name])
	}
	return keys
}

// walk leaves out commands that cobra adds for itself.
func walk(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, child := range cmd.Commands() {
		if child.Name() != "help" && !strings.HasPrefix(child.Name(), "__") {
			walk(child, visit)
		}
	}
}

// Value is the setting's present value.
func (k Key) Value() string { return k.Flags[0].Value.String() }

// Usage is the flag's own description.
func (k Key) Usage() string {
	_, usage := pflag.UnquoteUsage(k.Flags[0])
	return usage
}

// Default is the setting's default as a file has it.
func (k Key) Default() string {
	f := k.Flags[0]
	switch f.Value.Type() {
	case "bool", "int", "int64", "uint", "float64":
		return f.DefValue
	case "stringSlice":
		return "[]"
	case "stringArray":
		return `""`
	}
	return strconv.Quote(f.DefValue)
}

// Source says where the value came from: "default", "flag", the variable's
// name or the file's.
func (k Key) Source() string {
	for _, f := range k.Flags {
		if s := source(f); s != "default" {
			return s
		}
	}
	return "default"
}

func source(f *pflag.Flag) string {
	switch note := f.Annotations[sourceNote]; {
	case f.Changed:
		return "flag"
	case len(note) > 0:
		return note[0]
	}
	return "default"
}

// WasSet tells a value that the user chose, by any means, from the default.
func WasSet(f *pflag.Flag) bool { return f != nil && source(f) != "default" }

// set gives every flag of the key a value, but for those on the command line.
func (k Key) set(text, from string) error {
	for _, f := range k.Flags {
		if f.Changed || text == "" && f.Value.Type() == "stringArray" { // which would take it for a first item
			continue
		}
		if err := f.Value.Set(text); err != nil {
			return errors.New(Reason(f, err))
		}
		if f.Annotations == nil {
			f.Annotations = map[string][]string{}
		}
		f.Annotations[sourceNote] = []string{from}
	}
	return nil
}
