package imagefile

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// Fields are what a template for names may hold, in braces.
var Fields = []string{"date", "time", "slug", "index", "ext"}

// A TemplateError is a template that makes no name. Its exit code is 2.
type TemplateError struct{ Template, Reason string }

func (e *TemplateError) Error() string     { return fmt.Sprintf("output %q: %s", e.Template, e.Reason) }
func (e *TemplateError) ExitCode() int     { return 2 }
func (e *TemplateError) ErrorType() string { return "invalid_argument" }
func (e *TemplateError) Hint() string {
	return "for example -o '{date}/{slug}-{index}.{ext}'; the fields are " + strings.Join(Fields, ", ") + ""
}

// CheckOutput refuses an Options.Output whose template is wrong.
func CheckOutput(output string) error {
	if !isTemplate(output) {
		return nil
	}
	_, err := expand(output, Options{})
	return err
}

func isTemplate(output string) bool { return strings.ContainsAny(output, "{}") }

// indexMark stands for {index} until the number is known; no name can hold it.
const indexMark = "\x00"

// An expansion is a template filled in, but for the number.
type expansion struct {
	dir    string
	naming naming
	ext    string // "" for the format's own
	own    bool   // the folder's name is made of fields
}

// expand fills in a template. {index} stands in the file's name, and {ext} at
// its end.
func expand(template string, o Options) (expansion, error) {
	filled, err := fill(template, o)
	if err != nil {
		return expansion{}, err
	}
	whole, _ := strings.CutSuffix(filled, ".{ext}")
	dir, file := filepath.Split(whole)
	e := expansion{dir: dir, own: strings.ContainsAny(filepath.Dir(template), "{")}
	if ext := filepath.Ext(file); whole == filled && formatOf(ext) != "" {
		e.ext, file = ext, strings.TrimSuffix(file, ext)
	}
	if filled == dir {
		file = Slug(o.Prompt)
	}
	e.naming.before, e.naming.after, e.naming.indexed = strings.Cut(file, indexMark)
	reason := ""
	switch {
	case strings.Contains(whole, "{ext}"):
		reason = "{ext} stands at the end, as .{ext}"
	case strings.Contains(dir, indexMark):
		reason = "{index} stands in the name of the file, not of a folder"
	case strings.Contains(e.naming.after, indexMark):
		reason = "{index} stands there once"
	case file == "":
		reason = "there is no name before the extension"
	default:
		return e, nil
	}
	return expansion{}, &TemplateError{template, reason}
}

// fill replaces the fields, but for {ext}.
func fill(template string, o Options) (string, error) {
	var out strings.Builder
	for rest := template; ; {
		before, begin, found := strings.Cut(rest, "{")
		if strings.ContainsAny(before, "}\x00") {
			return "", &TemplateError{template, "a } has no { before it"}
		}
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		name, after, closed := strings.Cut(begin, "}")
		value, known := field(name, o)
		switch {
		case !closed:
			return "", &TemplateError{template, "a { is not closed"}
		case !known:
			return "", &TemplateError{template, fmt.Sprintf("there is no field {%s}", name)}
		}
		out.WriteString(value)
		rest = after
	}
}

func field(name string, o Options) (value string, known bool) {
	switch name {
	case "date":
		return o.Now.Format(time.DateOnly), true
	case "time":
		return o.Now.Format("150405"), true
	case "slug":
		return Slug(o.Prompt), true
	case "index":
		return indexMark, true
	case "ext":
		return "{ext}", true
	}
	return "", false
}
