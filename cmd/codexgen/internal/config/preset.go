package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// presetFlag chooses a preset for the commands that have it, presetTable is
// where the file keeps them:
//
//	[presets.poster]
//	size = "1024x1536"
const (
	presetFlag  = "preset"
	presetTable = "presets"
)

// applyPreset gives the flags of cmd's tree what the chosen preset says. A
// preset stands for the flags that it names, so it wins over the environment
// and over the rest of the file, and a flag on the command line wins over it.
func (f *file) applyPreset(cmd *cobra.Command, keys []Key) error {
	chosen := cmd.Flags().Lookup(presetFlag)
	if chosen == nil || chosen.Value.String() == "" {
		return nil
	}
	name := strings.ToLower(chosen.Value.String()) // as viper has it
	preset, ok := f.presets()[name].(map[string]any)
	if !ok {
		return f.noPreset(chosen.Value.String())
	}
	return f.apply(keys, preset, presetTable+"."+name, "preset "+name)
}

// presets are the tables by name; checkPresets has seen that they are tables.
func (f *file) presets() map[string]any {
	tables, _ := f.values[presetTable].(map[string]any)
	return tables
}

func (f *file) noPreset(name string) error {
	known := slices.Sorted(maps.Keys(f.presets()))
	reason := fmt.Sprintf("--preset %q: there is no such preset", name)
	switch near := Nearest(strings.ToLower(name), known); {
	case near != "":
		return &Error{reason, "did you mean " + near + "?"}
	case len(known) > 0:
		return &Error{reason, "the presets are " + strings.Join(known, ", ")}
	case len(f.text) > 0:
		return &Error{reason, fmt.Sprintf("%s has none; one begins with a line [presets.%s]", f.path, "NAME")}
	}
	return &Error{reason, "codexgen config init writes a file with two of them"}
}

// checkPresets refuses what no preset can hold, in all of them: a mistake is
// to be found before the preset is needed.
func (f *file) checkPresets(keys []Key) error {
	value, ok := f.values[presetTable]
	if !ok {
		return nil
	}
	if _, ok := value.(map[string]any); !ok {
		return f.fault("", presetTable, presetTable+" is no table", "a preset begins with a line such as [presets.poster]")
	}
	keys = slices.DeleteFunc(slices.Clone(keys), func(k Key) bool { return k.Name == presetFlag })
	for _, name := range slices.Sorted(maps.Keys(f.presets())) {
		section := presetTable + "." + name
		preset, ok := f.presets()[name].(map[string]any)
		if !ok {
			return f.fault(presetTable, name, section+" is no table", "a preset begins with a line such as ["+section+"]")
		}
		if err := f.checkNames(keys, preset, section); err != nil {
			return err
		}
		if err := f.checkTypes(keys, preset, section); err != nil {
			return err
		}
	}
	return nil
}

// Presets are the names of the presets in the file, for the tab key: a file
// that cannot be read has none.
func Presets(src Sources) []string {
	f, err := readFile(src)
	if err != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(f.presets()))
}

// PresetSettings are the presets of the file, each as the texts of the flags
// that it names.
func PresetSettings(root *cobra.Command, src Sources) (map[string]map[string]string, error) {
	f, err := readFile(src)
	if err != nil {
		return nil, err
	}
	all := map[string]map[string]string{}
	for name, table := range f.presets() {
		all[name] = map[string]string{}
		for _, key := range Keys(root) {
			value, ok := table.(map[string]any)[key.Name] // check has seen that it is a table
			if !ok {
				continue
			}
			if all[name][key.Flags[0].Name], err = asText(value, key.Flags[0].Value.Type()); err != nil {
				return nil, f.wrongValue(presetTable+"."+name, key.Name, value, err)
			}
		}
	}
	return all, nil
}
