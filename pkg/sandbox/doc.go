// Package sandbox emulates the ChatGPT "Codex" image backend on loopback. It
// judges requests by what was observed of the real one (docs/protocol.md), a
// row with source and date for each refusal, and knows nothing of any client.
// Scenarios are named after what was observed; faults can be added to them.
//
// Its pictures are drawn from the prompt, say SANDBOX on the picture and in a
// text chunk, and never pretend to be a model's.
package sandbox
