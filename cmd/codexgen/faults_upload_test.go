package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
)

func uploadInjectors() map[string]injector { return map[string]injector{"upload": halfUpload} }

// halfUpload does not read the whole of a request that has a large picture in
// it.
func halfUpload(b *bench) {
	picture := filepath.Join(b.home, "picture.png")
	b.must(os.WriteFile(picture, stored(3000, 3000), 0o600))
	b.args = append(b.args, "--image", picture)
	address := b.listen(func(conn net.Conn) {
		in := bufio.NewReader(conn)
		request, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		w := &wire{conn.(*net.TCPConn), b, b.asked.request()}
		switch b.with(0) {
		case "answer":
			w.say(status(b.row.With[1:]))
			_, _ = io.Copy(io.Discard, request.Body) // until the client leaves
		case "reset":
			_, _ = io.CopyN(io.Discard, request.Body, 1<<20)
			w.reset()
		case "silence":
			<-b.Context().Done()
		}
	})
	b.at("http://" + address + "/backend-api/codex")
}
