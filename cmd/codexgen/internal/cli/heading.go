package cli

import "github.com/spf13/pflag"

// A heading gathers flags in the help. A command's headings come in the order
// of their first flags.
type heading string

// The headings of the help.
const (
	headPicture    heading = "The picture"
	headReferences heading = "Pictures to work from"
	headFiles      heading = "The file"
	headScripts    heading = "For scripts"
	headLogin      heading = "The login"
	headBackend    heading = "Backend"
	headSandbox    heading = "The sandbox"
	headChecks     heading = "Checks"
	headVariants   heading = "What is sent"
	headCost       heading = "What it may cost"
	headBatch      heading = "The batch"
	headAll        heading = "Everywhere"

	headOthers heading = "Flags" // those that were declared under none
)

// headingNote is the flag annotation that holds its heading.
const headingNote = "codexgen_heading"

// under puts the flags that declare adds under a heading of the help:
//
//	under(headFiles, cmd.Flags(), func(flags *pflag.FlagSet) {
//		flags.BoolVar(&o.force, "force", false, "replace the file")
//	})
func under(head heading, flags *pflag.FlagSet, declare func(*pflag.FlagSet)) {
	part := pflag.NewFlagSet(string(head), pflag.ContinueOnError)
	declare(part)
	flags.SortFlags, part.SortFlags = false, false
	part.VisitAll(func(f *pflag.Flag) {
		if f.Annotations == nil {
			f.Annotations = map[string][]string{}
		}
		f.Annotations[headingNote] = []string{string(head)}
		flags.AddFlag(f)
	})
}

// explainedNote is the flag annotation that names the command whose help
// explains the flag.
const explainedNote = "codexgen_explained_by"

func explainedBy(f *pflag.Flag) string {
	if note := f.Annotations[explainedNote]; len(note) > 0 {
		return note[0]
	}
	return ""
}

func headingOf(f *pflag.Flag) heading {
	if note := f.Annotations[headingNote]; len(note) > 0 {
		return heading(note[0])
	}
	if f.Name == "help" || f.Name == "version" { // cobra's own
		return headAll
	}
	return headOthers
}
