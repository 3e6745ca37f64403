package main

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"strings"
)

// Frames of HTTP/2 (RFC 9113, section 6) that the row needs.
const (
	frameData     = 0
	frameHeaders  = 1
	frameReset    = 3
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

// goAway tells the client that the request was not taken, once or always: by
// closing the connection, or by refusing the one stream. Or it takes the
// request and closes in the middle of the picture.
func goAway(b *bench) {
	config := b.trusted(certificate{host: "127.0.0.1"})
	config.NextProtos = []string{"h2"}
	address := b.listen(func(conn net.Conn) {
		secure := tls.Server(conn, config)
		defer secure.Close()
		speakHTTP2(b, secure)
	})
	b.at("https://" + address + "/backend-api/codex")
}

// speakHTTP2 reads requests and refuses or answers them as the row says.
func speakHTTP2(b *bench, conn net.Conn) {
	in := bufio.NewReader(conn)
	say := func(text string) { _, _ = io.WriteString(conn, text) }
	if _, err := io.CopyN(io.Discard, in, int64(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))); err != nil {
		return
	}
	say(frame(frameSettings, 0, 0, ""))
	for n, top := 0, make([]byte, 9); ; {
		if _, err := io.ReadFull(in, top); err != nil {
			return
		}
		kind, flags, stream := top[3], top[4], binary.BigEndian.Uint32(top[5:])
		length := int64(top[0])<<16 | int64(top[1])<<8 | int64(top[2])
		if _, err := io.CopyN(io.Discard, in, length); err != nil {
			return
		}
		if kind == frameHeaders {
			n = b.asked.request()
		}
		switch {
		case kind == frameSettings && flags == 0:
			say(frame(frameSettings, flagEnd, 0, ""))
		case kind <= frameHeaders && flags&flagEnd != 0:
			answer, over := answerHTTP2(b.with(0), stream, n)
			say(answer)
			if over {
				return
			}
		}
	}
}

// answerHTTP2 are the frames for request n; over closes the connection.
func answerHTTP2(how string, stream uint32, n int) (frames string, over bool) {
	nothingTaken := strings.Repeat("\x00", 8) // the last stream, and NO_ERROR
	// :status 200 and content-type, from the static table of RFC 7541.
	head := frame(frameHeaders, flagHeaders, stream, "\x88\x0f\x10"+string(rune(len(eventStream)))+eventStream)
	switch {
	case how == "GOAWAY always", how == "GOAWAY once" && n == 1:
		return frame(frameGoAway, 0, 0, nothingTaken), true
	case how == "refused always", how == "refused once" && n == 1:
		return frame(frameReset, 0, stream, "\x00\x00\x00\x07"), false // REFUSED_STREAM
	case how == "GOAWAY in the picture":
		last := string(binary.BigEndian.AppendUint32(nil, stream))
		return head + frame(frameData, 0, stream, halfEvent) + frame(frameGoAway, 0, 0, last+"\x00\x00\x00\x02"), true // INTERNAL_ERROR
	}
	return head + frame(frameData, flagEnd, stream, events([]string{"created", "image", "completed"})), false
}
