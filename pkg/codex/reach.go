package codex

import (
	"context"
	"crypto/tls"
	"net/http"
	"time"
)

// Reached tells of a backend that answered.
type Reached struct {
	Status int
	Date   time.Time // the answer's own clock, in whole seconds; zero when it has none
	TLS    string    // such as "TLS 1.3"; "" over plain HTTP
}

// Reach asks for the catalogue without a credential, which shows whether the
// backend can be reached. That it refuses is an answer; an error is what
// stands between: no connection, a challenge, a web page, a redirect, a
// server's failure.
func (c *Client) Reach(ctx context.Context) (Reached, error) {
	ctx, cancel := context.WithTimeout(ctx, getTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/models?client_version="+clientVersion, nil)
	if err != nil {
		return Reached{}, err
	}
	request.Header = c.identity()
	request.Header.Del("Authorization")
	request.Header.Del("ChatGPT-Account-ID")
	request.Header.Set("Accept", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return Reached{}, free(transportError(ctx, err))
	}
	defer drain(response.Body)
	reached := Reached{Status: response.StatusCode}
	reached.Date, _ = http.ParseTime(response.Header.Get("Date"))
	if response.TLS != nil {
		reached.TLS = tls.VersionName(response.TLS.Version)
	}
	f := readFailure(response)
	if response.StatusCode == http.StatusOK && !f.html {
		return reached, nil
	}
	if failure := f.error(c.now()); failure.ExitCode() == 8 {
		return reached, free(failure)
	}
	return reached, nil
}
