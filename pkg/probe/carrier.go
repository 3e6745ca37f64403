package probe

import (
	"context"

	"github.com/codexgen/codexgen/pkg/codex"
)

// plan is the exact request, or why there is none.
func (r *run) plan(ctx context.Context, v Variant) (*codex.Plan, string) {
	carrier := ""
	if v.Route.Hosted() {
		carrier = r.carrier(ctx)
	}
	plan, err := v.Plan(r.client, carrier)
	switch {
	case err != nil:
		return nil, err.Error()
	case plan.Body["model"] != OtherCarrier:
		return plan, ""
	}
	for _, other := range r.carriers {
		if other != carrier {
			plan.Body["model"] = other
			return plan, ""
		}
	}
	return nil, "the catalogue names no second model that could carry the tool"
}

// carrier is the chat model that carries the hosted tool.
func (r *run) carrier(ctx context.Context) string {
	if r.carriers == nil {
		models, err := r.client.Models(codex.WithTrace(ctx, &codex.Trace{Once: true}))
		if r.carriers = codex.HostCandidates(models); err != nil || len(r.carriers) == 0 {
			r.carriers = []string{codex.FallbackHost}
		}
	}
	if r.options.HostModel != "" {
		return r.options.HostModel
	}
	return r.carriers[0]
}
