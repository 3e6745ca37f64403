package probe

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// A SuiteError says where a suite file is wrong; its exit code is 2.
type SuiteError struct {
	File           string
	Line           int
	Reason, Advice string
}

func (e *SuiteError) Error() string     { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Reason) }
func (e *SuiteError) Hint() string      { return e.Advice }
func (e *SuiteError) ExitCode() int     { return 2 }
func (e *SuiteError) ErrorType() string { return "invalid_suite" }

const adviceExplain = "the fields are those that codexgen probe explain NAME shows; docs/probe.md has an example"

func (s *suite) fault(line int, reason, advice string) error {
	return &SuiteError{File: s.file, Line: line, Reason: reason, Advice: advice}
}

// malformed gives an error of the decoder its line, and a name that nobody
// knows the nearest one.
func (s *suite) malformed(err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) && len(strict.Errors) > 0 {
		line, _ := strict.Errors[0].Position()
		key := strict.Errors[0].Key()
		name := key[len(key)-1]
		return s.fault(line, fmt.Sprintf("there is no field %q", name), didYouMean(name, suiteFields, adviceExplain))
	}
	line := 1
	var decode *toml.DecodeError
	if errors.As(err, &decode) {
		line, _ = decode.Position()
	}
	return s.fault(line, clean(strings.TrimPrefix(err.Error(), "toml: ")), adviceExplain)
}

var suiteFields = []string{"variant", "name", "aliases", "purpose", "evidence", "expected", "cost", "tags", "route", "control", "edits",
	"refused", "extra", "risky", "nonsense", "set", "delete", "header", "drop_header", "path", "value", "date", "says", "link"}

// line is where the i-th variant begins.
func (s *suite) line(i int) int {
	number := 0
	for text := range bytes.Lines(s.text) {
		number++
		header := strings.ToLower(strings.ReplaceAll(string(bytes.TrimSpace(text)), " ", ""))
		if strings.HasPrefix(header, "[[variant]]") {
			if i--; i < 0 {
				return number
			}
		}
	}
	return 1
}
