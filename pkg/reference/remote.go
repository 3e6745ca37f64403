package reference

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"syscall"
	"time"
)

// Limits of one fetch.
const (
	fetchTimeout   = 2 * time.Minute
	connectTimeout = 15 * time.Second
	maxRedirects   = 5
	maxHeader      = 64 << 10
)

// errOffline stands for a fetch that Options.Offline prevents.
var errOffline = errors.New("nothing is fetched")

// fetch gets a picture from an https address into a file. No proxy is asked:
// it would resolve the name itself, out of reach of the check.
func (s *Set) fetch(ctx context.Context, source string) (*os.File, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, s.fetching, fmt.Errorf("it did not come within %s", s.fetching))
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, source, nil)
	if err != nil || request.URL.Host == "" {
		return nil, &Error{Reason: "it is no address", Advice: "https://host/picture.png"}
	}
	if err := checkURL(request.URL); err != nil {
		return nil, err
	}
	if s.options.Offline {
		return nil, errOffline
	}
	request.Header.Set("Accept", "image/png, image/jpeg, image/webp, image/gif")
	request.Header.Set("User-Agent", s.options.UserAgent)
	transport := s.transport()
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, CheckRedirect: checkRedirect}
	response, err := client.Do(request)
	if err != nil {
		return nil, fetchError(ctx, err)
	}
	defer response.Body.Close()
	if err := checkResponse(response); err != nil {
		return nil, err
	}
	file, err := s.spool(response.Body)
	return file, fetchError(ctx, err)
}

func (s *Set) transport() *http.Transport {
	dialer := &net.Dialer{Timeout: s.reaching, Control: s.checkAddress}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: s.options.Roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    s.reaching,
		MaxResponseHeaderBytes: maxHeader,
		DisableCompression:     true,
		DisableKeepAlives:      true,
		ForceAttemptHTTP2:      true,
	}
}

// checkAddress is asked with the address itself, after the name was resolved
// and before a byte is sent.
func (s *Set) checkAddress(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !s.reachable(to.Addr()) {
		return &Error{Reason: "its address is not on the public internet", Advice: fetchSelf + ", or allow it with --allow-private-urls"}
	}
	return nil
}

func checkURL(address *url.URL) error {
	switch {
	case address.Scheme != "https":
		return &Error{Reason: "only https addresses are fetched", Advice: fetchSelf}
	case address.User != nil:
		return &Error{Reason: "an address with a user name in it is not fetched", Advice: fetchSelf}
	}
	return nil
}

func checkRedirect(request *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return &Error{Reason: fmt.Sprintf("it was redirected more than %d times", maxRedirects), Advice: fetchSelf}
	}
	request.Header.Del("Referer") // an address can hold a secret
	return checkURL(request.URL)
}

func checkResponse(response *http.Response) error {
	switch {
	case response.StatusCode != http.StatusOK:
		return &Error{Reason: fmt.Sprintf("the server answered with status %d", response.StatusCode), Advice: fetchSelf}
	case response.Header.Get("Content-Encoding") != "":
		return &Error{Reason: "it came compressed, which was not asked for", Advice: fetchSelf}
	case response.ContentLength > MaxBytes:
		return tooLarge()
	}
	return nil
}

// fetchError says why nothing came, without the address that net/http puts in
// front.
func fetchError(ctx context.Context, err error) error {
	var known *Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return &Error{Reason: "it could not be fetched: " + err.Error(), Advice: fetchSelf, Err: err}
}

// display is a source as it may be shown: an address loses its query, where
// signatures stand, and a user.
func display(source string) string {
	address, err := url.Parse(source)
	if err != nil || address.Host == "" {
		return source
	}
	return (&url.URL{Scheme: address.Scheme, Host: address.Host, Path: address.Path}).String()
}
