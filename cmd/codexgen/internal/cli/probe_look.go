package cli

import "github.com/codexgen/codexgen/pkg/probe/report"

// reportOptions fit a report to where it is written: a terminal's width, and
// colours where they are wanted (https://no-color.org).
func reportOptions(env Env, global globalOptions) report.Options {
	o := report.Options{Verbose: global.Verbose}
	if !env.StdoutTTY {
		return o
	}
	if env.Columns != nil {
		o.Width = env.Columns()
	}
	noColor, _ := env.LookupEnv("NO_COLOR")
	kind, _ := env.LookupEnv("TERM")
	o.Color = noColor == "" && kind != "dumb" && !global.Plain
	return o
}
