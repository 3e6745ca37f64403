package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/pkg/batch"
)

const (
	maxCount       = 100
	maxConcurrency = 64
)

func (o *genOptions) addCountFlags(cmd *cobra.Command) {
	under(headFiles, cmd.Flags(), func(flags *pflag.FlagSet) {
		flags.IntVarP(&o.count, "count", "n", 1, "make `N` images, each with a number in its name")
	})
	under(headBackend, cmd.Flags(), o.addConcurrencyFlag)
	offer(cmd, "count", "2", "4", "8")
	offer(cmd, "concurrency", "1", "2", "4")
}

func (o *genOptions) addConcurrencyFlag(flags *pflag.FlagSet) {
	flags.IntVar(&o.concurrency, "concurrency", 2, "ask for `N` images at once; fewer while the backend refuses")
}

// checkCount passes over a line of a batch, which is one image.
func (o genOptions) checkCount() error {
	switch {
	case o.count == 0:
		return nil
	case o.count < 0 || o.count > maxCount:
		return usageError{fmt.Sprintf("--count %d: 1 to %d images", o.count, maxCount), "for more: codexgen batch"}
	}
	return o.checkConcurrency()
}

// checkMany refuses what only one image can have.
func (o genOptions) checkMany() error {
	switch {
	case o.output == "-":
		return usageError{"--output - has room for one image", "name a folder"}
	case slices.Contains(o.references.images, "-") || o.references.mask == "-":
		return usageError{"standard input can be read once only, and each image needs its pictures", "name a file"}
	case o.dryRun:
		return usageError{"--dry-run shows the request of one image", "leave --count out"}
	case o.open:
		return usageError{"--open is for one image", "leave it out"}
	}
	return nil
}

func (o genOptions) checkConcurrency() error {
	if o.concurrency < 1 || o.concurrency > maxConcurrency {
		return usageError{fmt.Sprintf("--concurrency %d: 1 to %d at once", o.concurrency, maxConcurrency), "for example --concurrency 2"}
	}
	return nil
}

// runMany is `gen -n`.
func runMany(ctx context.Context, env Env, o genOptions) error {
	g := newGeneration(env, o)
	if err := g.readPrompt(); err != nil {
		return err
	}
	o = g.o
	if err := cmp.Or(o.check(), o.checkMany()); err != nil {
		return err
	}
	make := &maker{env: env, options: func(batch.Job) (genOptions, error) { return o, nil }}
	if err := make.proveNames(o); err != nil {
		return err
	}
	conn, err := connect(ctx, env, o.backend)
	if err != nil {
		return err
	}
	make.client = conn.client
	m := newMany(env, o, o.count)
	m.keep = o.json
	m.name = func(job batch.Job) string { return fmt.Sprintf("image %d of %d", job.Number, o.count) }
	g.report = m.report
	g.startPreview()
	g.notes(conn)
	m.shown = g
	err = m.run(ctx, batch.Number(copies(o)), make, batch.Options{Concurrency: o.concurrency})
	if closeErr := conn.Close(); err == nil {
		err = closeErr
	}
	return err
}

// copies is the same job several times.
func copies(o genOptions) func(func(batch.Record, error) bool) {
	return func(yield func(batch.Record, error) bool) {
		for range o.count {
			if !yield(batch.Record{Fields: batch.Fields{"prompt": {o.prompt}}}, nil) {
				return
			}
		}
	}
}

// proveNames chooses every name, in order, before anything is sent.
func (m *maker) proveNames(o genOptions) error {
	number := 0
	for range o.count {
		g := newGeneration(m.env, o)
		if err := m.prepare(g, number+1); err != nil {
			return err
		}
		number = g.target.Number()
		m.numbers = append(m.numbers, number)
		if err := g.target.Close(); err != nil {
			return err
		}
	}
	return nil
}
