package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// printHelp writes a command's help: what it does, how it is called, its
// commands, and its flags under their headings. The flags that all commands
// have are explained once, by codexgen --help, and named by the others.
func printHelp(w io.Writer, cmd *cobra.Command) {
	text := orDefault(cmd.Long, cmd.Short)
	fmt.Fprintf(w, "%s\n\nUsage: %s\n", strings.TrimSpace(text), usageLine(cmd))
	if cmd.Example != "" {
		fmt.Fprintf(w, "\n%s\n", strings.TrimRight(cmd.Example, "\n"))
	}
	printCommands(w, cmd)
	printFlags(w, cmd)
	printExplainedFlags(w, cmd)
	if cmd.HasParent() {
		fmt.Fprintf(w, "\n%s: %s; see %s --help\n", headAll, inheritedNames(cmd), cmd.Root().Name())
		return
	}
	fmt.Fprintf(w, "\n%s COMMAND --help explains a command.\n", cmd.Name())
}

func usageLine(cmd *cobra.Command) string {
	switch {
	case onlyHolds(cmd):
		return cmd.CommandPath() + " COMMAND"
	case cmd.HasAvailableSubCommands():
		return cmd.UseLine() + " | COMMAND"
	}
	return cmd.UseLine()
}

// printCommands lists the subcommands, under their groups where they have one.
func printCommands(w io.Writer, cmd *cobra.Command) {
	groups := append(slices.Clone(cmd.Groups()), &cobra.Group{Title: "Commands:"})
	for _, group := range groups {
		title := "\n" + group.Title + "\n"
		for _, child := range cmd.Commands() {
			if child.GroupID != group.ID || !child.IsAvailableCommand() && child.Name() != "help" {
				continue
			}
			fmt.Fprintf(w, "%s  %-*s %s\n", title, child.NamePadding(), child.Name(), child.Short)
			title = ""
		}
	}
}

// A helpLine is a flag as the help shows it.
type helpLine struct {
	head        heading
	call, usage string
}

func printFlags(w io.Writer, cmd *cobra.Command) {
	var lines []helpLine
	var heads []heading
	width := 0
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" && cmd.HasParent() || explainedBy(f) != "" {
			return
		}
		line := helpLine{headingOf(f), flagCall(f), flagUsage(f)}
		lines, width = append(lines, line), max(width, len(line.call))
		if !slices.Contains(heads, line.head) {
			heads = append(heads, line.head)
		}
	})
	for _, head := range heads {
		fmt.Fprintf(w, "\n%s:\n", head)
		for _, line := range lines {
			if line.head == head {
				fmt.Fprintf(w, "  %-*s  %s\n", width, line.call, line.usage)
			}
		}
	}
}

// printExplainedFlags names the flags that another command explains.
func printExplainedFlags(w io.Writer, cmd *cobra.Command) {
	other, line := "", ""
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		by := explainedBy(f)
		if by == "" || f.Hidden {
			return
		}
		if other == "" {
			fmt.Fprintf(w, "\nAs for %s, where a line does not say otherwise; see codexgen %s --help:\n", by, by)
		}
		if other = by; len(line)+len(f.Name) > helpWidth-6 {
			fmt.Fprintf(w, " %s\n", line)
			line = ""
		}
		line += " --" + f.Name
	})
	if line != "" {
		fmt.Fprintf(w, " %s\n", line)
	}
}

// helpWidth is the longest line, in columns.
const helpWidth = 100

// flagCall is how the flag is written: "-o, --output FILE".
func flagCall(f *pflag.Flag) string {
	call := "    --" + f.Name
	if f.Shorthand != "" {
		call = "-" + f.Shorthand + ", --" + f.Name
	}
	value, _ := pflag.UnquoteUsage(f)
	if value == f.Value.Type() { // nobody gave it a name
		value = strings.ToUpper(value)
	}
	switch {
	case value == "":
		return call
	case f.NoOptDefVal != "":
		return call + "[=" + value + "]"
	}
	return call + " " + value
}

func flagUsage(f *pflag.Flag) string {
	_, usage := pflag.UnquoteUsage(f)
	switch f.DefValue {
	case "", "false", "0", "[]":
		return usage
	}
	return usage + " (default " + f.DefValue + ")"
}

// inheritedNames names the flags that all commands have.
func inheritedNames(cmd *cobra.Command) string {
	var names []string
	cmd.InheritedFlags().VisitAll(func(f *pflag.Flag) {
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + "/" + name
		}
		names = append(names, name)
	})
	return strings.Join(names, " ")
}
