package report

import (
	"fmt"
	"strings"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/probe"
)

// A fact is one line of evidence.
type fact struct{ Name, Value string }

// facts are what was recorded of a result, in the order of its happening.
func facts(r probe.Result) []fact {
	var list factList
	list.add("known too as", strings.Join(r.Aliases, ", "))
	list.add("compared with", r.Control)
	list.add("expected", either(r.Expected))
	if r.By != probe.ByBackend {
		list.add("decided by", string(r.By))
	}
	for _, wish := range r.Ignored {
		list.add("not honoured", fmt.Sprintf("%s: asked %s, got %s", wish.Name, orNone(wish.Asked), orNone(wish.Got)))
	}
	if r.Evidence != nil {
		list.request(r.Evidence)
		list.stream(r.Evidence)
		list.picture(r.Evidence.Picture)
		list.cost(r.Evidence)
	}
	list.add("charged", string(r.Charged))
	return list
}

type factList []fact

func (l *factList) add(name, value string) {
	if value != "" {
		*l = append(*l, fact{name, value})
	}
}

func (l *factList) request(e *probe.Evidence) {
	l.add("request", strings.TrimSpace(e.Method+" "+e.Path))
	l.add("host model", e.HostModel)
	if e.Status != 0 {
		l.add("answer", strings.TrimSuffix(fmt.Sprintf("HTTP %d, %s", e.Status, e.ContentType), ", "))
	}
	if f := e.Fault; f != nil {
		l.add("error", joined(" · ", string(f.Kind), labelled("type", f.Type), labelled("code", f.Code), labelled("param", f.Param), f.Detail))
		l.add("error text", f.Message)
	}
	l.add("request ids", joined(" · ", e.IDs.Request, labelled("image", e.IDs.ImageGen), labelled("ray", e.IDs.Ray)))
}

func (l *factList) stream(e *probe.Evidence) {
	switch {
	case e.ToolsEmpty:
		l.add("echoed tools", "none: the tool was taken out")
	case e.Echo != nil:
		l.add("echoed tool", joined(" · ", e.Echo.Model, labelled("size", e.Echo.Size), labelled("quality", e.Echo.Quality),
			labelled("background", e.Echo.Background), labelled("format", e.Echo.OutputFormat)))
	}
	l.add("image item", e.ItemStatus)
	l.add("incomplete", e.Incomplete)
	if e.Aborted {
		l.add("ended", "from this side, as soon as it was accepted")
	}
	if e.Drafts > 0 {
		l.add("drafts", fmt.Sprint(e.Drafts))
	}
	l.add("text answer", e.Text)
	l.add("warnings", strings.Join(e.Warnings, "; "))
	l.add("models", strings.Join(e.Models, ", "))
	l.add("events", events(e.Timeline))
	l.add("times", times(e.Timing))
}

func (l *factList) picture(p *probe.Picture) {
	if p == nil {
		return
	}
	alpha := "no alpha"
	if p.Alpha {
		alpha = "alpha"
	}
	l.add("picture", joined(", ", p.Format, fmt.Sprintf("%dx%d", p.Width, p.Height), alpha, fmt.Sprintf("%d bytes", p.Bytes)))
	l.add("reported", joined(" · ", labelled("size", p.ReportedSize), labelled("quality", p.ReportedQuality),
		labelled("background", p.ReportedBackground), labelled("format", p.ReportedFormat)))
	if p.Count > 1 {
		l.add("pictures", fmt.Sprint(p.Count))
	}
	l.add("damaged", p.Damaged)
	l.add("picture faults", strings.Join(p.Warnings, "; "))
	l.add("SHA-256", p.SHA256)
	l.add("kept as", p.Path)
}

func (l *factList) cost(e *probe.Evidence) {
	if u := e.Usage; u != nil {
		l.add("tokens", fmt.Sprintf("%d in (%d of images), %d out", u.Input, u.ImageTokens, u.Output))
	}
	l.add("limits before", windows(e.LimitsBefore))
	l.add("limits after", joined(" · ", windows(e.LimitsAfter), labelled("active", e.ActiveLimit), labelled("plan", e.Plan)))
}

func windows(list []codex.Window) string {
	var words []string
	for _, w := range list {
		words = append(words, fmt.Sprintf("%s %s %.4g %%", w.Limit, w.Window, w.UsedPercent))
	}
	return strings.Join(words, ", ")
}

// events is the pattern of a stream: "response.created, …partial_image x2".
func events(timeline []probe.Moment) string {
	var words []string
	for _, moment := range timeline {
		word := moment.Event
		if moment.Count > 1 {
			word += fmt.Sprintf(" x%d", moment.Count)
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}

func times(t probe.Timing) string {
	return joined(", ", after("answer", t.Header), after("first event", t.FirstEvent),
		after("first draft", t.FirstPartial), after("image", t.Final), after("end", t.End))
}

func after(what string, ms int64) string {
	if ms == 0 {
		return ""
	}
	return what + " " + duration(ms)
}

func duration(ms int64) string {
	if ms < 1000 {
		return fmt.Sprintf("%d ms", ms)
	}
	return fmt.Sprintf("%.1f s", float64(ms)/1000)
}

func labelled(label, value string) string {
	if value == "" {
		return ""
	}
	return label + " " + value
}

// joined leaves out what is empty.
func joined(separator string, parts ...string) string {
	var filled []string
	for _, part := range parts {
		if part != "" {
			filled = append(filled, part)
		}
	}
	return strings.Join(filled, separator)
}
