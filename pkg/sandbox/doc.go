// Package sandbox is an emulated Codex image backend: a server on a loopback
// address that judges requests by what people have publicly reported of the
// real one, and answers in the same shapes.
//
// Each rule in its tables names who saw the behaviour and when, and whether
// the text is the one that was seen. What nobody reported is marked inferred.
// The package imports no client, so that it cannot agree with a client's
// mistakes. Its pictures are drawn from the prompt on this machine, carry the
// word SANDBOX and a text chunk that says so, and are nobody's model's work.
//
// A Server is safe for concurrent use. Its tokens are random, made anew for
// each Server, and open nothing else.
package sandbox
