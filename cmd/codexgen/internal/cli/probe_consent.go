package cli

import (
	"context"
	"fmt"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/probe"
)

// fullBudget is what a full diagnosis takes: an image on each route.
const fullBudget = 2

// consent says what is about to be sent to a real host, and asks. On a
// terminal a bare probe offers a full diagnosis too.
func (p *probing) consent(ctx context.Context) error {
	if p.conn.server != nil || p.o.yes {
		return nil
	}
	says := p.announcement()
	if !p.env.StdinTTY || !p.env.StderrTTY {
		return usageError{"this has to be confirmed: " + says, "add --yes, or try it with --sandbox"}
	}
	fmt.Fprintln(p.env.Stderr, says)
	question := "Send them? [y/N] "
	if p.offersMore() {
		question = fmt.Sprintf("Send them? y: yes; %d: yes, and spend up to %d images for a full diagnosis; else no: ", fullBudget, fullBudget)
	}
	answer, err := ask(ctx, p.env, question)
	switch {
	case err != nil:
		return err
	case answer == fmt.Sprint(fullBudget) && p.offersMore():
		p.o.budget = fullBudget
	case answer != "y" && answer != "yes":
		return usageError{"nothing was sent", "codexgen probe list shows what would be"}
	}
	return nil
}

// offersMore is for a probe without a word about what to send or to spend.
func (p *probing) offersMore() bool {
	return !p.o.budgetSet && !p.o.all && len(p.o.only)+len(p.o.variant.tags) == 0 && p.o.variant.route == ""
}

// announcement counts what is about to be sent.
func (p *probing) announcement() string {
	free, drawing := 0, 0
	for _, v := range p.variants {
		if v.Cost == probe.Free {
			free++
		} else {
			drawing++
		}
	}
	address := orDefault(p.conn.base, codex.DefaultBaseURL)
	says := fmt.Sprintf("up to %d requests to %s with your login; most are malformed on purpose and may look unusual there", free+min(drawing, p.o.budget), address)
	if p.o.budget > 0 {
		return says + fmt.Sprintf("; up to %d images may be spent", min(drawing, p.o.budget))
	}
	return says + "; it is believed that they cost nothing"
}
