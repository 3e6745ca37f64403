package auth_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/codexgen/codexgen/pkg/auth"
	"github.com/codexgen/codexgen/pkg/sandbox"
)

func TestMain(m *testing.M) {
	if step := os.Getenv(jobVariable); step != "" {
		os.Exit(runJob(context.Background(), step))
	}
	// net/http lingers half a second over a connection that it has closed.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

// someClient is one that the sandbox lets come back to any port.
const someClient = "app_test"

// startSandbox serves an issuer and returns its URL.
func startSandbox(t testing.TB, c sandbox.Config) (*sandbox.Server, string) {
	t.Helper()
	server, err := sandbox.New(c)
	if err != nil {
		t.Fatal(err)
	}
	base, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server, sandbox.IssuerURL(base)
}

func newClient(t testing.TB, issuer string, edits ...func(*auth.Options)) *auth.Client {
	t.Helper()
	o := auth.Options{Issuer: issuer, ClientID: someClient, Ports: []int{0}}
	for _, edit := range edits {
		edit(&o)
	}
	client, err := auth.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func startBrowser(t testing.TB, client *auth.Client) *auth.BrowserLogin {
	t.Helper()
	login, err := client.StartBrowser()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(login.Close)
	return login
}

func listen(t testing.TB) (net.Listener, error) {
	t.Helper()
	return (&net.ListenConfig{}).Listen(t.Context(), "tcp4", "127.0.0.1:0")
}

// outcome is what a sign-in came to.
type outcome struct {
	login auth.Login
	err   error
}

// begin lets a sign-in wait.
func begin(ctx context.Context, wait func(context.Context) (auth.Login, error)) <-chan outcome {
	done := make(chan outcome, 1)
	go func() {
		login, err := wait(ctx)
		done <- outcome{login, err}
	}()
	return done
}

// page is an answer, its body read.
type page struct {
	status int
	header http.Header
	body   string
}

// visit asks as a browser does, but follows no redirect.
func visit(t testing.TB, method, address string, edits ...func(*http.Request)) page {
	t.Helper()
	got, err := tryVisit(t, method, address, edits...)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func tryVisit(t testing.TB, method, address string, edits ...func(*http.Request)) (page, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		return page{}, err
	}
	for _, edit := range edits {
		edit(r)
	}
	response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		return page{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return page{response.StatusCode, response.Header, string(body)}, err
}

// query takes the parameters of an address.
func query(t testing.TB, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

// callback is the address that a sign-in's browser is sent to, with other
// parameters.
func callback(t testing.TB, login *auth.BrowserLogin, parameters url.Values) string {
	t.Helper()
	return query(t, login.URL()).Get("redirect_uri") + "?" + parameters.Encode()
}

func state(t testing.TB, login *auth.BrowserLogin) string {
	t.Helper()
	return query(t, login.URL()).Get("state")
}

// secretIn names a secret that text must not hold.
func secretIn(text string, secrets ...string) string {
	for _, secret := range secrets {
		if secret != "" && strings.Contains(text, secret) {
			return secret
		}
	}
	return ""
}
