package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// certificate is what is said of a host, and until when.
type certificate struct {
	host  string
	ended bool
}

// make signs the certificate with an authority of its own, whose PEM it gives.
func (c certificate) make(b *bench) (tls.Certificate, []byte) {
	b.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	b.must(err)
	from, to := time.Now().Add(-48*time.Hour), time.Now().Add(time.Hour)
	if c.ended {
		to = time.Now().Add(-time.Hour)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a test"}, NotBefore: from, NotAfter: to,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	if ip := net.ParseIP(c.host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{c.host}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	b.must(err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// trusted is a server's side with a certificate that the program is told of.
func (b *bench) trusted(c certificate) *tls.Config {
	b.Helper()
	pair, authority := c.make(b)
	file := filepath.Join(b.home, "authority.pem")
	b.must(os.WriteFile(file, authority, 0o600))
	b.args = append(b.args, "--ca-cert", file)
	return &tls.Config{Certificates: []tls.Certificate{pair}}
}

// badTLS is a connection that must not be trusted, for another reason each.
func badTLS(b *bench) {
	config := &tls.Config{}
	switch b.with(0) {
	case "unknown authority":
		pair, _ := certificate{host: "127.0.0.1"}.make(b)
		config.Certificates = []tls.Certificate{pair}
	case "another host":
		config = b.trusted(certificate{host: "elsewhere.example"})
	case "expired":
		config = b.trusted(certificate{host: "127.0.0.1", ended: true})
	case "TLS 1.1":
		config = b.trusted(certificate{host: "127.0.0.1"})
		config.MinVersion, config.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	case "no TLS":
		config = nil
	}
	address := b.listen(func(conn net.Conn) {
		if config != nil {
			_ = tls.Server(conn, config).Handshake() // the refusal is the test
			return
		}
		_, _ = conn.Read(make([]byte, 1<<10))
		_, _ = conn.Write([]byte("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"))
	})
	b.at("https://" + address + "/backend-api/codex")
	b.verify = func(got ran) {
		if strings.Contains(got.stderr, "insecure") || strings.Contains(got.stderr, "skip") {
			b.Error("it advises to look away")
		}
	}
}
