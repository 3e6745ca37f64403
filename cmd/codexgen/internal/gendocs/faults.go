package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/faults"
)

const faultsIntro = `# What goes wrong, and what codexgen does then

<!-- Generated from cmd/codexgen/testdata/faults by ` + "`go generate ./...`" + `; edit the table instead. -->

Every row is run by ` + "`go test ./cmd/codexgen -run TestFaults`" + `: the program as it is
released makes one image against a server on this machine that has the fault,
over a real socket. The test holds what the row says, and for all rows: a failure
is one line and one hint, nothing on the terminal can move its cursor, the token
is shown nowhere, no temporary file is left, every repetition has its line, and
nothing is asked again once the answer has begun.

*Requests* are those for an image, as the server counted them. *Charged* is what
codexgen says of the price: *no* is certain from the answer (or from the lack of
one), *maybe* that the request was on its way and nobody knows. Rows with a mark
run in the full tier (` + "`.ci/run full`" + `) only, and say why. Rows with a stored login or
with another clock run the tests' build of the same code, which can be given
both. Limits of minutes are lowered by flags; the limits themselves are held by
tests in fake time. The servers are stand-ins: how the live backend breaks was
not tried, and no row was run on macOS or Windows.
`

func faultsPage(root string) ([]byte, error) {
	table, err := faults.Load(filepath.Join(root, "cmd", "codexgen", "testdata", "faults"))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString(faultsIntro)
	var elsewhere []faults.Row
	for _, subject := range table {
		fmt.Fprintf(&out, "\n## %s\n\n%s\n\n| | Fault | Exit | It says | Left in the folder | Requests | Charged |\n|---|---|---|---|---|---|---|\n", subject.Title, subject.About)
		for _, row := range subject.Rows {
			fmt.Fprintf(&out, "| %s | %s%s | %s | %s | %s | %s | %s |\n", row.ID, cell(row.Fault), mark(row), ends(row), quoted(row.Says), quoted(row.Files), asks(row), row.Charged)
			if row.Needs != "" {
				elsewhere = append(elsewhere, row)
			}
		}
	}
	if len(elsewhere) > 0 {
		out.WriteString("\n## Rows of the full tier\n\n| | Fault | Needs | Why |\n|---|---|---|---|\n")
	}
	for _, row := range elsewhere {
		fmt.Fprintf(&out, "| %s | %s | %s | %s |\n", row.ID, cell(row.Fault), row.Needs, cell(row.Reason))
	}
	return out.Bytes(), nil
}

func mark(row faults.Row) string {
	if row.Needs == "" {
		return ""
	}
	return " (*" + row.Needs + "*)"
}

func ends(row faults.Row) string {
	if row.Error == "" {
		return fmt.Sprint(row.Exit)
	}
	return fmt.Sprintf("%d `%s`", row.Exit, row.Error)
}

func asks(row faults.Row) string {
	if row.Repeat == "" {
		return row.Requests
	}
	return row.Requests + " (" + cell(row.Repeat) + ")"
}

func quoted(texts []string) string {
	var all []string
	for _, text := range texts {
		all = append(all, code(cell(text)))
	}
	return strings.Join(all, " … ")
}
