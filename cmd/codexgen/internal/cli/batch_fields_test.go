package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/pkg/batch"
)

// aValue is one for each flag of gen that a line may give, and what has to be
// said with it.
var aValue = map[string]struct{ value, with string }{
	"size": {value: "1024x1536"}, "aspect": {value: "16:9"}, "no-aspect-hint": {"true", "aspect=16:9"},
	"exact": {"crop", "size=1536x1024"}, "strict-size": {"true", "size=1024x1024"},
	"quality": {value: "low"}, "background": {value: "opaque"}, "format": {value: "webp"}, "preset": {value: "poster"},
	"image": {value: "a.png"}, "mask": {"m.png", "image=a.png"}, "max-input-px": {"1024", "image=a.png"},
	"output": {value: "name.png"}, "partials": {value: "1"}, "keep-partials": {"true", "partials=1"},
	"convert": {value: "jpeg"}, "convert-quality": {"80", "convert=jpeg"}, "keep-original": {"true", "convert=jpeg"},
	"sidecar": {value: "true"}, "history": {value: "true"},
	"route": {value: "images"}, "model": {value: "gpt-image-2"}, "host-model": {value: "gpt-5.5"},
}

// TestEveryFlagOfGenIsAField walks gen's flags: each changes what a line of
// JSON and a row of CSV ask for, or is refused there for a reason that
// docs/batch.md gives.
func TestEveryFlagOfGenIsAField(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "docs", "batch.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range notFields() {
		if row := "| `--" + strings.Join(group.flags, "`, `--") + "` | " + group.why + " |"; !strings.Contains(string(page), row) {
			t.Errorf("docs/batch.md lacks %s", row)
		}
	}
	gen, _, err := Root(Env{}).Find([]string{"gen"})
	if err != nil {
		t.Fatal(err)
	}
	flags := map[string]bool{}
	visit := func(f *pflag.Flag) {
		if f.Name == "help" {
			return
		}
		flags[f.Name] = true
		sample := aValue[f.Name]
		if (notField(f.Name) != "") == (sample.value != "") {
			t.Errorf("--%s: it is either a field, and has a value here, or in notFields with a reason", f.Name)
		}
		for _, format := range []batch.Format{batch.JSONL, batch.CSV} {
			without, err := lineAsks(t, format, sample.with)
			if err != nil {
				t.Fatalf("%s as %s: %v", sample.with, format, err)
			}
			with, err := lineAsks(t, format, sample.with, f.Name+"="+orDefault(sample.value, "1"))
			switch why := notField(f.Name); {
			case why != "" && (err == nil || !strings.Contains(err.Error(), why)):
				t.Errorf("--%s as %s: %v", f.Name, format, err)
			case why == "" && (err != nil || with == without):
				t.Errorf("--%s as %s changes nothing: %v", f.Name, format, err)
			}
		}
	}
	gen.LocalFlags().VisitAll(visit)
	gen.InheritedFlags().VisitAll(visit)
	for _, group := range notFields() {
		for _, name := range group.flags {
			if !flags[name] {
				t.Errorf("gen has no flag --%s", name)
			}
		}
	}
}

// lineAsks is what one job asks for, written as a line of a manifest.
func lineAsks(t *testing.T, format batch.Format, pairs ...string) (string, error) {
	t.Helper()
	names, values := []string{"prompt"}, []string{"a cat"}
	for _, pair := range slices.DeleteFunc(pairs, func(pair string) bool { return pair == "" }) {
		name, value, _ := strings.Cut(pair, "=")
		names, values = append(names, name), append(values, value)
	}
	o := batchOptions{base: batch.Fields{}, presets: map[string]map[string]string{"poster": {"quality": "high"}}}
	for job, err := range batch.Number(batch.Read(strings.NewReader(written(t, format, names, values)), format)) {
		if err != nil {
			t.Fatal(err)
		}
		asked, err := o.job(job, 1)
		return fmt.Sprintf("%+v", asked), err
	}
	t.Fatal("there is no job")
	return "", io.EOF
}

func written(t *testing.T, format batch.Format, names, values []string) string {
	t.Helper()
	var text strings.Builder
	if format == batch.CSV {
		if err := csv.NewWriter(&text).WriteAll([][]string{names, values}); err != nil {
			t.Fatal(err)
		}
		return text.String()
	}
	object := map[string]string{}
	for i, name := range names {
		object[name] = values[i]
	}
	if err := json.NewEncoder(&text).Encode(object); err != nil {
		t.Fatal(err)
	}
	return text.String()
}
