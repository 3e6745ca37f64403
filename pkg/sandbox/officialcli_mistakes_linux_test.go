package sandbox

import (
	"net/http/httptest"
	"strings"
	"testing"
)

// everyMistake makes one mistake in one answer each, and sees that the
// official CLI (0.169.0) stumbles over it as it was observed to (2026-11). It
// shows that the steps can fail.
func everyMistake(t *testing.T, installed string) {
	for name, c := range map[string]struct {
		mistake mistake
		run     func(*officialDesk) // what must go wrong, and how
	}{
		"interval is a number": {swap("/deviceauth/usercode", `"interval":"5"`, `"interval":5`), signInFails("expected a string")},
		"no device login":      {status("/deviceauth/usercode", 404), signInFails("device code login is not enabled")},
		"a poll is refused":    {status("/deviceauth/token", 400), signInFails("400")},
		"no id token":          {swap("/oauth/token", `"id_token"`, `"id"`), signInFails("OAuth token response is invalid")},
		"no refresh token":     {swap("/oauth/token", `"refresh_token"`, `"refresh"`), signInFails("OAuth token response is invalid")},

		"an http origin":       {swap("/accounts/check", "https://127", "http://127"), turnFails("workspace backend must use an HTTPS origin")},
		"an origin with path":  {swap("/accounts/check", ":1\"", ":1/x\""), turnFails("must return an origin")},
		"no origin":            {swap("/accounts/check", "workspace_backend_origin", "other"), turnFails("missing backend origin")},
		"another workspace":    {swap("/accounts/check", `"id":"`, `"id":"x`), turnFails("selected workspace missing from routing discovery")},
		"an unknown override":  {swap("/accounts/check", "NO_CONSTRAINT", "elsewhere"), turnFails("invalid account routing override")},
		"no workspace check":   {status("/accounts/check", 404), turnFails("workspace routing discovery failed")},
		"no end of the stream": {swap("/responses", "response.completed", "response.other"), turnFails("stream closed before response.completed")},

		"no bundle on a managed plan": {status("/config/bundle", 404), managed(turnFails("config bundle"))},

		"a line break in the base64": {swap("/images/generations", `"b64_json":"iVBO`, `"b64_json":"iVBO\n`), noPicture("could not be processed")},
		"no picture":                 {swap("/images/generations", `"data":[{`, `"data":[],"d":[{`), noPicture("image generation returned no image data")},
		"created is a text":          {swap("/images/generations", `"created":`, `"created":"x","c":`), noPicture("failed to decode image generation response")},
		"an unknown quality":         {swap("/images/generations", `"quality":"`, `"quality":"x`), noPicture("failed to decode image generation response")},
		"a refusal":                  {status("/images/generations", 400), noPicture("http 400 Bad Request")},

		"a fraction of a percent": {swap("/wham/usage", `"used_percent":12`, `"used_percent":12.5`), noUsage},
		"revoking fails":          {status("/oauth/revoke", 500), loggedOutAllTheSame},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newOfficialDesk(t, installed, c.mistake)
			c.run(d)
			if d.spoilt.Load() == 0 {
				t.Error("the mistake was never met")
			}
		})
	}
}

// swap replaces a text in an answer.
func swap(path, old, with string) mistake {
	return mistake{path, func(answer *httptest.ResponseRecorder) {
		text := strings.ReplaceAll(answer.Body.String(), old, with)
		answer.Body.Reset()
		answer.Body.WriteString(text)
	}}
}

func status(path string, code int) mistake {
	return mistake{path, func(answer *httptest.ResponseRecorder) {
		answer.Code = code
		answer.Body.Reset()
	}}
}

func signInFails(text string) func(*officialDesk) {
	return func(d *officialDesk) { d.fails(text)(d.login()) }
}

func turnFails(text string) func(*officialDesk) {
	return func(d *officialDesk) {
		d.must("Successfully logged in")(d.login())
		d.fails(text)(d.turn("hello"))
	}
}

// managed runs on a plan whose clients fetch a bundle of settings first.
func managed(run func(*officialDesk)) func(*officialDesk) {
	return func(d *officialDesk) {
		d.server.issuer.plan, d.server.scenario.plan = "business", "business"
		run(d)
	}
}

// fails takes what a run gave and wants it to have failed with a text.
func (d *officialDesk) fails(text string) func(string, error) {
	return func(out string, err error) {
		d.t.Helper()
		if err == nil || !strings.Contains(out, text) {
			d.t.Errorf("%v, want %q in\n%s", err, text, out)
		}
	}
}

// noPicture wants a turn that goes well without a picture, and the chat model
// told why.
func noPicture(text string) func(*officialDesk) {
	return func(d *officialDesk) {
		d.must("Successfully logged in")(d.login())
		d.must("sandbox's answer in words")(d.turn("DRAW a red circle"))
		if got := d.pictures(); got != nil {
			d.t.Errorf("saved: %v", got)
		}
		if !strings.Contains(d.told(), text) {
			d.t.Errorf("no %q in what the chat model was told", text)
		}
	}
}

func noUsage(d *officialDesk) {
	d.must("Successfully logged in")(d.login())
	d.withAppServer(func(s *appServer) {
		if answer := s.ask("account/rateLimits/read", nil); !answer.has("error") {
			d.t.Errorf("%s", mustJSON(answer))
		}
	})
}

func loggedOutAllTheSame(d *officialDesk) {
	d.must("Successfully logged in")(d.login())
	d.must("logged out")(d.run("logout"))
}
