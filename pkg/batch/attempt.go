package batch

import "context"

// An attempt is one try at a job.
type attempt struct {
	job     Job
	tries   int
	outcome Outcome
	fatal   error // of the journal
}

func (b *batch) attempt(ctx context.Context, try attempt) attempt {
	try.tries++
	outcome, known, err := b.settled(try.job)
	if !known && err == nil {
		outcome, err = b.generate(ctx, try.job)
	}
	try.outcome, try.fatal = outcome, err
	return try
}

// generate asks for the image. The error is the journal's alone.
func (b *batch) generate(ctx context.Context, job Job) (Outcome, error) {
	start := b.o.Now()
	var sent bool
	var fatal error
	image, err := b.generator.Generate(ctx, job, func(path string) error {
		fatal = b.note(job, journalLine{Entry: entrySent, Path: path})
		sent = fatal == nil
		return fatal
	})
	outcome := Outcome{Job: job, Kind: Done, Image: image, Err: err, Took: b.o.Now().Sub(start)}
	if image.Path == "" {
		outcome.Kind = Failed
	}
	switch {
	case fatal != nil:
	case outcome.Kind == Done:
		fatal = b.done(job, image)
	case sent:
		fatal = b.note(job, journalLine{Entry: entryFailed, ErrorType: errorType(err), Charged: chargedBy(err, sent)})
	}
	return outcome, fatal
}

func (b *batch) done(job Job, image Image) error {
	return b.note(job, journalLine{Entry: entryDone, Path: image.Path, SHA256: image.SHA256, Bytes: image.Bytes})
}

func (b *batch) note(job Job, line journalLine) error {
	if b.o.Journal == nil {
		return nil
	}
	return b.o.Journal.write(job, line)
}
