package probe

import (
	"fmt"

	"github.com/codexgen/codexgen/pkg/codex"
)

// tooDear says why a variant is beyond the budget, if it is.
func (r *run) tooDear(v Variant, plan *codex.Plan) string {
	cost := "an image"
	if n := price(plan); n > 1 {
		cost = fmt.Sprintf("%d images", n)
	}
	switch {
	case v.Refused || r.left() >= price(plan):
		return ""
	case r.options.Budget == 0:
		return "it may cost " + cost + ", and the run had no budget for that"
	}
	return fmt.Sprintf("it may cost %s, and %d of the budget of %d were left", cost, r.left(), r.options.Budget)
}

func (r *run) left() int { return r.options.Budget - r.report.Spent }

// price is how many images a plan may cost.
func price(plan *codex.Plan) int {
	if n, ok := number(plan.Body["n"]); ok && n > 1 {
		return n
	}
	return 1
}

// orPrice is how many pictures came, or what the plan may have cost.
func orPrice(came int, plan *codex.Plan) int {
	if came > 0 {
		return came
	}
	return price(plan)
}
