package probe

import (
	"fmt"
	"slices"
	"strings"
)

// A Verdict is what became of one variant.
type Verdict string

const (
	Image            Verdict = "image"             // a whole image, every wish honoured as far as it can be measured
	ImageIgnored     Verdict = "image-ignored"     // a whole image, but a wish was not honoured; Result.Ignored names it
	AcceptedNoCall   Verdict = "accepted-no-call"  // HTTP 200 to the end, and the image tool was never called
	CallNoResult     Verdict = "call-no-result"    // the image tool was called, and no whole image came of it
	Stripped         Verdict = "stripped"          // the image tool was taken out of the request
	Rejected         Verdict = "rejected"          // refused for its shape, model or route
	Blocked          Verdict = "blocked"           // refused by policy or moderation
	Limited          Verdict = "limited"           // a usage, rate or credit limit
	Auth             Verdict = "auth"              // the login was refused, or is of the wrong kind
	Challenge        Verdict = "challenge"         // stopped by Cloudflare, or by a web page in between
	TransportUnknown Verdict = "transport-unknown" // cut, silent, or a server's failure: what became of it is unknown
	Answered         Verdict = "answered"          // a GET that was answered
	NotSent          Verdict = "not-sent"          // left out; Result.Why says the reason
)

// Verdicts are all of them, the good ones first.
func Verdicts() []Verdict {
	return []Verdict{Image, ImageIgnored, Answered, AcceptedNoCall, CallNoResult, Stripped, Rejected,
		Blocked, Limited, Auth, Challenge, TransportUnknown, NotSent}
}

// Drew reports whether an image came.
func (v Verdict) Drew() bool { return v == Image || v == ImageIgnored }

// UnmarshalText takes only the names of Verdicts.
func (v *Verdict) UnmarshalText(text []byte) error {
	if !slices.Contains(Verdicts(), Verdict(text)) {
		var known []string
		for _, one := range Verdicts() {
			known = append(known, string(one))
		}
		return fmt.Errorf("%q is no verdict (known: %s)%s", text, strings.Join(known, ", "), maybe(nearest(string(text), known)))
	}
	*v = Verdict(text)
	return nil
}
