package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/codexgen/codexgen/pkg/probe"
)

// maxReport bounds a report that is read: a whole run is about 100 KiB.
const maxReport = 16 << 20

// writeJSON follows docs/probe-report.schema.json, in which a list is never
// null.
func writeJSON(w io.Writer, r probe.Report, _ Options) error {
	filled(&r.Results)
	filled(&r.Diagnosis.Findings)
	filled(&r.Diagnosis.Routes)
	for i := range r.Results {
		filled(&r.Results[i].Expected)
	}
	for i := range r.Diagnosis.Findings {
		filled(&r.Diagnosis.Findings[i].From)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}

func filled[T any](list *[]T) {
	if *list == nil {
		*list = []T{}
	}
}

// Read reads a report that was written as JSON. It may come from anywhere: its
// texts are made fit to be shown, and its length is bounded. An error is about
// the content, in the user's words.
func Read(from io.Reader) (probe.Report, error) {
	var r probe.Report
	text, err := io.ReadAll(io.LimitReader(from, maxReport+1))
	switch {
	case err != nil:
		return r, err
	case len(text) > maxReport:
		return r, errors.New("it is too large for a probe's report")
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return probe.Report{}, fmt.Errorf("it is no probe's report: %w", err)
	}
	if r.Schema != probe.Schema {
		return probe.Report{}, fmt.Errorf("it is no probe's report of version %d (its version is %d)", probe.Schema, r.Schema)
	}
	for i, result := range r.Results {
		if result.Name == "" || result.Verdict == "" {
			return probe.Report{}, fmt.Errorf("it is no probe's report: result %d lacks its name or verdict", i+1)
		}
	}
	return cleaned(r, nil), nil
}
