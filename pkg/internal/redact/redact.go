// Package redact keeps secrets out of everything that is printed: a type that
// never shows its value, and a scrubber for text that came from elsewhere and
// may quote one.
package redact

import (
	"log/slog"
	"regexp"
)

// Mark stands where a secret was.
const Mark = "[redacted]"

// Secret is a string that prints as Mark in every way Go prints a value. The
// one place that needs the value calls Reveal.
type Secret struct{ value string }

// NewSecret wraps a value.
func NewSecret(value string) Secret { return Secret{value} }

// Reveal returns the value; only the code that sends or stores it calls this.
func (s Secret) Reveal() string { return s.value }

// Empty reports whether there is no value.
func (s Secret) Empty() bool { return s.value == "" }

func (Secret) String() string               { return Mark }
func (Secret) GoString() string             { return Mark }
func (Secret) LogValue() slog.Value         { return slog.StringValue(Mark) }
func (Secret) MarshalText() ([]byte, error) { return []byte(Mark), nil }

// tokenShapes are the forms that OpenAI's and OAuth's secrets take: JWTs,
// bearer headers, API keys and refresh tokens by prefix, and the members and
// parameters that carry them.
var tokenShapes = []*regexp.Regexp{
	regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*\.?[A-Za-z0-9_-]*`),
	regexp.MustCompile(`(?i)\bbearer\s+[A-Za-z0-9._~+/=-]{8,}`),
	regexp.MustCompile(`\b(?:sk|rt|at|oaistb)[-_][A-Za-z0-9._-]{12,}`),
	regexp.MustCompile(`(?i)\b(?:access_token|refresh_token|id_token|code_verifier|code)["']?\s*[=:]\s*["']?[A-Za-z0-9._~+/-]{16,}`),
}

// Scrub replaces everything in text that has the shape of a token.
func Scrub(text string) string {
	for _, shape := range tokenShapes {
		text = shape.ReplaceAllString(text, Mark)
	}
	return text
}
