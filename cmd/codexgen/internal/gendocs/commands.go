package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// reference writes a Markdown page for each command.
func reference(dir string) error {
	return pages(dir, ".md", "_", func(cmd *cobra.Command, out *bytes.Buffer) error {
		return doc.GenMarkdown(cmd, out)
	})
}

// manual writes a man page for each command. The library always puts a date
// into the title; the zero date marks it to be taken out.
func manual(dir string) error {
	date := time.Time{}
	return pages(dir, ".1", "-", func(cmd *cobra.Command, out *bytes.Buffer) error {
		header := &doc.GenManHeader{Section: "1", Source: "codexgen", Manual: "codexgen manual", Date: &date}
		if err := doc.GenMan(cmd, header, out); err != nil {
			return err
		}
		page := strings.ReplaceAll(out.String(), date.Format("Jan 2006"), "")
		out.Reset()
		out.WriteString(option.ReplaceAllString(page, ".TP\n$1\n"))
		return nil
	})
}

// option is a flag as the library sets it, its meaning behind a tab in the same
// paragraph; as a term of a list the meaning stands indented below it.
var option = regexp.MustCompile(`(?m)(?:^\.PP\n)?^(\\fB-.*)\n\t`)

// pages empties dir of pages that no command has any more, and writes the rest
// anew.
func pages(dir, extension, separator string, render func(*cobra.Command, *bytes.Buffer) error) error {
	old, err := filepath.Glob(filepath.Join(dir, "codexgen*"+extension))
	if err != nil {
		return err
	}
	for _, page := range old {
		if err := os.Remove(page); err != nil {
			return err
		}
	}
	var each func(*cobra.Command) error
	each = func(cmd *cobra.Command) error {
		cmd.Long = codeBlocks(cmd.Long)
		var out bytes.Buffer
		if err := render(cmd, &out); err != nil {
			return err
		}
		name := strings.ReplaceAll(cmd.CommandPath(), " ", separator) + extension
		if err := write(filepath.Join(dir, name), out.Bytes()); err != nil {
			return err
		}
		for _, child := range cmd.Commands() {
			if !child.IsAvailableCommand() {
				continue
			}
			if err := each(child); err != nil {
				return err
			}
		}
		return nil
	}
	return each(tree())
}

// codeBlocks turns lines indented by two, as the help has them, into
// Markdown's code.
func codeBlocks(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "  ") {
			lines[i] = "  " + line
		}
	}
	return strings.Join(lines, "\n")
}
