package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/reference"
)

// minInputPx is the smallest bound that leaves something to see.
const minInputPx = 64

// referenceOptions name the pictures that go into a request.
type referenceOptions struct {
	images       []string
	mask         string
	maxPx        int
	allowPrivate bool
}

func (o *referenceOptions) addFlags(flags *pflag.FlagSet) {
	under(headReferences, flags, func(flags *pflag.FlagSet) {
		flags.StringArrayVar(&o.images, "image", nil, "work from `FILE`, an https URL or - (standard input); up to 5 times")
		flags.StringVar(&o.mask, "mask", "", "change only where `FILE`, as large as the first picture, is transparent")
		flags.IntVar(&o.maxPx, "max-input-px", 0, "send them scaled down to at most `N` pixels a side")
		flags.BoolVar(&o.allowPrivate, "allow-private-urls", false, "fetch from private and local addresses too")
		_ = cobra.MarkFlagFilename(flags, "image")
		_ = cobra.MarkFlagFilename(flags, "mask")
	})
}

// check refuses what is wrong whatever the pictures are.
func (o referenceOptions) check(prompt string) error {
	readers := 0
	for _, source := range append([]string{prompt, o.mask}, o.images...) {
		if source == "-" {
			readers++
		}
	}
	switch {
	case len(o.images) > codex.MaxReferences:
		return usageError{fmt.Sprintf("%d pictures: at most %d can be sent", len(o.images), codex.MaxReferences), "leave some out"}
	case o.mask != "" && len(o.images) == 0:
		return usageError{"--mask: there is no picture that it belongs to", `codexgen edit PICTURE "what to change" --mask MASK`}
	case o.maxPx != 0 && o.maxPx < minInputPx:
		return usageError{fmt.Sprintf("--max-input-px %d: at least %d", o.maxPx, minInputPx), "for example --max-input-px 2048"}
	case readers > 1:
		return usageError{"standard input can be read once only, but - is named more than once", "name the others as files, or write the prompt out"}
	}
	return nil
}

// inputs are the opened pictures of a run.
type inputs struct {
	set        *reference.Set // nil where there are none
	references []codex.Input
	mask       *codex.Input
}

func (in *inputs) Close() error {
	if in.set == nil {
		return nil
	}
	return in.set.Close()
}

// request is what the library is asked for, with the pictures.
func (g *generation) request() codex.Request {
	r := g.o.request()
	r.References, r.Mask = g.inputs.references, g.inputs.mask
	return r
}

// openReferences opens and checks every picture before anything is sent.
func (g *generation) openReferences(ctx context.Context) error {
	o := g.o.references
	if len(o.images) == 0 {
		return nil
	}
	roots, err := authorities(g.o.backend.caCert)
	if err != nil {
		return err
	}
	options := reference.Options{MaxEdge: o.maxPx, AllowPrivate: o.allowPrivate, Offline: g.o.dryRun, Roots: roots, UserAgent: "codexgen/" + g.env.Version}
	if !g.env.StdinTTY {
		options.Stdin = g.env.Stdin
	}
	g.inputs.set = reference.NewSet(options)
	var first *reference.Reference
	for _, source := range o.images {
		opened, err := g.openReference(ctx, source)
		if err != nil {
			return err
		}
		if first == nil {
			first = opened
		}
		g.inputs.references = append(g.inputs.references, input(opened))
	}
	return g.openMask(ctx, first)
}

func (g *generation) openReference(ctx context.Context, source string) (*reference.Reference, error) {
	opened, err := g.inputs.set.Add(ctx, source)
	if err != nil {
		return nil, err
	}
	g.result.References = append(g.result.References, referenceFacts{
		opened.Source, opened.MediaType, opened.Length, opened.SHA256, opened.Width, opened.Height, opened.Changes})
	for _, change := range opened.Changes {
		g.report.Line(opened.Source + ": " + change)
	}
	return opened, nil
}

func input(r *reference.Reference) codex.Input {
	if r.Pending {
		return codex.Input{Pending: "the picture at " + r.Source}
	}
	return codex.Input{MediaType: r.MediaType, Length: r.Length, SHA256: r.SHA256, Open: r.Open}
}

// referencesIgnored says that the image is no edit.
func (g *generation) referencesIgnored() {
	g.result.Ignored = true
	g.warn("the references were ignored: by its own count the backend looked at none of them, so this is not an edit")
}
