package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/codexgen/codexgen/pkg/probe"
)

// markdown is a report for an issue or a wiki: the diagnosis, the table, and
// the evidence folded away when it is asked for.
func markdown(w io.Writer, r probe.Report, o Options) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "# codexgen probe\n\n**%s**\n", plain(r.Diagnosis.Summary))
	if r.Diagnosis.Advice != "" {
		fmt.Fprintf(out, "\nNext: %s\n", plain(r.Diagnosis.Advice))
	}
	fmt.Fprint(out, "\n| Route | State | Why |\n|---|---|---|\n")
	for _, route := range r.Diagnosis.Routes {
		fmt.Fprintf(out, "| %s | %s | %s |\n", plain(string(route.Route)), plain(string(route.State)), plain(route.Why))
	}
	bullets(out, "Findings", r.Diagnosis.Findings, func(f probe.Finding) string { return joined(" Next: ", f.Text, f.Advice) })
	bullets(out, "Not settled", r.Diagnosis.Open, func(text string) string { return text })
	fmt.Fprint(out, "\n## Variants\n\n| Variant | Verdict | Why |\n|---|---|---|\n")
	for _, result := range r.Results {
		verdict := plain(string(result.Verdict))
		if o.complaint(result) != "" {
			verdict = "**" + verdict + "** (news)"
		}
		fmt.Fprintf(out, "| %s | %s | %s |\n", plain(result.Name), verdict, plain(result.Why))
	}
	fmt.Fprintln(out)
	for _, line := range about(r) {
		fmt.Fprintf(out, "%s  \n", plain(line))
	}
	if o.Verbose {
		markdownEvidence(out, r.Results)
	}
	return out.Flush()
}

func bullets[T any](out io.Writer, title string, list []T, text func(T) string) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(out, "\n## %s\n\n", title)
	for _, one := range list {
		fmt.Fprintf(out, "- %s\n", plain(text(one)))
	}
}

func markdownEvidence(out io.Writer, results []probe.Result) {
	fmt.Fprint(out, "\n## Evidence\n")
	for _, result := range results {
		fmt.Fprintf(out, "\n### %s: %s\n\n%s\n\n", plain(result.Name), plain(string(result.Verdict)), plain(result.Purpose))
		for _, fact := range facts(result) {
			fmt.Fprintf(out, "- %s: %s\n", fact.Name, plain(fact.Value))
		}
	}
}

// markup are the characters that mean something in GitHub's Markdown, and the
// beginnings of what it makes a link of by itself.
var markup = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;", "\\", "\\\\", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]",
	"|", "\\|", "~", "\\~", "#", "\\#", "!", "\\!", "$", "\\$", "://", "&#58;//", "www.", "www&#46;", "@", "&#64;",
)

// plain is text that Markdown shows as it is, inside a table too.
func plain(text string) string { return markup.Replace(text) }
