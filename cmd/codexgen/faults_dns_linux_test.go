package main

import (
	"net"
	"os"
	"path/filepath"
	"sync"
)

// nameServer is a port 53 of its own, which the program asks because another
// resolv.conf is mounted over the system's, for it alone. It finds nothing, in
// one of the ways of RFC 1035 4.1.1, or says nothing.
func nameServer(b *bench) {
	code, answers := map[string]byte{"no such name": 3, "failure": 2}[b.with(0)]
	address := net.IPv4(127, 77, 0, code+1) // one for each row, which run side by side
	server, err := net.ListenUDP("udp", &net.UDPAddr{IP: address, Port: 53})
	b.must(err)
	var running sync.WaitGroup
	running.Go(func() {
		for question := make([]byte, 512); ; {
			n, from, err := server.ReadFromUDP(question)
			if err != nil {
				return
			}
			if answers && n > 12 {
				question[2], question[3] = 0x81, 0x80|code // a response
				question[11] = 0                           // without the client's own addition (EDNS)
				_, _ = server.WriteToUDP(question[:questionEnd(question[:n])], from)
			}
		}
	})
	b.Cleanup(func() { _ = server.Close(); running.Wait() })
	settings := filepath.Join(b.home, "resolv.conf")
	b.must(os.WriteFile(settings, []byte("nameserver "+address.String()+"\noptions timeout:1 attempts:1\n"), 0o600))
	b.wrap = []string{"unshare", "-m", "sh", "-c", `mount --bind "$0" /etc/resolv.conf && exec "$@"`, settings}
	b.at("https://backend.example/backend-api/codex")
}

// questionEnd is where the one question of a message ends.
func questionEnd(message []byte) int {
	at := 12
	for at < len(message) && message[at] != 0 {
		at += int(message[at]) + 1
	}
	return min(at+5, len(message))
}
