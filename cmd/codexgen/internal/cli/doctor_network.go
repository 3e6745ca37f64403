package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/codexgen/codexgen/pkg/codex"
)

const (
	lookupTimeout = 5 * time.Second
	// A token's times are compared with the local clock, to within minutes.
	maxSkew = 2 * time.Minute
)

func skipNetwork(why string) (checks []check) {
	for _, name := range []string{"proxy", "dns", "connection", "tls", "challenge", "clock"} {
		checks = append(checks, skipped(name, why))
	}
	return checks
}

// networkChecks go from here to the backend, without a credential. reached is
// true when it can be asked more.
func networkChecks(ctx context.Context, env Env, o backendOptions, conn *connection) (checks []check, reached bool) {
	base := orDefault(o.baseURL, codex.DefaultBaseURL)
	if conn != nil {
		base = orDefault(conn.base, codex.DefaultBaseURL)
	}
	client, err := newClient(env, o, base, nil, nil)
	if err != nil {
		return []check{broken("connection", err)}, false
	}
	address, err := url.Parse(base)
	if err != nil {
		return []check{broken("connection", err)}, false
	}
	proxy, proxied := proxyCheck(address, http.ProxyFromEnvironment)
	name := dnsCheck(ctx, address, proxied, net.DefaultResolver.LookupHost)
	checks = []check{proxy, name}
	if proxy.Status == statusFail || name.Status == statusFail {
		return append(checks, skipNetwork("the step before has to work first")[2:]...), false
	}
	answer, err := client.Reach(ctx)
	way := wayChecks(address, answer, err)
	return append(append(checks, way...), clockCheck(answer.Date, env.Now())), err == nil
}

// proxyCheck names the proxy without its password.
func proxyCheck(address *url.URL, environment func(*http.Request) (*url.URL, error)) (check, bool) {
	proxy, err := environment(&http.Request{URL: address})
	switch {
	case err != nil: // its text may quote a password
		return broken("proxy", usageError{"the proxy setting is not a URL", "correct HTTPS_PROXY and HTTP_PROXY"}), true
	case proxy == nil:
		return healthy("proxy", "none"), false
	}
	return healthy("proxy", "%s://%s, from the environment", proxy.Scheme, proxy.Host), true
}

func dnsCheck(ctx context.Context, address *url.URL, proxied bool, lookup func(context.Context, string) ([]string, error)) check {
	host := address.Hostname()
	switch {
	case proxied:
		return skipped("dns", "the proxy looks names up")
	case net.ParseIP(host) != nil:
		return skipped("dns", "the address is a number")
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	found, err := lookup(ctx, host)
	if err != nil || len(found) == 0 {
		return check{Name: "dns", Status: statusFail, Says: host + " is not found: no network, or no name server", Next: "check the network; --offline leaves this out", Type: string(codex.KindConnect), exit: 8}
	}
	return healthy("dns", "%s has %d addresses", host, len(found))
}

// wayChecks tell from one answer, or its absence, how far a request gets.
func wayChecks(address *url.URL, answer codex.Reached, err error) []check {
	var failure *codex.Error
	if err != nil && (!errors.As(err, &failure) || answer.Status == 0 && failure.Kind != codex.KindTLS) {
		return []check{broken("connection", err), skipped("tls", "there is no connection"), skipped("challenge", "there is no connection")}
	}
	if failure != nil && failure.Kind == codex.KindTLS {
		return []check{healthy("connection", "%s takes connections", address.Host), broken("tls", err), skipped("challenge", "there is no trusted connection")}
	}
	connection := healthy("connection", "%s answers (HTTP %d)", address.Host, answer.Status)
	challenge := healthy("challenge", "none")
	switch {
	case failure == nil:
	case failure.Kind == codex.KindChallenge || failure.Kind == codex.KindWebPage:
		challenge = broken("challenge", err)
	default:
		connection = broken("connection", err)
	}
	return []check{connection, tlsCheck(address, answer), challenge}
}

func tlsCheck(address *url.URL, answer codex.Reached) check {
	if address.Scheme != "https" {
		return skipped("tls", "plain HTTP within this machine")
	}
	return healthy("tls", "%s, trusted", answer.TLS)
}

// clockCheck compares with the answer's Date, which has whole seconds.
func clockCheck(server, now time.Time) check {
	if server.IsZero() {
		return skipped("clock", "no answer told the time")
	}
	skew := now.Sub(server).Round(time.Second)
	if skew.Abs() <= maxSkew {
		return healthy("clock", "within %s of the backend's", max(skew.Abs(), time.Second))
	}
	side := "ahead of"
	if skew < 0 {
		side = "behind"
	}
	return warning("clock", fmt.Sprintf("this machine's clock is %s %s the backend's", skew.Abs(), side), "set the clock: logins seem expired, or valid, when they are not")
}
