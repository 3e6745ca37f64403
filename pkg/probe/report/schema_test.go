package report

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/probe"
)

// schemaOf reads the published schema; a strict one allows no further member.
func schemaOf(t *testing.T, strict bool) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "probe-report.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	if strict {
		closeObjects(document)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("report.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("report.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func closeObjects(node any) {
	switch node := node.(type) {
	case map[string]any:
		if node["type"] == "object" {
			node["additionalProperties"] = false
		}
		for _, child := range node {
			closeObjects(child)
		}
	case []any:
		for _, child := range node {
			closeObjects(child)
		}
	}
}

// parsed is a report as a reader of its JSON sees it.
func parsed(t *testing.T, r probe.Report) any {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(written(t, "json", r, Options{})))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// full is a report with every field filled.
func full() probe.Report {
	valid := map[reflect.Type]string{
		reflect.TypeFor[probe.Verdict](): string(probe.Image), reflect.TypeFor[probe.State](): string(probe.Works),
		reflect.TypeFor[probe.Party](): string(probe.ByProxy), reflect.TypeFor[codex.Route](): string(codex.RouteImages),
		reflect.TypeFor[codex.Charged](): string(codex.ChargedYes),
	}
	var r probe.Report
	fill(reflect.ValueOf(&r).Elem(), func(kind reflect.Type) string {
		if text, ok := valid[kind]; ok {
			return text
		}
		return "x"
	})
	r.Schema = probe.Schema
	return r
}

// TestSchemaHoldsEveryReport holds the schema in docs: no field is missing
// from it, and none that it promises is missing from a report.
func TestSchemaHoldsEveryReport(t *testing.T) {
	strict := schemaOf(t, true)
	for name, r := range map[string]probe.Report{"sample": sample(), "full": full(), "empty": {Schema: probe.Schema, Results: []probe.Result{{Verdict: probe.NotSent}}, Diagnosis: probe.Diagnosis{Findings: []probe.Finding{{}}}}} {
		if err := strict.Validate(parsed(t, r)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	all, err := json.Marshal(parsed(t, full()))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range properties(strict) {
		if !strings.Contains(string(all), `"`+name+`":`) {
			t.Errorf("the schema promises %s, which no report has", name)
		}
	}
}

func properties(schema *jsonschema.Schema) (names []string) {
	seen := map[*jsonschema.Schema]bool{}
	var walk func(*jsonschema.Schema)
	walk = func(s *jsonschema.Schema) {
		if s == nil || seen[s] {
			return
		}
		seen[s] = true
		for name, child := range s.Properties {
			names = append(names, name)
			walk(child)
		}
		walk(s.Ref)
		walk(s.Items2020)
	}
	walk(schema)
	return names
}

// TestSchemaIsNoEmptyPromise holds that the schema refuses what is wrong, and
// lets later versions add members.
func TestSchemaIsNoEmptyPromise(t *testing.T) {
	published := schemaOf(t, false)
	document := parsed(t, sample()).(map[string]any)
	document["added"] = true
	if err := published.Validate(document); err != nil {
		t.Error(err)
	}
	results := document["results"].([]any)
	first := results[0].(map[string]any)
	first["verdict"] = "perhaps"
	if published.Validate(document) == nil {
		t.Error("an unknown verdict passes")
	}
	first["verdict"] = "answered"
	delete(document, "diagnosis")
	if published.Validate(document) == nil {
		t.Error("a report without a diagnosis passes")
	}
}
