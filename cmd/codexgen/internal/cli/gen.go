package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/imagefile"
	"github.com/codexgen/codexgen/pkg/retouch"
)

// genOptions is one `gen` as the user asked for it.
type genOptions struct {
	backend    backendOptions
	references referenceOptions
	shape      shapeOptions
	local      localOptions

	prompt       string
	output       string
	quality      string
	background   string
	format       string
	model        string
	hostModel    string
	route        string
	partials     int
	partialsSet  bool
	keepPartials bool
	force        bool
	dryRun       bool
	json         bool
	events       bool
	preview      bool
	open         bool
	history      bool
	oneShot      bool // no drafts are wanted
	count        int  // images
	concurrency  int
}

func newGenCmd(env Env, run func(context.Context, Env, genOptions) error) *cobra.Command {
	var o genOptions
	cmd := &cobra.Command{
		Use:        `gen "PROMPT"`,
		SuggestFor: []string{"generate", "create", "draw", "image", "new"},
		Short:      "Make an image from a prompt",
		Long:       `Make an image from a prompt, or from standard input for "-", and print its path.`,
		Example: `  codexgen gen "a cat" --sandbox          try it, no account needed
  codexgen gen "a harbour" --aspect 16:9 --size 1920x1080 --exact crop -o harbour.png`,
		Args: onePrompt,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.prompt = args[0]
			o.readFlags(cmd)
			return run(cmd.Context(), env, o)
		},
	}
	o.addFlags(cmd, env)
	o.addCountFlags(cmd)
	return cmd
}

// readFlags notes what only the flags themselves can tell.
func (o *genOptions) readFlags(cmd *cobra.Command) {
	o.partialsSet = wasSet(cmd, "partials")
	o.backend.global = globalFlags(cmd)
}

// addFlags are those of all commands that make images, with what the tab key
// proposes for them.
func (o *genOptions) addFlags(cmd *cobra.Command, env Env) {
	o.declareFlags(cmd.Flags(), func() { addPresetFlag(cmd, env) })
	offer(cmd, "size", "auto", "1024x1024", "1536x1024", "1024x1536")
	offer(cmd, "aspect", slices.Concat([]string{"1:1", "3:2", "4:3", "16:9", "9:16"}, codex.AspectNames)...)
	offer(cmd, "exact", retouch.Fits...)
	offer(cmd, "convert", retouch.Formats...)
	offer(cmd, "convert-quality", "80", "90", "95")
	offer(cmd, "max-input-px", "1024", "2048", "4096")
	offer(cmd, "quality", codex.Qualities...)
	offer(cmd, "background", codex.Backgrounds...)
	offer(cmd, "format", codex.Formats...)
	offer(cmd, "max-bytes", "64MB", "256MiB", "1GiB")
	offer(cmd, "route", codex.Routes...)
	offer(cmd, "partials", "0", "1", "2", "3")
}

// declareFlags declares them; preset is called where that flag has its place
// in the help.
func (o *genOptions) declareFlags(all *pflag.FlagSet, preset func()) {
	under(headPicture, all, func(flags *pflag.FlagSet) {
		o.shape.addFlags(flags)
		flags.StringVar(&o.quality, "quality", "", "`LEVEL` is "+oneOf(codex.Qualities)+"; a wish")
		flags.StringVar(&o.background, "background", "", "`KIND` is "+oneOf(codex.Backgrounds))
		flags.StringVar(&o.format, "format", "", "`NAME` is "+oneOf(codex.Formats))
	})
	preset()
	o.references.addFlags(all)
	under(headFiles, all, func(flags *pflag.FlagSet) {
		flags.StringVarP(&o.output, "output", "o", "", "`FILE`, folder, - for a pipe, or '{date}/{slug}-{index}.{ext}'")
		_ = cobra.MarkFlagFilename(flags, "output")
		flags.BoolVar(&o.force, "force", false, "replace the file named by --output")
		flags.IntVar(&o.partials, "partials", 2, "ask for `N` drafts, 0 to 3")
		flags.BoolVar(&o.keepPartials, "keep-partials", false, "keep the drafts beside the image")
		o.local.addFlags(flags)
		flags.BoolVar(&o.preview, "preview", false, "show drafts and image in the terminal")
		flags.BoolVar(&o.open, "open", false, "open the image in the system's program for it")
		flags.BoolVar(&o.history, "history", false, "note prompt, facts and path for codexgen history")
	})
	under(headScripts, all, func(flags *pflag.FlagSet) {
		flags.BoolVar(&o.json, "json", false, "print one JSON object, also on failure")
		flags.BoolVar(&o.events, "events", false, "print a JSON object a line as things happen")
		flags.BoolVar(&o.dryRun, "dry-run", false, "print the request and send nothing")
	})
	under(headBackend, all, func(flags *pflag.FlagSet) {
		flags.StringVar(&o.route, "route", "auto", "`NAME` is auto, responses (drafts), images or websocket")
		flags.StringVar(&o.model, "model", "", "`NAME` of the image model; the backend may ignore it")
		flags.StringVar(&o.hostModel, "host-model", "", "`NAME` of the chat model that carries the image tool (default: looked up)")
	})
	o.backend.addFlags(all)
}

// oneOf is "a, b or c".
func oneOf(values []string) string {
	last := len(values) - 1
	return strings.Join(values[:last], ", ") + " or " + values[last]
}

// onePrompt takes exactly one argument: a prompt that the shell has split up
// must not become a picture of its first word.
func onePrompt(_ *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return usageError{`gen needs a prompt`, `codexgen gen "a cat"`}
	case len(args) > 1:
		return usageError{fmt.Sprintf("gen takes one prompt, but got %d: %q, %q …", len(args), args[0], args[1]),
			`quote the prompt: codexgen gen "a cat"; a scenario is written --sandbox=NAME`}
	}
	return nil
}

// readPrompt resolves "-" to standard input, bounded.
func (g *generation) readPrompt() error {
	if err := g.o.references.check(g.o.prompt); err != nil {
		return err
	}
	if g.o.prompt == "-" {
		const maxBytes = 4 * codex.MaxPromptChars
		text, err := io.ReadAll(io.LimitReader(g.env.Stdin, maxBytes+1))
		if err != nil {
			return fmt.Errorf("read the prompt: %w", err)
		}
		g.o.prompt = strings.TrimSpace(string(text))
	}
	g.result.Prompt = g.o.shape.prompt(g.o.prompt)
	return nil
}

// request is what the library is asked for.
func (o genOptions) request() codex.Request {
	return codex.Request{
		Prompt: o.shape.prompt(o.prompt), Model: o.model, HostModel: o.hostModel, Size: o.shape.wish(), Quality: o.quality,
		Background: o.background, Format: o.format, Partials: o.partials, Route: codex.Route(o.route),
		DraftsAsked: o.partialsSet && o.partials > 0, PreferOneShot: o.output == "-" || o.oneShot,
	}
}

// check refuses what cannot be meant together.
func (o genOptions) check() error {
	chosen := []string{}
	for name, on := range map[string]bool{"--json": o.json, "--events": o.events, "--output -": o.output == "-"} {
		if on {
			chosen = append(chosen, name)
		}
	}
	if len(chosen) > 1 {
		return usageError{"standard output can carry one thing: --json, --events or --output -", "leave one of them out"}
	}
	if o.dryRun && (o.json || o.events) {
		return usageError{"--dry-run prints the request as it would be sent, not an object about it", "leave --json and --events out"}
	}
	if o.output == "-" && (o.keepPartials || o.partialsSet && o.partials > 0) {
		return usageError{"--output - has no place for drafts", "leave --partials and --keep-partials out"}
	}
	if err := o.checkCount(); err != nil {
		return err
	}
	if o.output == "-" && o.open {
		return usageError{"--output - leaves no file to --open", "name a file, or leave --open out"}
	}
	for _, err := range []error{o.shape.check(), o.local.check(o.output, o.shape.exact), imagefile.CheckOutput(o.output)} {
		if err != nil {
			return err
		}
	}
	return o.shape.sizeHint(o.request().Validate())
}
