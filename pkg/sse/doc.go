// Package sse reads a stream of server-sent events by the rules of the WHATWG
// HTML standard, section 9.2.6 (https://html.spec.whatwg.org/multipage/server-sent-events.html,
// read 2026-11).
//
// An event's data is handed out while it arrives: memory is one fixed buffer,
// however long a line or an event is. Lines may end in LF, CR or CRLF, split
// across reads in any way, and a CR ends its line at once. An event counts
// only when its blank line has been seen: a stream that ends earlier is
// [io.ErrUnexpectedEOF], never a clean end.
//
// Data is passed on as the bytes that came. The standard decodes the stream as
// UTF-8 first; whoever needs text replaces invalid sequences.
package sse
