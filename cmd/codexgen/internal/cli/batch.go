package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/config"
	"github.com/codexgen/codexgen/pkg/batch"
)

// batchOptions are a batch as the user asked for it.
type batchOptions struct {
	gen          genOptions
	base         batch.Fields                 // the flags of gen that were given, for every job
	presets      map[string]map[string]string // by name, as texts of flags
	manifest     string
	input        string
	resume       bool
	retryUnknown bool
	wait         bool
}

func newBatchCmd(env Env, run func(context.Context, Env, batchOptions) error) *cobra.Command {
	var o batchOptions
	cmd := &cobra.Command{
		Use:   "batch FILE",
		Short: "Make an image for every line of a file",
		Long: `Make an image for every line of a file, and print the paths. The lines are JSON
objects (.jsonl), rows under a line of names (.csv), or prompts; "-" reads
standard input. Fields are "prompt" and the flags of gen. The whole file is
checked before anything is sent.

A journal beside the images, FILE.journal, remembers what was asked for: after
an interruption --resume goes on without asking for any image twice.`,
		Example: `  codexgen batch prompts.txt -o pictures --concurrency 4
  codexgen batch jobs.jsonl -o pictures --resume --wait`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{fmt.Sprintf("batch takes one file, but got %d", len(args)), "codexgen batch prompts.txt -o pictures"}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.manifest = args[0]
			o.gen.readFlags(cmd)
			o.base = givenFields(cmd.Flags())
			var err error
			if o.presets, err = config.PresetSettings(cmd.Root(), settings(cmd, env)); err != nil {
				return err
			}
			return run(cmd.Context(), env, o)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"jsonl", "csv", "txt"}, cobra.ShellCompDirectiveFilterFileExt
		},
	}
	o.addFlags(cmd, env)
	return cmd
}

func (o *batchOptions) addFlags(cmd *cobra.Command, env Env) {
	under(headBatch, cmd.Flags(), func(flags *pflag.FlagSet) {
		flags.BoolVar(&o.resume, "resume", false, "go on with a batch that was begun here")
		flags.BoolVar(&o.retryUnknown, "retry-unknown", false, "ask again for what may have been charged but did not come")
		flags.BoolVar(&o.wait, "wait", false, "wait for a usage limit to end")
		flags.StringVar(&o.input, "input", "", "FILE is written as `FORMAT`, "+oneOf(batch.Formats)+" (default: by its name)")
		o.gen.addConcurrencyFlag(flags)
	})
	o.gen.addFlags(cmd, env)
	likeGen(cmd.Flags())
	offer(cmd, "concurrency", "1", "2", "4")
	offer(cmd, "input", batch.Formats...)
}

// likeGen leaves the explanation of the flags that a line may give, and of the
// backend's, to gen.
func likeGen(flags *pflag.FlagSet) {
	backend := []string{"base-url", "ca-cert", "timeout", "stall-timeout", "max-bytes", "retries", "profile", "auth-source", "preset", "allow-private-urls"}
	for _, name := range append(fieldNames(), backend...) {
		if flag := flags.Lookup(name); flag != nil && name != "output" {
			flag.Annotations[explainedNote] = []string{"gen"}
		}
	}
	flags.Lookup("output").Usage = "`FOLDER` of the images, made where it is not there, or a template as for gen"
	for _, name := range []string{"preview", "open"} {
		flags.Lookup(name).Hidden = true
	}
}

func (o batchOptions) check() error {
	switch {
	case o.gen.preview, o.gen.open:
		return usageError{"--preview and --open are for gen", "leave them out"}
	case o.gen.output == "-":
		return usageError{"--output - has room for one image", "name a folder"}
	case o.retryUnknown && !o.resume:
		return usageError{"--retry-unknown is for a batch that is resumed", "add --resume"}
	case o.gen.json && o.gen.events:
		return usageError{"standard output can carry one thing: --json or --events", "leave one of them out"}
	case o.input != "" && !slices.Contains(batch.Formats, o.input):
		return usageError{fmt.Sprintf("--input %q is not read here", o.input), "use " + oneOf(batch.Formats)}
	}
	return o.gen.checkConcurrency()
}
