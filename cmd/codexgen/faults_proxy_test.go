package main

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
)

// proxyPassword is in the address of the proxy, and must be seen nowhere.
const proxyPassword = "canary-7d21ab"

// proxied starts a proxy and a backend name that only a proxy knows.
func (b *bench) proxied(answer func(net.Conn, *http.Request)) {
	b.Helper()
	address := b.listen(func(conn net.Conn) {
		if request, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
			answer(conn, request)
		}
	})
	b.setenv("HTTPS_PROXY", "http://me:"+proxyPassword+"@"+address)
	b.at("https://backend.invalid/backend-api/codex")
	b.verify = func(got ran) {
		if strings.Contains(got.stdout+got.stderr, proxyPassword) {
			b.Error("the proxy's password is shown")
		}
		if got.exit != 0 && !strings.Contains(got.stderr, address) {
			b.Error("the proxy is not named")
		}
	}
}

func proxyRefuses(b *bench) {
	b.proxied(func(conn net.Conn, _ *http.Request) {
		_, _ = io.WriteString(conn, "HTTP/1.1 "+b.with(0)+"\r\nContent-Length: 0\r\n\r\n")
	})
}

// proxyPasses wants the password of its address, and then speaks for the
// backend.
func proxyPasses(b *bench) {
	config := b.trusted(certificate{host: "backend.invalid"})
	b.proxied(func(conn net.Conn, request *http.Request) {
		if request.Header.Get("Proxy-Authorization") == "" {
			b.Error("the proxy got no password")
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
		secure := tls.Server(conn, config)
		defer secure.Close()
		through, err := http.ReadRequest(bufio.NewReader(secure))
		if err != nil {
			b.Errorf("through the proxy: %v", err)
			return
		}
		_, _ = io.Copy(io.Discard, through.Body)
		b.asked.request()
		_, _ = io.WriteString(secure, wholeAnswer(through.URL.Path))
	})
}
