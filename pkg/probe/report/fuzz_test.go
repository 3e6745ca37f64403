package report

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
)

// FuzzRead holds that whatever passes as a report can be written in every
// format with nothing in it that a terminal obeys, and that what is written as
// JSON is read as the same.
func FuzzRead(f *testing.F) {
	f.Add(goldenText(f, "json.json"))
	f.Add([]byte(`{"schema":1,"results":[{"name":"\u001b[2J","verdict":"image","why":"<script>","evidence":{"timing":{"end_ms":-5},"timeline":[{"at_ms":99}],"picture":{}}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		for _, format := range Formats() {
			out := written(t, format, r, Options{Verbose: true, Width: 60})
			if i := strings.IndexFunc(out, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 {
				t.Fatalf("%s holds %q", format, out[i:min(len(out), i+10)])
			}
			if format != "json" {
				continue
			}
			again, err := Read(strings.NewReader(out))
			if err != nil || written(t, "json", again, Options{}) != out {
				t.Fatalf("not the same again: %v\n%s", err, out)
			}
		}
	})
}
