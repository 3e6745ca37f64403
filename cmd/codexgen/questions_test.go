package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/codexgen/codexgen/pkg/sandbox"
)

// TestQuestionsFitTheirSchemas validates what the commands print that ask and
// change nothing, answers and failures.
func TestQuestionsFitTheirSchemas(t *testing.T) {
	for command, exits := range map[string]map[string]int{ // by scenario
		"models": {"": 0, "usage-limit": 0, "challenge": 8},
		"usage":  {"": 0, "usage-limit": 0, "challenge": 8, "2026-04": 0},
		"doctor": {"": 0, "usage-limit": 5, "challenge": 8},
	} {
		schema := compileSchema(t, command)
		for scenario, exit := range exits {
			t.Run(command+" "+scenario, func(t *testing.T) {
				t.Chdir(t.TempDir())
				lines := generate(t, sandbox.Config{Scenario: scenario}, exit, command, "--json")
				if len(lines) != 1 {
					t.Fatalf("printed %q", lines)
				}
				value, err := jsonschema.UnmarshalJSON(strings.NewReader(lines[0]))
				if err == nil {
					err = schema.Validate(value)
				}
				if err != nil {
					t.Errorf("%v\n%s", err, lines[0])
				}
			})
		}
		if schema.Validate(map[string]any{"ok": true}) == nil {
			t.Errorf("the schema of %s holds for anything", command)
		}
	}
}

func compileSchema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "docs", name+".schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	document, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(name, document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
