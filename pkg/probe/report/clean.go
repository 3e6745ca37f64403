package report

import (
	"reflect"
	"strings"
	"time"

	"github.com/codexgen/codexgen/pkg/internal/redact"
	"github.com/codexgen/codexgen/pkg/internal/safetext"
	"github.com/codexgen/codexgen/pkg/probe"
)

// maxText bounds one text of a report, in characters.
const maxText = 4000

// cleaned is a copy of a report whose every text is fit to be shown. It walks
// the type, so that a field that is added later is not forgotten.
func cleaned(r probe.Report, secrets []string) probe.Report {
	return clean(reflect.ValueOf(r), secrets).Interface().(probe.Report)
}

func clean(v reflect.Value, secrets []string) reflect.Value {
	if v.Type() == reflect.TypeFor[time.Time]() {
		return v
	}
	copied := reflect.New(v.Type()).Elem()
	copied.Set(v)
	switch v.Kind() {
	case reflect.String:
		copied.SetString(cleanText(v.String(), secrets))
	case reflect.Pointer:
		if !v.IsNil() {
			copied.Set(reflect.New(v.Type().Elem()))
			copied.Elem().Set(clean(v.Elem(), secrets))
		}
	case reflect.Slice:
		if !v.IsNil() {
			copied.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		}
		for i := range v.Len() {
			copied.Index(i).Set(clean(v.Index(i), secrets))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() { // the others are in no report
				copied.Field(i).Set(clean(v.Field(i), secrets))
			}
		}
	}
	return copied
}

// cleanText masks first: a mark must not be cut in half.
func cleanText(text string, secrets []string) string {
	for _, secret := range secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, redact.Mark)
		}
	}
	return safetext.Line(redact.Scrub(text), maxText)
}
