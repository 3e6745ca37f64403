package batch_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/codexgen/codexgen/pkg/batch"
)

// read is a manifest as lines of text, errors among them.
func read(format batch.Format, text string) (got []string) {
	for record, err := range batch.Read(strings.NewReader(text), format) {
		var line *batch.LineError
		switch {
		case errors.As(err, &line):
			got = append(got, err.Error())
		case err != nil:
			got = append(got, "error "+err.Error())
		default:
			got = append(got, fmt.Sprintf("%d %v", record.Line, record.Fields))
		}
	}
	return got
}

func TestRead(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	for name, row := range map[string]struct {
		format batch.Format
		text   string
		want   []string
	}{
		"lines":              {batch.Lines, "\ufeffa cat\r\n\n  a dog, black \nlast", []string{"1 map[prompt:[a cat]]", "3 map[prompt:[a dog, black]]", "4 map[prompt:[last]]"}},
		"no lines":           {batch.Lines, "\n \n", nil},
		"not UTF-8":          {batch.Lines, "a\n\xff\nb", []string{"1 map[prompt:[a]]", "line 2: it is not UTF-8", "3 map[prompt:[b]]"}},
		"NUL":                {batch.Lines, "a\x00b", []string{"line 1: it holds a NUL byte"}},
		"a long line":        {batch.Lines, "a\n" + long + "\nb", []string{"1 map[prompt:[a]]", "line 2: it is longer than 1024 KiB"}},
		"objects":            {batch.JSONL, `{"prompt":"a cat","partials":1,"keep-partials":true,"image":["a.png","b.png"]}` + "\n\n" + `{}`, []string{"1 map[image:[a.png b.png] keep-partials:[true] partials:[1] prompt:[a cat]]", "3 map[]"}},
		"no object":          {batch.JSONL, "[1]\n\"a\"\nx\n{", []string{"line 1: it is not a JSON object", "line 2: it is not a JSON object", "line 3: it is not a JSON object", "line 4: it is not valid JSON"}},
		"a name twice":       {batch.JSONL, `{"size":"1","size":"2"}`, []string{`line 1: "size" is there twice`}},
		"null":               {batch.JSONL, `{"size":null}`, []string{`line 1: "size" is neither text, number, true or false, nor a list of them`}},
		"an object inside":   {batch.JSONL, `{"size":{"w":1}}`, []string{`line 1: "size" is neither text, number, true or false, nor a list of them`}},
		"a list in a list":   {batch.JSONL, `{"size":[[1]]}`, []string{`line 1: "size" is neither text, number, true or false, nor a list of them`}},
		"two objects":        {batch.JSONL, `{} {}`, []string{"line 1: there is something after the object"}},
		"cut objects":        {batch.JSONL, "{\"size\"\n{\"size\":[1\n{\"size\":1", []string{"line 1: it is not valid JSON", "line 2: it is not valid JSON", "line 3: it is not valid JSON"}},
		"a table":            {batch.CSV, "\ufeffprompt,size,image,image\n\"a cat, \"\"black\"\"\",1x1,a.png,b.png\n\"two\nlines\",,,\nlast,,c.png,\n", []string{`2 map[image:[a.png b.png] prompt:[a cat, "black"] size:[1x1]]`, "3 map[prompt:[two\nlines]]", "5 map[image:[c.png] prompt:[last]]"}},
		"cells":              {batch.CSV, "prompt,size\na\nb,1x1,2\nc,", []string{"line 2: it has 1 fields, the first line has 2", "line 3: it has 3 fields, the first line has 2", "4 map[prompt:[c]]"}},
		"a field, no name":   {batch.CSV, "prompt,\na,b", []string{"line 1: a field has no name"}},
		"an open quote":      {batch.CSV, "prompt\na\n\"b\nc\n", []string{"2 map[prompt:[a]]", "line 3: extraneous or missing \" in quoted-field"}},
		"a long open quote":  {batch.CSV, "prompt\na\n\"" + long + long, []string{"2 map[prompt:[a]]", "line 3: it is longer than 1024 KiB"}},
		"not UTF-8, a table": {batch.CSV, "prompt\n\xff\nb", []string{"line 2: it is not UTF-8", "3 map[prompt:[b]]"}},
		"an empty table":     {batch.CSV, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(row.want, read(row.format, row.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFormatOf(t *testing.T) {
	for name, row := range map[string]struct {
		head string
		want batch.Format
	}{
		"jobs.jsonl": {"", batch.JSONL}, "jobs.NDJSON": {"", batch.JSONL}, "jobs.csv": {"{", batch.CSV},
		"jobs.txt": {"{", batch.Lines}, "-": {" \n{\"prompt\"", batch.JSONL}, "jobs": {"a cat", batch.Lines}, "prompts": {"\ufeff{", batch.JSONL},
	} {
		if got := batch.FormatOf(name, []byte(row.head)); got != row.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestNumberNamesEachJobByWhatItAsksFor: neither its line nor the order of its
// fields count, its place among the same does.
func TestNumberNamesEachJobByWhatItAsksFor(t *testing.T) {
	keys := func(format batch.Format, text string) (keys []batch.Key) {
		for job, err := range batch.Number(batch.Read(strings.NewReader(text), format)) {
			if err != nil {
				t.Fatal(err)
			}
			keys = append(keys, job.Key)
		}
		return keys
	}
	a := keys(batch.JSONL, `{"prompt":"a","size":"1x1"}`+"\n"+`{"prompt":"a"}`+"\n"+`{"prompt":"a"}`)
	b := keys(batch.CSV, "size,prompt\n,a\n1x1,a\n,a")
	if diff := cmp.Diff([]batch.Key{a[1], a[0], a[2]}, b); diff != "" {
		t.Error(diff)
	}
	for i, text := range []string{`{"prompt":["a","b"]}`, `{"prompt":"ab"}`, `{"prompt":"a","b":""}`, `{"prompta":""}`} {
		for _, other := range append(a, keys(batch.JSONL, `{"prompt":["ab",""]}`)...) {
			if keys(batch.JSONL, text)[0] == other {
				t.Errorf("row %d has the key of another job", i)
			}
		}
	}
}

// FuzzRead: whatever a manifest holds, each record has a line, and reading
// ends.
func FuzzRead(f *testing.F) {
	f.Add("jsonl", `{"prompt":"a cat","image":["a","b"]}`)
	f.Add("csv", "prompt,size\na,1x1\n\"b\nc\",\n")
	f.Add("lines", "a cat\n\na dog")
	f.Fuzz(func(t *testing.T, format, text string) {
		last, records := 0, 0
		for record, err := range batch.Read(strings.NewReader(text), batch.Format(format)) {
			if err == nil && (record.Line <= last || record.Fields == nil) {
				t.Fatalf("record %+v after line %d", record, last)
			}
			if err == nil {
				last = record.Line
			}
			if records++; records > len(text)+1 {
				t.Fatal("more records than bytes")
			}
		}
	})
}
