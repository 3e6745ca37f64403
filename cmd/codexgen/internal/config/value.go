package config

import (
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/spf13/pflag"
)

// asText turns a TOML value into what the flag's parser reads. A flag takes
// the TOML type that is natural for it and no other: partials = "2" is refused
// rather than guessed at.
func asText(value any, flagType string) (string, error) {
	switch flagType {
	case "bool":
		if v, ok := value.(bool); ok {
			return strconv.FormatBool(v), nil
		}
		return "", errors.New("write true or false, without quotes")
	case "int", "int64", "uint":
		if v, ok := value.(int64); ok {
			return strconv.FormatInt(v, 10), nil
		}
		return "", errors.New("write a whole number, without quotes")
	case "float64":
		switch value.(type) {
		case int64, float64:
			return fmt.Sprint(value), nil
		}
		return "", errors.New("write a number, without quotes")
	case "stringSlice":
		return listText(value)
	case "duration":
		if v, ok := value.(string); ok {
			return v, nil
		}
		return "", errors.New(`write a duration such as "90s" or "10m"`)
	}
	if v, ok := value.(string); ok {
		return v, nil
	}
	return "", errors.New("write a text in quotes")
}

// Reason says in plain words why the flag's parser refused a value.
func Reason(f *pflag.Flag, err error) string {
	switch f.Value.Type() {
	case "bool":
		return "write true or false"
	case "int", "int64", "uint":
		return "write a whole number"
	case "float64":
		return "write a number"
	case "duration":
		return "write a time such as 90s or 10m"
	}
	return err.Error()
}

// listText writes a list as pflag reads it, as one CSV record.
func listText(value any) (string, error) {
	list, ok := value.([]any)
	if !ok {
		return "", errors.New(`write a list such as ["a", "b"]`)
	}
	fields := make([]string, len(list))
	for i, item := range list {
		if fields[i], ok = item.(string); !ok {
			return "", errors.New("write the list's items in quotes")
		}
	}
	var out strings.Builder
	w := csv.NewWriter(&out)
	if err := w.Write(fields); err != nil {
		return "", err
	}
	w.Flush()
	return strings.TrimSuffix(out.String(), "\n"), w.Error()
}

// Nearest is the known name that a misspelling most likely meant, or "".
func Nearest(name string, known []string) string {
	best, bestDistance := "", 1+len(name)/3
	for _, candidate := range known {
		if d := levenshtein.ComputeDistance(name, candidate); d <= bestDistance && (best == "" || d < bestDistance) {
			best, bestDistance = candidate, d
		}
	}
	return best
}
