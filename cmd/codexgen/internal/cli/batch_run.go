package cli

import (
	"context"
	"fmt"
	"os"

	"github.com/codexgen/codexgen/pkg/batch"
	"github.com/codexgen/codexgen/pkg/imagefile"
)

// runBatch checks everything, and then makes the images.
func runBatch(ctx context.Context, env Env, o batchOptions) (err error) {
	if err := o.check(); err != nil {
		return err
	}
	manifest, err := openManifest(env, o)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := manifest.Close(); err == nil {
			err = closeErr
		}
	}()
	if err := o.makeFolder(); err != nil {
		return err
	}
	journal, err := batch.OpenJournal(o.journal(), o.resume)
	if err != nil {
		return err
	}
	err = o.start(ctx, env, manifest, journal)
	if closeErr := journal.Close(); err == nil {
		err = closeErr
	}
	return err
}

func (o batchOptions) start(ctx context.Context, env Env, manifest *manifest, journal *batch.Journal) error {
	if err := manifest.check(env, journal.Knows); err != nil {
		return err
	}
	if o.gen.dryRun {
		fmt.Fprintf(env.Stderr, "nothing is sent; %s can be done\n", counted(manifest.total, "job"))
		return nil
	}
	conn, err := connect(ctx, env, o.gen.backend)
	if err != nil {
		return err
	}
	m := newMany(env, o.gen, manifest.total)
	m.goOn = "go on with --resume, and with --wait to wait for a limit to end"
	m.name = func(job batch.Job) string { return fmt.Sprintf("line %d", job.Line) }
	conn.say = m.report.Line
	if conn.note != "" {
		m.report.Line(conn.note)
	}
	make := &maker{env: env, client: conn.client, options: func(job batch.Job) (genOptions, error) { return o.job(job, digits(manifest.total)) }}
	err = m.run(ctx, manifest.jobs(), make, batch.Options{Journal: journal, Adopt: make.adopt, Concurrency: o.gen.concurrency, RetryUnknown: o.retryUnknown, Wait: o.wait})
	if closeErr := conn.Close(); err == nil {
		err = closeErr
	}
	return err
}

// makeFolder makes the folder of --output: unlike the one image of gen, many
// want one of their own.
func (o batchOptions) makeFolder() error {
	if err := os.MkdirAll(o.folder(), 0o777); err != nil {
		return &imagefile.OutputError{Path: o.folder(), Reason: rootCause(err).Error(), Advice: "name another folder with --output", Err: err}
	}
	return nil
}
