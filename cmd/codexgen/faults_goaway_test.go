package main

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"sync/atomic"
)

// Frames of HTTP/2 (RFC 9113, section 6) that the row needs.
const (
	frameData     = 0
	frameHeaders  = 1
	frameSettings = 4
	frameGoAway   = 7

	flagEnd     = 1 // END_STREAM, or ACK
	flagHeaders = 4 // END_HEADERS
)

func frame(kind, flags byte, stream uint32, payload string) string {
	length := uint32(len(payload))
	top := []byte{byte(length >> 16), byte(length >> 8), byte(length), kind, flags}
	return string(binary.BigEndian.AppendUint32(top, stream)) + payload
}

// goAway tells the client on its first connection that the request was not
// taken, and draws on the next, or never.
func goAway(b *bench) {
	config := b.trusted(certificate{host: "127.0.0.1"})
	config.NextProtos = []string{"h2"}
	var connections atomic.Int32
	address := b.listen(func(conn net.Conn) {
		secure := tls.Server(conn, config)
		defer secure.Close()
		speakHTTP2(b, secure, b.with(0) == "always" || connections.Add(1) == 1)
	})
	b.at("https://" + address + "/backend-api/codex")
}

// speakHTTP2 reads one request and refuses or answers it.
func speakHTTP2(b *bench, conn net.Conn, refuse bool) {
	in := bufio.NewReader(conn)
	say := func(text string) { _, _ = io.WriteString(conn, text) }
	if _, err := io.CopyN(io.Discard, in, int64(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))); err != nil {
		return
	}
	say(frame(frameSettings, 0, 0, ""))
	for top := make([]byte, 9); ; {
		if _, err := io.ReadFull(in, top); err != nil {
			return
		}
		kind, flags, stream := top[3], top[4], binary.BigEndian.Uint32(top[5:])
		length := int64(top[0])<<16 | int64(top[1])<<8 | int64(top[2])
		if _, err := io.CopyN(io.Discard, in, length); err != nil {
			return
		}
		if kind == frameHeaders {
			b.asked.request()
		}
		switch {
		case kind == frameSettings && flags == 0:
			say(frame(frameSettings, flagEnd, 0, ""))
		case kind > frameHeaders || flags&flagEnd == 0:
		case refuse:
			say(frame(frameGoAway, 0, 0, strings.Repeat("\x00", 8))) // the last stream taken is 0: none
			return
		default:
			// :status 200 and content-type, from the static table of RFC 7541.
			say(frame(frameHeaders, flagHeaders, stream, "\x88\x0f\x10"+string(rune(len(eventStream)))+eventStream))
			say(frame(frameData, flagEnd, stream, events([]string{"created", "image", "completed"})))
		}
	}
}
