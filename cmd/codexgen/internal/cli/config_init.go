package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/config"
	"github.com/codexgen/codexgen/pkg/imagefile"
)

type configInitOptions struct{ path, text string }

func newConfigInitCmd(env Env, run func(context.Context, Env, configInitOptions) error) *cobra.Command {
	return &cobra.Command{
		Use:   "init",
		Short: "Write a configuration file with every setting in a comment",
		Long: `Write a configuration file with every setting in a comment, its default beside
it, and two presets. A file that is there already stays as it is. Nothing
changes before a line is uncommented; --preset names one of the presets.`,
		Args:        noArgs,
		Annotations: withoutSettings(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, _ := configFile(cmd, env)
			return run(cmd.Context(), env, configInitOptions{path, sampleConfig(cmd.Root())})
		},
	}
}

func runConfigInit(_ context.Context, env Env, o configInitOptions) error {
	if o.path == "" {
		return noConfigFolder
	}
	if err := writeNew(o.path, o.text); err != nil {
		return err
	}
	_, err := fmt.Fprintln(env.Stdout, o.path)
	return err
}

// writeNew writes a file that only its owner reads, whole or not at all, and
// never over another.
func writeNew(path, text string) error {
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = linkNew(path, text)
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		return &imagefile.OutputError{Path: path, Reason: "the file exists", Advice: "edit it, or name another with --config FILE", Err: err}
	case err != nil:
		return &imagefile.OutputError{Path: path, Reason: rootCause(err).Error(), Advice: "name another file with --config FILE", Err: err}
	}
	return nil
}

// linkNew fills a file under another name first; a link, unlike a rename, fails
// if the name is taken.
func linkNew(path, text string) error {
	temp, err := os.CreateTemp(filepath.Dir(path), ".config-*.part")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	_, err = temp.WriteString(text)
	if closeErr := temp.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	err = os.Link(temp.Name(), path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	return createNew(path, text) // a file system without links
}

func createNew(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		_ = os.Remove(path)
	}
	return err
}

const sampleTop = `# Settings of codexgen. Each line below shows a setting and its default; without
# its # it is in force. A flag wins over a preset, a preset over the environment
# (CODEXGEN_ and the name in capitals), the environment over this file.
`

const samplePresets = `
# Presets: settings under a name, for codexgen gen "..." --preset poster.

[presets.poster]
size = "1024x1536"
quality = "high"

[presets.sketch]
quality = "low"
partials = 0
`

// sampleConfig is a file that changes nothing, made from the command tree.
func sampleConfig(root *cobra.Command) string {
	var text strings.Builder
	text.WriteString(sampleTop)
	keys := config.Keys(root)
	heads := []heading{headPicture, headReferences, headFiles, headScripts, headBackend}
	for _, key := range keys {
		if head := headingOf(key.Flags[0]); !slices.Contains(heads, head) {
			heads = append(heads, head)
		}
	}
	for _, head := range heads {
		fmt.Fprintf(&text, "\n# %s\n\n", head)
		for _, key := range keys {
			if headingOf(key.Flags[0]) == head {
				fmt.Fprintf(&text, "# %s\n#%s = %s\n", key.Usage(), key.Name, key.Default())
			}
		}
	}
	text.WriteString(samplePresets)
	return text.String()
}
