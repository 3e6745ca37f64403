package main

import (
	"fmt"
	"net"
	"strings"
)

func networkInjectors() map[string]injector {
	return map[string]injector{
		"refused": refusedPort,
		"answer":  func(b *bench) { b.raw(func(w *wire) { w.say(answers(b)[b.with(0)]) }) },
		"reset":   func(b *bench) { b.raw(func(w *wire) { w.say(answers(b)[b.with(0)]); w.reset() }) },
		"silence": func(b *bench) { b.raw(func(w *wire) { w.say(answers(b)[b.with(0)]); w.wait() }) },
	}
}

// refusedPort is one that nobody can listen at: the near end of a connection
// has it.
func refusedPort(b *bench) {
	far := b.listen(func(conn *net.TCPConn) { (&wire{conn, b, 0}).wait() })
	near, err := net.Dial("tcp", far)
	b.must(err)
	b.Cleanup(func() { _ = near.Close() })
	b.at("http://" + near.LocalAddr().String() + "/backend-api/codex")
}

// halfEvent is one that stops in the middle of a picture.
const halfEvent = `data: {"type":"response.output_item.done","item":{"type":"image_generation_call","id":"i","result":"iVBORw0KGgo`

// answers are the texts that the rows name, for the bytes that matter.
func answers(*bench) map[string]string {
	return map[string]string{
		"":               "",
		"headers":        head("text/event-stream"),
		"half an event":  chunked(halfEvent),
		"clean half":     chunked(halfEvent) + "0\r\n\r\n",
		"without length": head("text/event-stream") + halfEvent,
	}
}

func head(media string) string { return "HTTP/1.1 200 OK\r\nContent-Type: " + media + "\r\n\r\n" }

// chunked is a stream in one chunk, without its end.
func chunked(body string) string {
	return strings.TrimSuffix(head("text/event-stream"), "\r\n") + fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(body), body)
}
