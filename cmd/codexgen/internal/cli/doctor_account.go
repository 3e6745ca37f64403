package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/codexgen/codexgen/pkg/codex"
)

// nearlyUsed is when a window is worth a word, in percent left.
const nearlyUsed = 10

// accountChecks ask for the plan's usage, which costs nothing and shows
// whether the login is accepted.
func accountChecks(ctx context.Context, env Env, conn *connection) []check {
	usage, err := conn.client.PlanUsage(ctx)
	var failure *codex.Error
	switch {
	case errors.As(err, &failure) && failure.ExitCode() != 3:
		// The login and images can work all the same.
		return []check{warning("plan", "the usage page does not answer: "+err.Error(), failure.Hint()), skipped("limits", "the usage page does not answer")}
	case err != nil:
		return []check{broken("plan", err), skipped("limits", "the login was refused")}
	}
	return []check{planCheck(orDefault(usage.Plan, conn.plan)), limitsCheck(env, usage)}
}

func planCheck(plan string) check {
	switch {
	case plan == "":
		return warning("plan", "the backend does not name it", "codexgen usage shows all that it tells")
	case strings.EqualFold(plan, "free"):
		return warning("plan", "free: images are not included", "codexgen auth login with a paid account; codexgen probe shows what this one may do")
	}
	return healthy("plan", "%s", plan)
}

// limitsCheck fails where the plan's own limit, or one for images, is reached.
func limitsCheck(env Env, usage codex.PlanUsage) check {
	var near *codex.Window
	for _, limit := range usage.Limits {
		for _, w := range limit.Windows {
			if near == nil || w.Left() < near.Left() {
				near = &w
			}
		}
		if limit.Reached {
			return reachedCheck(env, limit)
		}
	}
	if near == nil {
		return warning("limits", "the backend tells none", "codexgen gen -v shows what came with an image")
	}
	says := fmt.Sprintf("%.0f %% of %s (%s) left, resets %s", near.Left(), near.Limit, windowLength(*near), resetText(*near, env.Now()))
	if near.Left() < nearlyUsed {
		return warning("limits", says, "codexgen usage")
	}
	return healthy("limits", "%s", says)
}

func reachedCheck(env Env, limit codex.PlanLimit) check {
	says := limit.Name + " is used up"
	for _, w := range limit.Windows {
		if w.Left() == 0 {
			says += ", resets " + resetText(w, env.Now())
		}
	}
	if !limit.Images && limit.Name != codex.PlanLimitName {
		return warning("limits", says, "codexgen usage")
	}
	return check{Name: "limits", Status: statusFail, Says: says, Next: "wait for the reset; codexgen usage shows all limits", Type: string(codex.KindUsageLimit), exit: 5}
}
