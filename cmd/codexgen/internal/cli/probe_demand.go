package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/codexgen/codexgen/pkg/probe"
)

// demands are what --expect and --baseline want of a run.
type demands struct {
	expected map[string][]probe.Verdict // by the variant's own name
	baseline *probe.Report
}

func readDemands(o probeOptions, known []probe.Variant) (d demands, err error) {
	if d.expected, err = parseExpectations(o.expect, known); err != nil || o.baseline == "" {
		return d, err
	}
	baseline, err := readReport(o.baseline)
	d.baseline = &baseline
	return d, err
}

// parseExpectations reads NAME=VERDICT; a name that comes again allows
// another verdict.
func parseExpectations(pairs []string, known []probe.Variant) (map[string][]probe.Verdict, error) {
	expected := map[string][]probe.Verdict{}
	for _, pair := range pairs {
		name, word, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, usageError{"--expect " + pair + ": it is written NAME=VERDICT", "for example --expect hosted-forced=image"}
		}
		variant, found := probe.Find(known, name)
		if !found {
			return nil, &probe.UnknownError{What: "name", Value: name}
		}
		var verdict probe.Verdict
		if err := verdict.UnmarshalText([]byte(word)); err != nil {
			return nil, usageError{"--expect " + pair + ": " + err.Error(), "codexgen probe explain " + name + " says what to expect"}
		}
		expected[variant.Name] = append(expected[variant.Name], verdict)
	}
	return expected, nil
}

// of are the verdicts wanted of a run's variants. The baseline says nothing of
// what only one of the two runs sent; an expectation goes before it.
func (d demands) of(r probe.Report) map[string][]probe.Verdict {
	want := map[string][]probe.Verdict{}
	for _, result := range r.Results {
		if d.baseline == nil || result.Verdict == probe.NotSent {
			continue
		}
		if then, found := d.baseline.Result(result.Name); found && then.Verdict != probe.NotSent {
			want[result.Name] = []probe.Verdict{then.Verdict}
		}
	}
	for name, verdicts := range d.expected {
		want[name] = verdicts
	}
	return want
}

// unmet says which demands a run did not meet. What was expected and not sent
// is not met.
func (d demands) unmet(r probe.Report) []string {
	var list []string
	want := d.of(r)
	for _, result := range r.Results {
		if verdicts, wanted := want[result.Name]; wanted && !slices.Contains(verdicts, result.Verdict) {
			list = append(list, fmt.Sprintf("%s is %s, wanted %s", result.Name, result.Verdict, anyOf(verdicts)))
		}
	}
	for name := range d.expected {
		if _, found := r.Result(name); !found {
			list = append(list, name+" was not chosen to be sent")
		}
	}
	slices.Sort(list)
	return list
}

func anyOf(verdicts []probe.Verdict) string {
	words := make([]string, len(verdicts))
	for i, verdict := range verdicts {
		words[i] = string(verdict)
	}
	return strings.Join(words, " or ")
}
