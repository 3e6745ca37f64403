package probe

import (
	"slices"
	"strings"

	"github.com/codexgen/codexgen/pkg/codex"
)

// These rows of the decision table say more than whether images come.

func onlyTypeForm(v view) (Finding, bool) {
	names := slices.DeleteFunc([]string{"hosted-allowed-tools", "hosted-required"}, func(name string) bool { return v.verdict(name) != Rejected })
	if len(names) == 0 || !v.verdict(nameForced).Drew() {
		return no()
	}
	return rest(`Of the forms that force the tool only {"type":"image_generation"} is accepted; `+strings.Join(names, " and ")+" was refused.",
		"codexgen sends that form; other clients have to change", append(names, nameForced)...)
}

// choiceSettled answers, for this account, the oldest question about the
// hosted tool: whether its 400 is about the shape or the account.
func choiceSettled(v view) (Finding, bool) {
	forms := []string{nameForced, "hermes-original", "hosted-allowed-tools", "hosted-required"}
	drew := slices.DeleteFunc(slices.Clone(forms), func(name string) bool { return !v.verdict(name).Drew() })
	stripped := slices.DeleteFunc(forms, func(name string) bool { return v.verdict(name) != Stripped })
	quiet := v.from(nameAuto, "hosted-omitted")
	if _, between := proxied(v); between {
		return no()
	}
	switch {
	case len(drew) > 0:
		return rest("A forced tool_choice draws here. The 400 \"Tool choice 'image_generation' not found\" that others report is not about the shape of the request.", "", drew...)
	case len(stripped) > 0 && len(quiet) > 0 && !slices.ContainsFunc(quiet, func(name string) bool { return v.verdict(name) != AcceptedNoCall }):
		return rest("Forced, the tool is refused as missing, and unforced it is never called: it is not the shape of the request, the tool itself is not there for this account or host model. Leaving tool_choice out, as some programs did, brings no image.", "",
			append(stripped, quiet...)...)
	}
	return no()
}

func validationMoved(v view) (Finding, bool) {
	r := v.sent(nameBogus)
	if r.Verdict == "" || r.By == ByProxy || !slices.Contains([]Verdict{Rejected, Image, ImageIgnored, AcceptedNoCall, CallNoResult}, r.Verdict) {
		return no()
	}
	if r.Verdict == Rejected && strings.Contains(r.Evidence.Fault.Message, "bogus") {
		return no()
	}
	return because("The backend's validation has changed", "look for a newer codexgen, and attach this report to an issue", r)
}

// aboutWishes are the variants that ask whether something is honoured.
var aboutWishes = []string{"images-bogus-model", nameSize, "images-quality-high"}

func wishesIgnored(v view) (Finding, bool) {
	for _, name := range aboutWishes {
		if v.verdict(name) != ImageIgnored {
			return no()
		}
	}
	return rest("Model, size and quality are ignored on the images route; what the prompt says is all that steers it.",
		"put the aspect ratio into the prompt", aboutWishes...)
}

func wishesHonoured(v view) (Finding, bool) {
	honoured := slices.DeleteFunc(slices.Clone(aboutWishes), func(name string) bool { return v.verdict(name) != Image })
	if len(honoured) == 0 {
		return no()
	}
	var wishes []string
	for _, name := range honoured {
		wishes = append(wishes, v.sent(name).tag())
	}
	return rest("The images route honours the "+strings.Join(wishes, " and the ")+".", "", honoured...)
}

func mayBeCharged(v view) (Finding, bool) {
	names := v.all(func(r Result) bool { return r.Verdict == TransportUnknown && r.Charged == codex.ChargedUnknown })
	if len(names) == 0 {
		return no()
	}
	return rest("It is not known what became of "+strings.Join(names, ", ")+": an image may have been charged.", "codexgen usage   (before you repeat it)", names...)
}

func news(v view) (Finding, bool) {
	names := v.all(func(r Result) bool {
		explained := slices.Contains([]Verdict{Auth, Challenge, Limited}, r.Verdict) || r.By == ByProxy ||
			slices.Contains(unconnected, r.kind())
		return r.Unexpected() && !explained
	})
	if len(names) == 0 {
		return no()
	}
	return rest("Not what the newest reports lead to expect: "+strings.Join(names, ", ")+".", "codexgen probe explain "+names[0], names...)
}
