package cli

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/history"
	"github.com/codexgen/codexgen/pkg/probe/report"
)

// documented are the objects of docs/json.md, by heading.
var documented = map[string]any{
	"gen":         result{},
	"batch":       manyResult{},
	"events":      eventLine{},
	"sidecar":     sidecar{},
	"models":      catalogue{},
	"usage":       codex.PlanUsage{},
	"doctor":      examination{},
	"failure":     failureObject{},
	"config":      []setting{},
	"auth status": loginStatus{},
	"auth list":   profileList{},
	"version":     versionFacts{},
	"history":     []history.Entry{},

	"probe list": []report.Entry{},
	"probe diff": report.Comparison{},
}

// members lists what a type has as JSON: path, type, and whether it is always
// there.
func members(path string, of reflect.Type) (rows []string) {
	switch of.Kind() {
	case reflect.Pointer:
		return members(path, of.Elem())
	case reflect.Slice:
		return members(path+"[]", of.Elem())
	case reflect.Struct:
		if of == reflect.TypeFor[time.Time]() || of == reflect.TypeFor[result]() && path != "" { // has a table of its own
			return nil
		}
	default:
		return nil
	}
	for i := range of.NumField() {
		name, options, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
		if name == "" {
			continue
		}
		when := "always"
		if options != "" {
			when = "if known"
		}
		member := strings.TrimPrefix(path+"."+name, ".")
		rows = append(rows, "`"+member+"` | "+jsonType(of.Field(i).Type)+" | "+when)
		rows = append(rows, members(member, of.Field(i).Type)...)
	}
	return rows
}

func jsonType(of reflect.Type) string {
	switch of.Kind() {
	case reflect.Pointer:
		return jsonType(of.Elem())
	case reflect.Interface, reflect.Map:
		return "object"
	case reflect.Slice:
		return "list"
	case reflect.Bool:
		return "boolean"
	case reflect.String:
		return "string"
	case reflect.Struct:
		if of == reflect.TypeFor[time.Time]() {
			return "time"
		}
		return "object"
	}
	return "number"
}

var documentedRow = regexp.MustCompile("(?m)^\\| (`[^`]+` \\| [a-z]+ \\| [a-z ]+) \\| .*\\|$")

// TestJSONIsDocumented holds docs/json.md to the types that are printed.
func TestJSONIsDocumented(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "docs", "json.md"))
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for _, section := range strings.Split(string(page), "\n## ")[1:] {
		heading, text, _ := strings.Cut(section, "\n")
		sections[heading] = text
	}
	for heading, object := range documented {
		want := members("", reflect.TypeOf(object))
		var got []string
		for _, row := range documentedRow.FindAllStringSubmatch(sections[heading], -1) {
			got = append(got, row[1])
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("docs/json.md, %s (-is +documented):\n%s", heading, diff)
		}
	}
}

func TestSecondsHaveThreePlaces(t *testing.T) {
	for ms := range 10_000 {
		text := strconv.FormatFloat(seconds(time.Duration(ms)*time.Millisecond), 'f', -1, 64)
		if _, places, _ := strings.Cut(text, "."); len(places) > 3 {
			t.Fatalf("%d ms are %s", ms, text)
		}
	}
}
