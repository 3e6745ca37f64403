package probe

import (
	"context"
	"fmt"
	"net/url"

	"github.com/codexgen/codexgen/pkg/codex"
)

// send sends a plan once, reads its answer and judges it.
func (r *run) send(ctx context.Context, v Variant, plan *codex.Plan, result Result) Result {
	shelf, err := r.shelf(v.Name)
	if err != nil {
		result.Why = err.Error()
		return result
	}
	defer shelf.close()
	guarded, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	rec := r.recorder(&Evidence{Method: plan.Method, Path: path(plan), HostModel: word(plan.HostModel()), Forced: forced(plan)})
	rec.shelf = shelf
	if r.left() < price(plan) {
		rec.abort = func() { cancel(errAborted) }
	}
	limited, stop := r.limit(codex.WithTrace(guarded, rec.trace()))
	defer stop()
	for event, err := range r.client.Stream(limited, plan, shelf) {
		if err != nil {
			rec.fail(ctx, err)
		} else {
			rec.take(event)
		}
		if rec.Aborted {
			break
		}
	}
	return r.finish(rec, v, plan, result)
}

// limit bounds one variant in time.
func (r *run) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	if r.options.Timeout == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, r.options.Timeout)
}

// ask sends one of the questions, which are bare GETs.
func (r *run) ask(ctx context.Context, v Variant, result Result) Result {
	rec := r.recorder(&Evidence{Method: "GET"})
	limited, stop := r.limit(codex.WithTrace(ctx, rec.trace()))
	defer stop()
	var err error
	if v.Name == nameUsage {
		var usage codex.PlanUsage
		usage, err = r.client.PlanUsage(limited)
		rec.Plan = usage.Plan
		for _, limit := range usage.Limits {
			rec.LimitsAfter = append(rec.LimitsAfter, limit.Windows...)
		}
		result.Why = "plan " + orElse(usage.Plan, "not told")
	} else {
		var models []codex.Model
		models, err = r.client.Models(limited)
		r.carriers = codex.HostCandidates(models)
		rec.Models = words(r.carriers)
		result.Why = fmt.Sprintf("%d of %d models could carry the tool", len(r.carriers), len(models))
	}
	rec.Completed = err == nil
	if err != nil {
		rec.fail(ctx, err)
	}
	return r.finish(rec, v, nil, result)
}

// finish judges what was recorded and accounts for it. A bare GET has no
// plan.
func (r *run) finish(rec *recorder, v Variant, plan *codex.Plan, result Result) Result {
	rec.Timing.End = rec.sinceSent()
	rec.LimitsBefore = r.windows
	if len(rec.LimitsAfter) > 0 {
		r.windows = rec.LimitsAfter
	}
	result.Evidence = rec.Evidence
	result.Charged = rec.charge()
	if plan == nil {
		result.Charged = codex.ChargedNo
		result.Verdict, result.By = Answered, ByBackend
		if rec.Fault != nil {
			result.Verdict, result.By, result.Why = judge(rec.Evidence)
		}
		return result
	}
	r.report.HostModel = orElse(r.report.HostModel, rec.HostModel)
	result.Verdict, result.By, result.Why = judge(rec.Evidence)
	if result.Verdict == Image {
		result.Ignored = r.ignored(v, plan, rec.Evidence)
	}
	if len(result.Ignored) > 0 {
		result.Verdict, result.Why = ImageIgnored, "an image came, but "+wishes(result.Ignored)
	}
	if result.Charged != codex.ChargedNo {
		r.report.Spent += orPrice(rec.pictures(), plan)
	}
	return result
}

func orElse(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}

func path(plan *codex.Plan) string {
	address, err := url.Parse(plan.URL)
	if err != nil {
		return ""
	}
	return address.Path
}

// forced reports whether a plan demands the image tool.
func forced(plan *codex.Plan) bool {
	choice, isObject := plan.Body["tool_choice"].(object)
	return isObject && choice["type"] != nil || plan.Body["tool_choice"] == "required"
}
