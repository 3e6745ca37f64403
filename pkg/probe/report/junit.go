package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/codexgen/codexgen/pkg/probe"
)

// The elements of JUnit's XML, as CI systems read them: the common part of
// https://github.com/testmoapp/junitxml (2026-11).
type (
	junitSuites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Skipped  int      `xml:"skipped,attr"`
		Suite    junitSuite
	}
	junitSuite struct {
		XMLName    xml.Name        `xml:"testsuite"`
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
		Timestamp  string          `xml:"timestamp,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		XMLName xml.Name    `xml:"testcase"`
		Class   string      `xml:"classname,attr"`
		Name    string      `xml:"name,attr"`
		Time    string      `xml:"time,attr"`
		Failure *junitEnd   `xml:"failure"`
		Skipped *junitEnd   `xml:"skipped"`
		Out     *junitLines `xml:"system-out"`
	}
	junitEnd struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
	junitLines struct {
		Text string `xml:",chardata"`
	}
)

// junit is for CI: a variant is a test, which fails when its verdict is not
// the demanded or expected one, and is skipped when it was not sent.
func junit(w io.Writer, r probe.Report, o Options) error {
	suite := junitSuite{Name: "codexgen probe", Tests: len(r.Results),
		Time: seconds(r.Ended.Sub(r.Started)), Timestamp: r.Started.UTC().Format("2006-01-02T15:04:05"),
		Properties: []junitProperty{{"host", r.Host}, {"diagnosis", r.Diagnosis.Summary}, {"advice", r.Diagnosis.Advice}}}
	if r.Stopped != "" {
		suite.Properties = append(suite.Properties, junitProperty{"stopped", r.Stopped})
	}
	for _, result := range r.Results {
		test := junitTest(result, o)
		if test.Failure != nil {
			suite.Failures++
		}
		if test.Skipped != nil {
			suite.Skipped++
		}
		suite.Cases = append(suite.Cases, test)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	err := encoder.Encode(junitSuites{Name: suite.Name, Tests: suite.Tests, Failures: suite.Failures, Skipped: suite.Skipped, Suite: suite})
	if err == nil {
		_, err = io.WriteString(w, "\n")
	}
	return err
}

func junitTest(r probe.Result, o Options) junitCase {
	test := junitCase{Class: "probe." + orNone(string(r.Route)), Name: r.Name, Time: "0.000"}
	if r.Evidence != nil {
		test.Time = seconds(time.Duration(r.Evidence.Timing.End) * time.Millisecond)
	}
	switch complaint := o.complaint(r); {
	case complaint != "":
		test.Failure = &junitEnd{Message: complaint, Type: string(r.Verdict), Text: r.Why}
	case r.Verdict == probe.NotSent:
		test.Skipped = &junitEnd{Message: r.Why}
		return test
	}
	lines := []string{"verdict: " + string(r.Verdict), "why: " + r.Why}
	for _, fact := range facts(r) {
		lines = append(lines, fact.Name+": "+fact.Value)
	}
	test.Out = &junitLines{strings.Join(lines, "\n")}
	return test
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", max(0, d.Seconds())) }
