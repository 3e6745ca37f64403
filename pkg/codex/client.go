package codex

import (
	"cmp"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"time"
)

// DefaultBaseURL is where the official client sends ChatGPT logins.
const DefaultBaseURL = "https://chatgpt.com/backend-api/codex"

// Default limits of one request.
const (
	DefaultTimeout      = 10 * time.Minute
	DefaultStallTimeout = 150 * time.Second
)

// Options say how a Client works. Only Tokens is required.
type Options struct {
	BaseURL      string            // "" is DefaultBaseURL; https, or http on loopback
	Tokens       TokenSource       //
	Transport    http.RoundTripper // nil is NewTransport's
	Version      string            // codexgen's own, for the User-Agent
	Timeout      time.Duration     // for a whole request; 0 is DefaultTimeout
	StallTimeout time.Duration     // for silence; 0 is DefaultStallTimeout
	MaxBytes     int64             // of one generation's pictures, drafts included; 0 is DefaultMaxBytes
	Retries      int               // repetitions of requests that may have been charged
	Log          *slog.Logger      // nil logs nothing
	LogBodies    bool              // prompts and account ids too, never tokens
	Now          func() time.Time  // nil is time.Now
	Memory       Memory            // nil remembers nothing
}

// A Client speaks to one backend.
type Client struct {
	base, userAgent string
	tokens          TokenSource
	http            *http.Client
	timeout, stall  time.Duration
	maxBytes        int64
	retries         int
	now             func() time.Time
	memory          Memory
}

// New checks the options and makes a client.
func New(o Options) (*Client, error) {
	base, err := checkBaseURL(cmp.Or(o.BaseURL, DefaultBaseURL))
	if err != nil {
		return nil, err
	}
	c := &Client{
		base:      base,
		userAgent: fmt.Sprintf("codexgen/%s (%s; %s)", cmp.Or(o.Version, "dev"), runtime.GOOS, runtime.GOARCH),
		tokens:    o.Tokens,
		timeout:   cmp.Or(o.Timeout, DefaultTimeout),
		stall:     cmp.Or(o.StallTimeout, DefaultStallTimeout),
		maxBytes:  cmp.Or(o.MaxBytes, DefaultMaxBytes),
		retries:   o.Retries,
		now:       o.Now,
		memory:    o.Memory,
	}
	if c.now == nil {
		c.now = time.Now
	}
	transport := o.Transport
	if transport == nil {
		transport = NewTransport(nil)
	}
	transport = &connectionTransport{transport}
	if o.Log != nil {
		transport = &logTransport{next: transport, log: o.Log, bodies: o.LogBodies}
	}
	cookies, err := newCookieTransport(transport, base)
	if err != nil {
		return nil, err
	}
	c.http = &http.Client{
		Transport: &retryTransport{next: &authTransport{next: cookies, tokens: o.Tokens}, now: c.now},
		// Go follows redirects with the credential on; a redirect is an answer here.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c, nil
}

func (c *Client) recall() Findings {
	if c.memory == nil {
		return Findings{}
	}
	return c.memory.Recall()
}

// checkBaseURL lets a credential go over https, or to this machine.
func checkBaseURL(text string) (string, error) {
	refuse := func(reason string) (string, error) {
		return "", &InvalidRequestError{Field: "base URL", Value: text, Reason: reason, Advice: "the usual one is " + DefaultBaseURL}
	}
	base, err := url.Parse(text)
	switch {
	case err != nil || base.Host == "":
		return refuse("not a URL with a host")
	case base.User != nil || base.RawQuery != "" || base.Fragment != "":
		return refuse("a base URL has no user, query or fragment")
	case base.Scheme == "https", base.Scheme == "http" && isLoopback(base.Hostname()):
		return strings.TrimRight(base.String(), "/"), nil
	}
	return refuse("credentials go over https only (http on loopback excepted)")
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
