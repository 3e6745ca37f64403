package report

import (
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/codexgen/codexgen/pkg/probe"
)

const (
	secret = "opaque/token+in=no.known-shape"
	attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> \x1b]0;owned\x07\x1b[2J\u009b31m\u202e]]> `a` [x](javascript:alert(1)) | b\r\nc http://evil.invalid/ " +
		"{{.Host}} </style> eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2lnbmF0dXJl Bearer sk-abcdefghijklmnop " + secret
)

// fill puts something into every field of a report, and what text says into
// every string.
func fill(v reflect.Value, text func(reflect.Type) string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text(v.Type()))
	case reflect.Int, reflect.Int64:
		v.SetInt(3)
	case reflect.Float64:
		v.SetFloat(3)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), text)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), text)
		fill(v.Index(1), text)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(day))
			return
		}
		for i := range v.NumField() {
			if !v.Type().Field(i).IsExported() {
				continue
			}
			fill(v.Field(i), text)
		}
	default:
		panic("a report with a " + v.Kind().String())
	}
}

func hostile() probe.Report {
	var r probe.Report
	fill(reflect.ValueOf(&r).Elem(), func(reflect.Type) string { return attack })
	return r
}

// TestHostileTexts holds that nothing a server says becomes a command of the
// terminal, markup or a script, and that no token gets out, in any format.
func TestHostileTexts(t *testing.T) {
	o := Options{Verbose: true, Secrets: []string{secret}, Want: map[string][]probe.Verdict{attack: {attack}},
		Picture: func(string) (io.ReadSeekCloser, error) { return gallery("") }}
	for _, format := range Formats() {
		text := written(t, format, hostile(), o)
		if i := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) && r != '\ufeff' }); i >= 0 {
			t.Errorf("%s holds %q", format, text[i:i+10])
		}
		for _, token := range []string{secret, "eyJhbGciOiJub25lIn0", "sk-abcdefghijklmnop"} {
			if strings.Contains(text, token) {
				t.Errorf("%s holds the token %s", format, token)
			}
		}
	}
	noTag := regexp.MustCompile(`<(script|img src=x)|</style>.*</style>|href="(javascript|http)`)
	if found := noTag.FindString(written(t, "html", hostile(), o)); found != "" {
		t.Errorf("the page holds %q", found)
	}
	if found := regexp.MustCompile(`[^\\](\[|<|\x60)|http://`).FindString(strings.ReplaceAll(written(t, "markdown", hostile(), o), "&lt;", "")); found != "" {
		t.Errorf("the Markdown holds %q", found)
	}
}

// TestPageKeepsToItself holds the page's policy and that its pictures are
// drawn anew: no byte of a server's file is in it.
func TestPageKeepsToItself(t *testing.T) {
	text := written(t, "html", sample(), Options{Picture: gallery})
	for _, want := range []string{"default-src &#39;none&#39;; img-src data:", `src="data:image/jpeg;base64,`, `src="data:image/png;base64,`} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if found := regexp.MustCompile(`<script|<link|https?://|\son[a-z]+=|style=`).FindString(text); found != "" {
		t.Errorf("the page holds %q", found)
	}
	for _, result := range sample().Results {
		if !strings.Contains(text, `data-variant="`+result.Name+`" data-verdict="`+string(result.Verdict)+`"`) {
			t.Errorf("the page lacks %s", result.Name)
		}
	}
}

// TestOnlyPicturesAreShown holds that a file that is none leaves no trace.
func TestOnlyPicturesAreShown(t *testing.T) {
	for _, content := range []string{"<svg onload=alert(1)>", "", "\x89PNG\r\n\x1a\n"} {
		text := written(t, "html", sample(), Options{Picture: func(string) (io.ReadSeekCloser, error) {
			return seekText{strings.NewReader(content)}, nil
		}})
		if strings.Contains(text, "<img") {
			t.Errorf("%q became a picture", content)
		}
	}
}

type seekText struct{ *strings.Reader }

func (seekText) Close() error { return nil }
