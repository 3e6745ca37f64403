package cli

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

const editExample = `codexgen edit photo.jpg "make it night"`

func newEditCmd(env Env, run func(context.Context, Env, genOptions) error) *cobra.Command {
	var o genOptions
	cmd := &cobra.Command{
		Use:        `edit PICTURE… "PROMPT"`,
		SuggestFor: []string{"change", "inpaint"},
		Short:      "Make an image from pictures and a prompt",
		Long: `Make an image from up to five pictures and a prompt, and print its path. The
pictures (PNG, JPEG, WebP, GIF, to 25 MB) are files, - for stdin, or https URLs.`,
		Example:           `  ` + editExample,
		Args:              picturesAndPrompt,
		ValidArgsFunction: cobra.FixedCompletions(nil, cobra.ShellCompDirectiveDefault), // files
		RunE: func(cmd *cobra.Command, args []string) error {
			last := len(args) - 1
			o.prompt = args[last]
			o.references.images = append(args[:last:last], o.references.images...)
			o.readFlags(cmd)
			return run(cmd.Context(), env, o)
		},
	}
	o.addFlags(cmd, env)
	o.addCountFlags(cmd)
	return cmd
}

// picturesAndPrompt takes pictures and then a prompt; the first picture may
// come by flag. A prompt that is a file's name was most likely forgotten.
func picturesAndPrompt(cmd *cobra.Command, args []string) error {
	if len(args) == 0 || len(args) == 1 && !wasSet(cmd, "image") {
		return usageError{"edit needs a picture and a prompt", editExample}
	}
	prompt := args[len(args)-1]
	if info, err := os.Stat(prompt); err == nil && info.Mode().IsRegular() {
		return usageError{fmt.Sprintf("the last argument is the prompt, but %q is a file", prompt), editExample}
	}
	return nil
}
