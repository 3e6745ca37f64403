// Package probe finds out what a backend accepts. It sends variants of a
// request, each with one difference from its control, and says which were
// refused, accepted without an image, accepted but ignored, or honoured; then
// it puts the verdicts into plain words.
//
// Three promises: a run spends no more images than its budget; nothing is sent
// twice by itself; and an answer's pictures pass through without being held in
// memory. What is recorded holds no token. Texts of a server are bounded and
// hold no control characters, but they are still a server's: escape them for
// HTML.
//
// The built-in variants and what they expect are dated evidence with public
// links, most of them third-party reports; none was checked against the live
// backend by this project.
package probe
