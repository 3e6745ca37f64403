package reference

import (
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/corpus"
)

// site serves what people link to, on loopback.
func site(t *testing.T, handle http.HandlerFunc) (*httptest.Server, *Set) {
	t.Helper()
	server := httptest.NewUnstartedServer(handle)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	set := NewSet(Options{Roots: roots, UserAgent: "codexgen/test", TempDir: t.TempDir()})
	t.Cleanup(func() { _ = set.Close() })
	set.reachable = func(address netip.Addr) bool { return address == netip.MustParseAddr("127.0.0.1") }
	return server, set
}

func TestFetch(t *testing.T) {
	picture := corpus.Files()["plain.png"]
	server, set := site(t, func(w http.ResponseWriter, r *http.Request) {
		for _, name := range []string{"Authorization", "Cookie", "Referer", "Accept-Encoding"} {
			if r.Header.Get(name) != "" {
				t.Errorf("%s is sent", name)
			}
		}
		if r.UserAgent() != "codexgen/test" {
			t.Errorf("it says to be %q", r.UserAgent())
		}
		if r.URL.Path == "/old" {
			http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
			http.Redirect(w, r, "/a.txt?signature=secret", http.StatusFound)
			return
		}
		w.Header().Set("Content-Type", "text/plain") // the bytes count
		_, _ = w.Write(picture)
	})
	r, err := set.Add(t.Context(), server.URL+"/old?signature=secret")
	if err != nil {
		t.Fatal(err)
	}
	if r.MediaType != "image/png" || r.Length != int64(len(picture)) || strings.Contains(r.Source, "secret") || !strings.HasSuffix(r.Source, "/old") {
		t.Errorf("%+v", r)
	}
}

func TestFetchRefusals(t *testing.T) {
	insecure := httptest.NewServer(http.NotFoundHandler())
	defer insecure.Close()
	server, set := site(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/loop":
			n, _ := strconv.Atoi(r.URL.RawQuery)
			http.Redirect(w, r, "/loop?"+strconv.Itoa(n+1), http.StatusFound)
		case "/insecure":
			http.Redirect(w, r, insecure.URL, http.StatusFound)
		case "/inside":
			http.Redirect(w, r, "https://[::1]:1/latest/meta-data", http.StatusFound)
		case "/metadata":
			http.Redirect(w, r, "https://169.254.169.254/latest/meta-data", http.StatusFound)
		case "/user":
			http.Redirect(w, r, "https://user:pw@127.0.0.1/", http.StatusFound)
		case "/page":
			_, _ = io.WriteString(w, "<!doctype html><title>not found</title>")
		case "/promises":
			w.Header().Set("Content-Length", strconv.Itoa(MaxBytes+1))
		case "/endless":
			for range 500 {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		case "/gzip":
			w.Header().Set("Content-Encoding", "gzip")
		case "/cut":
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, "\x89PNG")
		default:
			http.NotFound(w, r)
		}
	})
	for path, part := range map[string]string{
		"/loop": "more than 5 times", "/insecure": "only https", "/inside": "not on the public internet", "/metadata": "not on the public internet",
		"/user": "user name", "/page": "web page", "/promises": "larger than 25 MB", "/endless": "larger than 25 MB",
		"/gzip": "compressed", "/cut": "could not be fetched", "/missing": "status 404",
	} {
		_, err := set.Add(t.Context(), server.URL+path)
		var e *Error
		if !errors.As(err, &e) || e.Hint() == "" || !strings.Contains(e.Error(), part) {
			t.Errorf("%s: %v, want a refusal with %q", path, err, part)
		}
	}
}

// TestPrivateIsRefused: nothing on this machine is asked unless allowed.
func TestPrivateIsRefused(t *testing.T) {
	asked := 0
	server, _ := site(t, func(w http.ResponseWriter, _ *http.Request) {
		asked++
		_, _ = w.Write(corpus.Files()["plain.png"])
	})
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	for _, allow := range []bool{false, true} {
		set := NewSet(Options{Roots: roots, AllowPrivate: allow, TempDir: t.TempDir()})
		_, err := set.Add(t.Context(), server.URL)
		if (err == nil) != allow || (asked > 0) != allow {
			t.Errorf("allowed %v: %v, asked %d times", allow, err, asked)
		}
		if err := set.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestPublic(t *testing.T) {
	for text, want := range map[string]bool{
		"93.184.216.34": true, "8.8.8.8": true, "2606:4700::1111": true, "64:ff9b::8.8.8.8": true, "2002:808:808::1": true,
		"127.0.0.1": false, "10.0.0.1": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false,
		"100.64.0.1": false, "100.100.100.200": false, "0.0.0.0": false, "0.1.2.3": false, "192.0.0.192": false, "198.18.0.1": false,
		"224.0.0.1": false, "240.0.0.1": false, "255.255.255.255": false, "::": false, "::1": false, "fe80::1": false, "fe80::1%eth0": false,
		"fd00:ec2::254": false, "fc00::1": false, "fec0::1": false, "ff02::1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false,
		"::127.0.0.1": false, "64:ff9b::10.0.0.1": false, "64:ff9b::a9fe:a9fe": false, "2002:7f00:1::": false, "2001:db8::1": false, "2001::1": false,
	} {
		if got := Public(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s is public: %v", text, got)
		}
	}
}

// TestHeaderIsBounded: a page that answers with a header without end is given
// up on.
func TestHeaderIsBounded(t *testing.T) {
	server, set := site(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		_, err = io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
		for sent := 0; err == nil && sent < 64*maxHeader; sent += 8 << 10 {
			_, err = io.WriteString(conn, "X-A: "+strings.Repeat("b", 8<<10)+"\r\n")
		}
		_, _ = io.WriteString(conn, "Content-Length: 0\r\n\r\n") // had it been read
	})
	_, err := set.Add(t.Context(), server.URL)
	var e *Error
	if !errors.As(err, &e) || !strings.Contains(e.Error(), "could not be fetched") {
		t.Errorf("%v", err)
	}
}

// TestAFetchEnds: a picture that does not come, and a host that takes a
// connection and says nothing, are not waited for longer than NewSet says.
func TestAFetchEnds(t *testing.T) {
	fresh := NewSet(Options{})
	if fresh.fetching != 2*time.Minute || fresh.reaching != 15*time.Second {
		t.Errorf("a fetch may take %s, its connection %s", fresh.fetching, fresh.reaching)
	}
	server, set := site(t, func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	set.fetching = 50 * time.Millisecond
	if _, err := set.Add(t.Context(), server.URL+"/a.png"); err == nil || !strings.Contains(err.Error(), "it did not come within 50ms") {
		t.Errorf("a picture that does not come: %v", err)
	}
	mute, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	set.fetching, set.reaching = fetchTimeout, 50*time.Millisecond
	if _, err := set.Add(t.Context(), "https://"+mute.Addr().String()+"/a.png"); err == nil || !strings.Contains(err.Error(), "TLS handshake timeout") {
		t.Errorf("a host that says nothing: %v", err)
	}
}
