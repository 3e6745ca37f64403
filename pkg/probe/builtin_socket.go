package probe

import "github.com/codexgen/codexgen/pkg/codex"

// The same turn over the other transport. Gateways treat the two apart.
const (
	nameSocket         = "ws-control"
	nameSocketStripped = "ws-stripped"
)

// socketVariants ask over a WebSocket what hosted-forced and hosted-bg-bogus
// ask over HTTP: the transport is the one difference. That the second is
// refused is known of HTTP only, and inferred here.
func socketVariants() []Variant {
	control := drawn(nameSocket, nameForced, codex.RouteWebSocket, TagTransport,
		"Does the hosted tool draw over a WebSocket? Compare hosted-forced: if only one of the two draws, something in between treats the transports apart. No report of an image over it by a client of its own is known.",
		expect(Image, Stripped, Rejected, TransportUnknown), []Source{
			seen("2026-06-08", "C2A#214", "close 1009, message too big, on reading"), seen("2026-06-21", "C2A#288", "a gateway that sends everything over WebSocket takes the image tool out; over HTTP it draws"),
			seen("2026-07-18", "CLI#4409", "close 1009 for large requests; the same works over HTTP"), seen("2026-11-13", "RN", "the official client tries WebSocket first for text; 426 sends it to HTTP")})
	stripped := drawn(nameSocketStripped, nameBogus, codex.RouteWebSocket, TagTransport,
		"Is the tool taken out of what comes over a WebSocket? The enum's error means that it got through; compare hosted-bg-bogus.",
		expect(Rejected, Stripped), []Source{
			seen("2026-06-21", "C2A#288", "a gateway takes the tool out over WebSocket only"), seen("2026-08-21", "NUKO", "over HTTP: 400 Invalid value: 'bogus'; over WebSocket inferred")},
		codex.Set("tools.0.background", "bogus"))
	stripped.Cost, stripped.Refused = Free, true
	return []Variant{stripped, control}
}

// transport is what one of the two transports makes of the tool, by the
// variant that draws and the one that is refused.
func (v view) transport(control, bogus string) State {
	drew, refused := v.sent(control), v.sent(bogus)
	switch {
	case drew.Verdict.Drew():
		return Works
	case drew.Verdict == Stripped || refused.Verdict == Stripped:
		return Fails
	case refused.Verdict == Rejected && refused.By == ByBackend && refused.kind() != codex.KindRouteMissing:
		return Works // its fields were looked at
	}
	return Unknown
}

// transportsApart tells the two transports of the hosted tool apart.
func transportsApart(v view) (Finding, bool) {
	names := v.from(nameSocket, nameSocketStripped, nameForced, nameBogus)
	http, socket := v.transport(nameForced, nameBogus), v.transport(nameSocket, nameSocketStripped)
	switch {
	case http == Works && socket == Fails:
		return rest("Over HTTP the hosted tool gets through, over WebSocket it is taken out: something in between treats the two apart.",
			"codexgen uses HTTP by itself; other clients have to be kept from WebSocket", names...)
	case http == Fails && socket == Works:
		return rest("Over WebSocket the hosted tool gets through, over HTTP it is taken out: something in between treats the two apart.",
			`codexgen gen --route websocket "a cat"`, names...)
	case v.sent(nameSocket).kind() == codex.KindMessageTooBig:
		return rest("An image is too big for the WebSocket of the backend, or of something in between (close code 1009).",
			`codexgen gen --route responses "a cat"   (which uses HTTP)`, nameSocket)
	}
	return no()
}
