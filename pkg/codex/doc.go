// Package codex makes images through the ChatGPT "Codex" backend. A Request
// becomes a Plan (the exact method, URL, headers and body), a Plan becomes a
// stream of typed events, and image bytes go into the caller's Spool while
// they arrive, so that memory does not depend on the size of an image.
//
// OpenAI does not document the backend. What this package relies on is dated
// evidence, collected with its sources in docs/protocol.md; where the backend
// moves, the errors say what came back, and whether an image may have been
// charged.
package codex

import "github.com/codexgen/codexgen/pkg/internal/redact"

// A Secret prints as "[redacted]" in every form; Reveal returns its value.
type Secret = redact.Secret

// NewSecret wraps a value that must not be printed.
func NewSecret(value string) Secret { return redact.NewSecret(value) }
