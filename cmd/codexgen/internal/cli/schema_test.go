package cli

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/codexgen/codexgen/pkg/batch"
	"github.com/codexgen/codexgen/pkg/codex"
)

var update = flag.Bool("update", false, "rewrite docs/*.schema.json")

// events are the names in an event line.
var events = []string{"planned", "resending", "started", "drawing", "text", "partial", "final", "references_ignored", "warning", "unknown"}

// refined is what the Go types do not tell.
var refined = map[string]map[string]any{
	"schema_version":     {"const": schemaVersion},
	"event":              {"enum": events},
	"format":             {"enum": []string{"png", "webp", "jpeg", "gif"}},
	"sha256":             {"pattern": "^[0-9a-f]{64}$"},
	"route":              {"enum": []codex.Route{codex.RouteResponses, codex.RouteImages}},
	"route_changed_from": {"enum": []codex.Route{codex.RouteResponses, codex.RouteImages}},
	"charged":            {"enum": []codex.Charged{codex.ChargedNo, codex.ChargedYes, codex.ChargedUnknown}},
	"error_type":         {"examples": names(ErrorTypes())},
	"error.exit_code":    {"enum": codes(ExitCodes())},
	"width":              {"minimum": 1},
	"height":             {"minimum": 1},
	"bytes":              {"minimum": 1},
	"seconds":            {"minimum": 0},
	"checks[].status":    {"enum": []string{statusOK, statusWarn, statusFail, statusSkipped}},
	"models[].use":       {"enum": []string{"first", "next", "no"}},
	"host_model_from":    {"enum": []string{"catalogue", "setting", "fallback"}},
}

func names(types []ErrorType) (list []string) {
	for _, row := range types {
		list = append(list, row.Name)
	}
	return list
}

func codes(rows []ExitCode) (list []int) {
	for _, row := range rows {
		if row.Code != 0 {
			list = append(list, row.Code)
		}
	}
	return list
}

// together says which members come together.
var together = []any{map[string]any{
	"if":   map[string]any{"properties": map[string]any{"ok": map[string]any{"const": true}}},
	"then": map[string]any{"required": []string{"path", "bytes", "sha256"}, "properties": map[string]any{"error": false, "error_type": false}},
	"else": map[string]any{"required": []string{"error", "error_type", "retryable", "charged"}},
}}

// TestSchemas holds docs/*.schema.json to the types and to docs/json.md.
func TestSchemas(t *testing.T) {
	gen := schema("What codexgen gen --json prints", "gen", result{})
	gen["allOf"] = together
	many := schema("What codexgen batch --json prints, and gen --json with --count", "batch", manyResult{})
	many["properties"].(map[string]any)["images"] = map[string]any{"type": "array", "items": map[string]any{"$ref": "gen.schema.json"}}
	for name, want := range map[string]map[string]any{"gen": gen, "batch": many, "events": eventsSchema(),
		"models": answerOrFailure("models", catalogue{}), "usage": answerOrFailure("usage", codex.PlanUsage{}), "doctor": answerOrFailure("doctor", examination{})} {
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(want); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("..", "..", "..", "..", "docs", name+".schema.json")
		if *update {
			if err := os.WriteFile(path, text.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(text.String(), string(got)); diff != "" {
			t.Errorf("%s is not what the types say; go test ./cmd/codexgen/internal/cli -run Schemas -update\n%s", path, diff)
		}
	}
}

// eventsSchema tells the lines of --events apart by their event.
func eventsSchema() map[string]any {
	line := schema("A line that codexgen gen --events or batch --events prints", "events", eventLine{})
	is := func(event string) map[string]any {
		return map[string]any{"properties": map[string]any{"event": map[string]any{"const": event}}, "required": []string{"event"}}
	}
	gen := map[string]any{"$ref": "gen.schema.json"}
	image := map[string]any{"$ref": "gen.schema.json", "required": []string{"outcome", "number"}, "properties": map[string]any{
		"outcome": map[string]any{"enum": []batch.Kind{batch.Done, batch.Kept, batch.Adopted, batch.Failed, batch.Unknown}, "description": "what became of one job"},
		"number":  map[string]any{"type": "integer", "minimum": 1, "description": "the job's place"},
		"line":    map[string]any{"type": "integer", "minimum": 1, "description": "its line in the file"},
	}}
	all := map[string]any{"if": map[string]any{"required": []string{"total"}}, "then": map[string]any{"$ref": "batch.schema.json"}, "else": gen}
	other := map[string]any{"type": line["type"], "properties": line["properties"], "required": line["required"]}
	return map[string]any{"$schema": line["$schema"], "$id": line["$id"], "title": line["title"], "if": is("result"), "then": all,
		"else": map[string]any{"if": is("outcome"), "then": image, "else": other}}
}

func schema(title, heading string, of any) map[string]any {
	s := object("", reflect.TypeOf(of), meanings(heading))
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["$id"] = "https://raw.githubusercontent.com/codexgen/codexgen/main/docs/" + heading + ".schema.json"
	s["title"] = title
	return s
}

// answerOrFailure is what a command prints that asks and changes nothing.
func answerOrFailure(command string, of any) map[string]any {
	s := schema("What codexgen "+command+" --json prints", command, of)
	answer := map[string]any{"type": s["type"], "properties": s["properties"], "required": s["required"]}
	return map[string]any{"$schema": s["$schema"], "$id": s["$id"], "title": s["title"],
		"anyOf": []any{answer, object("", reflect.TypeFor[failureObject](), meanings("failure"))}}
}

// meanings are the words of docs/json.md, by member.
func meanings(heading string) map[string]string {
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "docs", "json.md"))
	if err != nil {
		panic(err)
	}
	_, section, _ := strings.Cut(string(page), "\n## "+heading+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	words := map[string]string{}
	for line := range strings.Lines(section) {
		if cells := strings.Split(line, " | "); len(cells) == 4 {
			words[strings.Trim(cells[0], "| `")] = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(cells[3]), "|"))
		}
	}
	return words
}

func object(path string, of reflect.Type, words map[string]string) map[string]any {
	properties, required := map[string]any{}, []string{}
	for i := range of.NumField() {
		name, options, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
		if name == "" {
			continue
		}
		if options == "" {
			required = append(required, name)
		}
		member := strings.TrimPrefix(path+"."+name, ".")
		value := jsonSchema(member, of.Field(i).Type, words)
		if words[member] != "" {
			value["description"] = words[member]
		}
		maps.Copy(value, refined[member])
		properties[name] = value
	}
	slices.Sort(required)
	return map[string]any{"type": "object", "properties": properties, "required": required}
}

func jsonSchema(member string, of reflect.Type, words map[string]string) map[string]any {
	switch of.Kind() {
	case reflect.Pointer:
		return jsonSchema(member, of.Elem(), words)
	case reflect.Slice:
		return map[string]any{"type": "array", "items": jsonSchema(member+"[]", of.Elem(), words)}
	case reflect.Struct:
		if of == reflect.TypeFor[time.Time]() {
			return map[string]any{"type": "string", "format": "date-time"}
		}
		return object(member, of, words)
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	}
	return map[string]any{"type": jsonType(of)}
}
