package report

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"

	"github.com/codexgen/codexgen/pkg/probe"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// A pageHead is what stands above the pictures.
type pageHead struct {
	probe.Report
	About  []string
	Rows   []pageRow
	Style  template.CSS
	Policy string
}

// A pageRow is a variant in the matrix, and its section below.
type pageRow struct {
	probe.Result
	Link      string // the section's id
	Mood      string // how the verdict is coloured: good, part, news, none or plain
	Complaint string
	Facts     []fact
	Timeline  []pageMoment
}

type pageMoment struct {
	Text string
	When string
	At   float64 // per cent of the whole time
}

type pagePicture struct {
	pageRow
	Source template.URL // a data URL of an image
}

// page is one HTML document that needs nothing else: no script, no font, no
// request. Its policy forbids them, so that a text that got through its
// escaping would still do nothing. Pictures are small copies, of which one at
// a time is in memory.
func page(w io.Writer, r probe.Report, o Options) error {
	out := bufio.NewWriter(w)
	rows := pageRows(r, o)
	sum := sha256.Sum256([]byte(pageStyle))
	head := pageHead{Report: r, About: about(r), Rows: rows, Style: template.CSS(pageStyle),
		Policy: "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"}
	if err := pageTemplate.ExecuteTemplate(out, "head", head); err != nil {
		return err
	}
	for _, row := range rows {
		source := thumbnail(row.Result, o.Picture)
		if source == "" {
			continue
		}
		if err := pageTemplate.ExecuteTemplate(out, "picture", pagePicture{row, template.URL(source)}); err != nil {
			return err
		}
	}
	if err := pageTemplate.ExecuteTemplate(out, "rest", head); err != nil {
		return err
	}
	return out.Flush()
}

func pageRows(r probe.Report, o Options) []pageRow {
	var rows []pageRow
	for _, result := range r.Results {
		row := pageRow{Result: result, Link: "variant-" + result.Name, Complaint: o.complaint(result), Facts: facts(result)}
		row.Mood = mood(result, row.Complaint)
		if result.Evidence != nil {
			row.Timeline = pageTimeline(*result.Evidence)
		}
		rows = append(rows, row)
	}
	return rows
}

func mood(r probe.Result, complaint string) string {
	switch {
	case complaint != "":
		return "news"
	case r.Verdict == probe.Image || r.Verdict == probe.Answered:
		return "good"
	case r.Verdict == probe.ImageIgnored:
		return "part"
	case r.Verdict == probe.NotSent:
		return "none"
	}
	return "plain"
}

func pageTimeline(e probe.Evidence) []pageMoment {
	whole := max(1, e.Timing.End)
	for _, moment := range e.Timeline {
		whole = max(whole, moment.At)
	}
	var list []pageMoment
	for _, moment := range e.Timeline {
		list = append(list, pageMoment{events([]probe.Moment{moment}), duration(moment.At), 98 * float64(max(0, moment.At)) / float64(whole)})
	}
	return list
}
