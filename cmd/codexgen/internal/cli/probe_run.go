package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/progress"
	"github.com/codexgen/codexgen/pkg/probe"
	"github.com/codexgen/codexgen/pkg/probe/report"
)

// probePace is the sandbox's: nobody watches a probe's pictures being drawn.
const probePace = time.Millisecond

// A probing is one `probe` under way.
type probing struct {
	env      Env
	o        probeOptions
	variants []probe.Variant
	demands  demands
	conn     *connection
	gallery  *gallery
	secrets  []string
}

// runProbe refuses what can be refused, asks what has to be asked, and only
// then sends.
func runProbe(ctx context.Context, env Env, o probeOptions) error {
	p := &probing{env: env, o: o}
	r, err := p.run(ctx)
	if err != nil && r.Schema == 0 && o.format == "json" {
		return answerJSON(env, nil, err)
	}
	return err
}

func (p *probing) run(ctx context.Context) (r probe.Report, err error) {
	if err := p.prepare(); err != nil {
		return r, err
	}
	keep, err := newKeeper(p.o.save)
	if err != nil {
		return r, err
	}
	defer keep.discard()
	if p.gallery, err = openGallery(p.o); err != nil {
		return r, err
	}
	defer p.gallery.close()
	p.o.backend.pace = probePace
	if p.conn, err = connect(ctx, p.env, p.o.backend); err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, p.conn.Close()) }()
	if err := p.consent(ctx); err != nil {
		return r, err
	}
	if r, err = p.send(ctx); err != nil {
		return r, err
	}
	p.conn.memory.Learn(learned(r, p.o.hostModel))
	return r, p.settle(ctx, r, keep)
}

// prepare settles what needs no connection.
func (p *probing) prepare() (err error) {
	if err = p.o.check(); err != nil {
		return err
	}
	known, err := knownVariants(p.env, p.o.variant.suite)
	if err != nil {
		return err
	}
	if p.variants, err = p.o.variant.of(known, p.o.all, p.o.only); err != nil {
		return err
	}
	p.demands, err = readDemands(p.o, known)
	return err
}

// send runs the variants. The error is about what is wrong before anything is
// sent.
func (p *probing) send(ctx context.Context) (probe.Report, error) {
	global := p.o.backend.global
	bar := progress.New(p.env.Stderr, progress.Options{TTY: p.env.StderrTTY && !global.Plain, Quiet: global.Quiet, Steps: len(p.variants), Now: p.env.Now})
	defer bar.Done()
	if p.conn.note != "" {
		bar.Line(p.conn.note)
	}
	p.noteSecrets(ctx)
	r, err := probe.Run(ctx, p.conn.client, p.variants, probe.Options{
		Budget: p.o.budget, HostModel: p.o.hostModel, Timeout: p.o.backend.timeout, Folder: p.gallery.folder, Now: p.env.Now,
	}, probe.Observer{
		Began: func(v probe.Variant, n, _ int) { bar.Step(n, v.Name) },
		Ended: func(result probe.Result) { p.gallery.add(result) },
	})
	p.noteSecrets(ctx) // the login may have been renewed meanwhile
	r.Tool, r.Account = "codexgen "+p.env.Version, accountHash(p.conn.account)
	if p.conn.server != nil {
		r.Sandbox = global.Sandbox
	}
	return r, err
}

// noteSecrets takes down what no report may hold.
func (p *probing) noteSecrets(ctx context.Context) {
	if token, err := p.conn.tokens.Token(ctx); err == nil {
		p.secrets = append(p.secrets, token.Access.Reveal(), token.AccountID)
	}
}

// accountHash tells accounts apart without naming one.
func accountHash(account string) string {
	if account == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("codexgen probe " + account))
	return hex.EncodeToString(sum[:6])
}

// settle writes the report and says how the run ended.
func (p *probing) settle(ctx context.Context, r probe.Report, keep *keeper) error {
	p.gallery.forget(&r)
	o := reportOptions(p.env, p.o.backend.global)
	o.Secrets, o.Picture, o.Want = p.secrets, p.gallery.open, p.demands.of(r)
	if err := report.Write(p.env.Stdout, p.o.format, r, o); err != nil {
		return outputFailure("standard output", err)
	}
	if err := keep.write(r, o); err != nil {
		return err
	}
	return p.outcome(ctx, r)
}
