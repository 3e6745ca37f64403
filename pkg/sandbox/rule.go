package sandbox

import "strings"

// wording says how sure the text of a refusal is.
type wording int

const (
	literal       wording = iota + 1 // as reported, letter for letter
	reconstructed                    // the refusal was reported, the text in part or not
	inferred                         // the refusal follows from other reports
)

// rule is one reason to refuse a request, with who reported it and when.
// Sources: HA NousResearch/hermes-agent, OC openai/codex, CLI
// router-for-me/CLIProxyAPI, LB Soju06/codex-lb, S2A Wei-Shaw/sub2api, OR
// diegosouzapw/OmniRoute, C2A james-6-23/codex2api, OCL openclaw/openclaw —
// all issues or pull requests on GitHub; ICE icebear0828/codex-proxy API.md,
// NUKO nuko-nova-dynamics/codex-image, PI jvm/pi-mono, OMPT omp-tools notes.
type rule struct {
	name   string
	source string
	date   string // YYYY-MM or YYYY-MM-DD of the report
	text   wording
	status int
	body   body
	hits   func(q *request) found
}

// found is nil when a rule does not apply; its members fill {0} and {1} of
// the body.
type found []string

// when turns a condition into a finding without details.
func when(hit bool) found {
	if hit {
		return found{}
	}
	return nil
}

// judge returns the refusal of the first rule that q meets.
func judge(rules []rule, q *request) *refusal {
	for _, r := range rules {
		if f := r.hits(q); f != nil {
			b := r.body
			b.message, b.param = f.fill(b.message), f.fill(b.param)
			return newRefusal(r.name, r.status, b)
		}
	}
	return nil
}

func (f found) fill(s string) string {
	for i, v := range f {
		s = strings.ReplaceAll(s, "{"+string(rune('0'+i))+"}", v)
	}
	return s
}
