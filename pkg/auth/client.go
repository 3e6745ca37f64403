package auth

import (
	"cmp"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"time"
)

// The public facts of Codex's own sign-in, which codexgen uses: tolerated,
// not promised (https://github.com/openai/codex/issues/36886, 2026-10).
const (
	// DefaultIssuer, and the endpoints below it, are those of
	// https://github.com/openai/codex codex-rs/login/src/server.rs, 2026-08-22.
	DefaultIssuer = "https://auth.openai.com"
	// DefaultClientID is public: codex-rs/login/src/auth/manager.rs,
	// 2026-08-22. It has no secret.
	DefaultClientID = "app_EMoamEEZ73f0CkXaXp7hrann"

	pathAuthorize  = "/oauth/authorize"
	pathToken      = "/oauth/token"
	pathRevoke     = "/oauth/revoke"
	pathUserCode   = "/api/accounts/deviceauth/usercode" // codex-rs/login/src/device_code_auth.rs, 2026-08-22
	pathDevicePoll = "/api/accounts/deviceauth/token"
	pathDevicePage = "/codex/device"
	pathDeviceBack = "/deviceauth/callback"

	originator = "codexgen" // our own name, as OpenAI asked other programs for
)

// requestTimeout bounds one request to the issuer, its answer included.
const requestTimeout = 30 * time.Second

// Options say which issuer to use, and how. The zero value is Codex's.
type Options struct {
	Issuer    string            // "" is DefaultIssuer; https, or http on loopback
	ClientID  string            // "" is DefaultClientID
	Transport http.RoundTripper // nil has the settings of http.DefaultTransport
	Version   string            // codexgen's own, for the User-Agent
	Ports     []int             // for the browser's way back; nil is 1455 and 1457, the only ones registered for DefaultClientID
	Now       func() time.Time  // nil is time.Now

	// ConnectorScopes asks for the scopes of the official client's connectors,
	// too, which nothing here uses: should the issuer refuse the shorter list.
	ConnectorScopes bool
}

// A Client signs in at one issuer, and renews and ends the logins that it
// gave. It is safe for concurrent use.
type Client struct {
	issuer, clientID string
	ports            []int
	connectors       bool
	http             *http.Client
	now              func() time.Time
	listen           func(addr string) (net.Listener, error) // net.Listen on tcp4
}

// New checks the options and makes a client.
func New(o Options) (*Client, error) {
	issuer, err := CheckIssuer(cmp.Or(o.Issuer, DefaultIssuer))
	if err != nil {
		return nil, err
	}
	transport := o.Transport
	if transport == nil {
		own := http.DefaultTransport.(*http.Transport).Clone()
		own.MaxResponseHeaderBytes = maxHeader
		own.DisableKeepAlives = true // a login asks a few times, a refresh once
		transport = own
	}
	c := &Client{issuer: issuer, clientID: cmp.Or(o.ClientID, DefaultClientID), ports: o.Ports, connectors: o.ConnectorScopes, now: o.Now,
		listen: func(addr string) (net.Listener, error) { return net.Listen("tcp4", addr) }}
	if c.ports == nil {
		c.ports = []int{1455, 1457} // codex-rs/login/src/server.rs, 2026-08-22
	}
	if c.now == nil {
		c.now = time.Now
	}
	agent := fmt.Sprintf("codexgen/%s (%s; %s)", cmp.Or(o.Version, "dev"), runtime.GOOS, runtime.GOARCH)
	c.http = &http.Client{
		Transport: named{transport, agent},
		Timeout:   requestTimeout,
		// Go repeats a POST at where a 307 or 308 points to; a redirect is a refusal here.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c, nil
}

// Issuer is the issuer's URL, without a slash at its end.
func (c *Client) Issuer() string { return c.issuer }

// named sends our name with each request.
type named struct {
	next  http.RoundTripper
	agent string
}

func (n named) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.Header.Set("User-Agent", n.agent)
	return n.next.RoundTrip(request)
}

// CheckIssuer returns the URL of an issuer in one spelling, or says why it is
// not allowed: tokens go to https, and without it to this machine alone.
func CheckIssuer(issuer string) (string, error) {
	refuse := func(why string) (string, error) {
		return "", &Error{Kind: KindInvalid, Reason: "the issuer's URL " + why, Advice: "the default is " + DefaultIssuer}
	}
	u, err := url.Parse(issuer)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "":
		return refuse("cannot be read")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return refuse("has more than a host and a path")
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		return refuse("is neither https nor on this machine")
	}
	return strings.TrimRight(u.Scheme+"://"+u.Host+u.EscapedPath(), "/"), nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
