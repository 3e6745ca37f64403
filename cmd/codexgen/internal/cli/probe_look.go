package cli

import (
	"io"
	"os"

	"golang.org/x/term"

	"github.com/codexgen/codexgen/pkg/probe/report"
)

// reportOptions fit a report to where it is written: a terminal's width, and
// colours where they are wanted (https://no-color.org).
func reportOptions(env Env, global globalOptions) report.Options {
	o := report.Options{Verbose: global.Verbose}
	if !env.StdoutTTY {
		return o
	}
	o.Width = columns(env.Stdout)
	noColor, _ := env.LookupEnv("NO_COLOR")
	kind, _ := env.LookupEnv("TERM")
	o.Color = noColor == "" && kind != "dumb" && !global.Plain
	return o
}

// columns is the width of a terminal, 0 where it is not known.
func columns(w io.Writer) int {
	file, ok := w.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0
	}
	return width
}
