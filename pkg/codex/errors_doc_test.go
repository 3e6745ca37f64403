package codex

import (
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the table of kinds into docs/protocol.md")

func protocolPage(t *testing.T) (path, text string) {
	t.Helper()
	path = filepath.Join("..", "..", "docs", "protocol.md")
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, string(page)
}

// between is what stands between two marks.
func between(t *testing.T, text, from, to string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, from)
	part, _, ended := strings.Cut(rest, to)
	if !found || !ended {
		t.Fatalf("docs/protocol.md has no %q … %q", from, to)
	}
	return part
}

func kindsTable() string {
	var table strings.Builder
	table.WriteString("\n| Kind | Exit | Retryable | Charged | Says | Hint |\n|---|---|---|---|---|---|\n")
	rank := func(kind Kind) string { return fmt.Sprint(kinds[kind].exit, " ", kind) }
	for _, kind := range slices.SortedFunc(maps.Keys(kinds), func(a, b Kind) int { return strings.Compare(rank(a), rank(b)) }) {
		facts := kinds[kind]
		retryable := "no"
		if facts.retryable {
			retryable = "yes"
		}
		fmt.Fprintf(&table, "| `%s` | %d | %s | %s | %s | %s |\n", kind, facts.exit, retryable, facts.charged, facts.says, facts.hint)
	}
	return table.String()
}

func TestKindsAreDocumented(t *testing.T) {
	const from, to = "TestKindsAreDocumented -update -->", "<!-- end of kinds -->"
	path, page := protocolPage(t)
	written := between(t, page, from, to)
	if written == kindsTable() {
		return
	}
	if !*update {
		t.Fatalf("the table of kinds in docs/protocol.md is not the code's; run with -update. It should be:%s", kindsTable())
	}
	page = strings.Replace(page, from+written+to, from+kindsTable()+to, 1)
	if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A documentedError is a row of the error tables.
type documentedError struct {
	comes   string
	kind    Kind
	exit    int
	charged string // the first word
}

var errorRow = regexp.MustCompile("(?m)^\\| (.+) \\| .+ \\| `([a-z_]+)`, (\\d)[^|]* \\| ([a-z]+)[^|]* \\|$")

// documentedErrors reads the tables; rows counts all of their lines.
func documentedErrors(section string) (rows []documentedError, lines int) {
	for _, found := range errorRow.FindAllStringSubmatch(section, -1) {
		exit, _ := strconv.Atoi(found[3])
		rows = append(rows, documentedError{found[1], Kind(found[2]), exit, found[4]})
	}
	return rows, strings.Count(section, "\n| ") - strings.Count(section, "\n| What comes")
}

// TestErrorTablesAreTheCodes holds the tables of docs/protocol.md to what
// follows from each kind, and what they quote to what it is classified as.
func TestErrorTablesAreTheCodes(t *testing.T) {
	_, page := protocolPage(t)
	overHTTP, lines := documentedErrors(between(t, page, "### HTTP errors", "### Stream errors"))
	inStreams, more := documentedErrors(between(t, page, "### Stream errors", "### Kinds"))
	if len(overHTTP) != lines || len(inStreams) != more-2 { // "by code", and the warning
		t.Fatalf("%d of %d and %d of %d rows name a kind", len(overHTTP), lines, len(inStreams), more)
	}
	documented := map[Kind]bool{}
	for _, row := range slices.Concat(overHTTP, inStreams) {
		documented[row.kind] = true
		if facts, known := kinds[row.kind]; !known || facts.exit != row.exit || string(facts.charged) != row.charged {
			t.Errorf("%.60s: the code has exit %d and charged %s for %s, the page %d and %s", row.comes, facts.exit, facts.charged, row.kind, row.exit, row.charged)
		}
	}
	for _, row := range overHTTP {
		row.classify(t)
	}
	for kind := range kinds {
		if local := kind == KindAuthRequired || kind == KindOutput; !documented[kind] && !local {
			t.Errorf("%s is in no table", kind)
		}
	}
}

var (
	quoted   = regexp.MustCompile("`([^`]+)`")
	statuses = regexp.MustCompile(`\b[3-5]\d\d\b`)
	// unquotable rows depend on more than a status and a word; the rows of
	// TestEveryRecordedFailure have them.
	unquotable = regexp.MustCompile(`HTML|own page|x-codex-active-limit|nothing within`)
)

// classify feeds what the row quotes, as a code and as a message, with each
// status that it names.
func (row documentedError) classify(t *testing.T) {
	if unquotable.MatchString(row.comes) {
		return
	}
	main, _, _ := strings.Cut(row.comes, " with `")
	words := quoted.FindAllStringSubmatch(main, -1)
	if len(words) == 0 {
		words = [][]string{{"", ""}}
	}
	for _, status := range statuses.FindAllString(quoted.ReplaceAllString(main, ""), -1) {
		f := failure{header: http.Header{}}
		f.status, _ = strconv.Atoi(status)
		for _, word := range words {
			if f.text, f.code = word[1], ""; !strings.Contains(word[1], " ") {
				f.code = word[1]
			}
			row.expect(t, f)
		}
	}
}

func (row documentedError) expect(t *testing.T, f failure) {
	t.Helper()
	if got := f.error(time.Unix(0, 0)).Kind; got != row.kind {
		t.Errorf("HTTP %d %q is %s, the page says %s", f.status, f.code+" "+f.text, got, row.kind)
	}
}
