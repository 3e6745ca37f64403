// Command gendocs writes what follows from the command tree: completions, the
// command reference, man pages, and the pages about exit codes, environment,
// configuration, the variants of the probe and the faults that are tested; and
// the licences of what is linked. Its argument is the repository's root. The
// same tree gives the same bytes: nothing here knows the time or the machine.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/cli"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: gendocs REPOSITORY")
		os.Exit(2)
	}
	if err := generate(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "gendocs:", err)
		os.Exit(1)
	}
}

// tree is fresh each time, since the generators change what they read.
func tree() *cobra.Command {
	root := cli.Root(cli.Env{Version: "dev"}) // without a version there is no --version
	root.DisableAutoGenTag = true
	return root
}

func generate(root string) error {
	docs := filepath.Join(root, "docs")
	for _, step := range []func() error{
		func() error { return completions(filepath.Join(root, "completions")) },
		func() error { return reference(filepath.Join(docs, "cli")) },
		func() error { return manual(filepath.Join(docs, "man")) },
		func() error { return write(filepath.Join(docs, "exit-codes.md"), exitCodes()) },
		func() error { return write(filepath.Join(docs, "environment.md"), environment(tree())) },
		func() error { return write(filepath.Join(docs, "config.md"), configuration(tree())) },
		func() error {
			page, err := variantsPage()
			if err != nil {
				return err
			}
			return write(filepath.Join(docs, "probe-variants.md"), page)
		},
		func() error {
			page, err := faultsPage(root)
			if err != nil {
				return err
			}
			return write(filepath.Join(docs, "reliability.md"), page)
		},
		func() error {
			texts, err := licences(root)
			if err != nil {
				return err
			}
			return write(filepath.Join(docs, "third-party-licences.txt"), texts)
		},
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func completions(dir string) error {
	for _, shell := range cli.Shells() {
		var script bytes.Buffer
		if err := cli.WriteCompletion(tree(), shell, &script); err != nil {
			return err
		}
		extension := shell
		if shell == "powershell" {
			extension = "ps1"
		}
		if err := write(filepath.Join(dir, "codexgen."+extension), script.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

func write(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}
