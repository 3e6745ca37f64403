package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/cli"
	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/corpus"
	"github.com/codexgen/codexgen/pkg/sandbox"
)

// jsonCases are the outcomes whose whole output is kept, as examples too:
// testdata/json.
var jsonCases = map[string]struct {
	config sandbox.Config
	args   string
	exit   int
}{
	"image":                   {sandbox.Config{}, "gen cat --json", 0},
	"image_events":            {sandbox.Config{}, "gen cat --events --keep-partials", 0},
	"image_transparent":       {sandbox.Config{}, "gen cat --json --background transparent --size 1024x1024", 0},
	"route_changed":           {sandbox.Config{Scenario: "stripped"}, "gen cat --json", 0},
	"capability_unsupported":  {sandbox.Config{Scenario: "stripped"}, "gen cat --json --partials 2", 6},
	"empty_response":          {sandbox.Config{Scenario: "empty"}, "gen cat --json", 6},
	"text_response_events":    {sandbox.Config{Scenario: "text-only"}, "gen cat --events", 6},
	"usage_limit_reached":     {sandbox.Config{Scenario: "usage-limit"}, "gen cat --json", 5},
	"moderation_blocked":      {sandbox.Config{Scenario: "moderation"}, "gen cat --json", 4},
	"challenge":               {sandbox.Config{Scenario: "challenge"}, "gen cat --json", 8},
	"stream_cut_events":       {sandbox.Config{Faults: []string{"truncate=200000"}}, "gen cat --events", 8},
	"damaged_image":           {sandbox.Config{Faults: []string{"bad-crc"}}, "gen cat --json", 8},
	"stalled":                 {sandbox.Config{Faults: []string{"stall=4000"}}, "gen cat --json --stall-timeout 300ms", 8},
	"text_response":           {sandbox.Config{Scenario: "text-only"}, "gen cat --json", 6},
	"invalid_argument":        {sandbox.Config{}, "gen cat --json --size 7", 2},
	"invalid_argument_events": {sandbox.Config{}, "gen --events --nope", 2},
	"edit":                    {sandbox.Config{}, "edit plain.png cat --json --aspect 16:9", 0},
	"edit_ignored_events":     {sandbox.Config{Faults: []string{"ignore-references"}}, "edit plain.png cat --events", 0},
	"exact":                   {sandbox.Config{Faults: []string{"credentials"}}, "gen cat --json --size 640x360 --exact crop --convert jpeg --keep-original --sidecar", 0},
	"result_differs":          {sandbox.Config{}, "gen cat --json --size 1024x1024 --strict-size", 10},
	"invalid_image_input":     {sandbox.Config{}, "edit page.png cat --json", 2},
	"io_error":                {sandbox.Config{}, "gen cat --json -o no/such/cat.png", 9},
}

// TestJSONOutput runs gen, validates what it prints against the schemas, and
// compares it with what was printed before.
func TestJSONOutput(t *testing.T) {
	golden, err := filepath.Abs(filepath.Join("testdata", "json"))
	if err != nil {
		t.Fatal(err)
	}
	valid := schemas(t)
	for name, test := range jsonCases {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			for _, picture := range []string{"plain.png", "page.png"} {
				if err := os.WriteFile(picture, corpus.Files()[picture], 0o600); err != nil {
					t.Fatal(err)
				}
			}
			lines := generate(t, test.config, test.exit, strings.Fields(test.args)...)
			var all bytes.Buffer
			schema := "gen"
			if strings.Contains(test.args, "--events") {
				schema = "events"
			}
			for _, line := range lines {
				valid(t, schema, line)
				all.WriteString(settled(t, line))
			}
			path := filepath.Join(golden, name+".json")
			if *update {
				if err := os.WriteFile(path, all.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), all.String()); diff != "" {
				t.Errorf("%s has changed; if that is meant, go test ./cmd/codexgen -run JSONOutput -update\n%s", path, diff)
			}
		})
	}
}

// TestManyImagesFitTheSchema has several images in one run; they may end in any
// order, so nothing is compared.
func TestManyImagesFitTheSchema(t *testing.T) {
	valid := schemas(t)
	for name, test := range map[string]struct {
		config sandbox.Config
		args   string
		exit   int
		schema string
	}{
		"images":        {sandbox.Config{Faults: []string{"small"}}, "gen cat --count 3 --json", 0, "batch"},
		"images_events": {sandbox.Config{Faults: []string{"small"}}, "gen cat --count 3 --events", 0, "events"},
		"limit":         {sandbox.Config{Scenario: "usage-limit"}, "gen cat --count 2 --json", 5, "batch"},
		"refused":       {sandbox.Config{Scenario: "moderation"}, "gen cat --count 2 --events", 4, "events"},
		"batch":         {sandbox.Config{Faults: []string{"small"}}, "batch jobs.txt --json", 0, "batch"},
		"batch_events":  {sandbox.Config{Faults: []string{"small"}}, "batch jobs.txt --events", 0, "events"},
		"batch_refused": {sandbox.Config{Scenario: "moderation"}, "batch jobs.txt --json", 4, "batch"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if err := os.WriteFile("jobs.txt", []byte("a cat\na dog\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			for _, line := range generate(t, test.config, test.exit, strings.Fields(test.args)...) {
				valid(t, test.schema, line)
				var of struct {
					Event  string
					Number int
				}
				if err := json.Unmarshal([]byte(line), &of); err != nil || of.Event != "" && (of.Event == "result") != (of.Number == 0) {
					t.Errorf("of which image? %v\n%s", err, line)
				}
			}
		})
	}
}

// failures are answers of a backend, one for each kind that the sandbox does
// not show above; the words are those on record (docs/protocol.md#errors).
var failures = map[codex.Kind]struct {
	status int
	body   string
}{
	codex.KindModeration:         {400, `{"error":{"message":"no","code":"moderation_blocked"}}`},
	codex.KindUsageLimit:         {429, `{"error":{"message":"no","type":"usage_limit_reached","resets_at":1800000000}}`},
	codex.KindUnauthorized:       {401, ``},
	codex.KindWrongLogin:         {401, `{"error":{"message":"no","code":"hardened_oauth_rule_missing"}}`},
	codex.KindForbidden:          {403, `{"error":{"message":"Your workspace does not allow this."}}`},
	codex.KindPolicy:             {400, `{"error":{"message":"no","code":"cyber_policy"}}`},
	codex.KindNotIncluded:        {429, `{"error":{"message":"no","type":"usage_not_included"}}`},
	codex.KindQuota:              {429, `{"error":{"message":"no","code":"insufficient_quota"}}`},
	codex.KindProxyBalance:       {403, `{"code":"INSUFFICIENT_BALANCE","message":"no"}`},
	codex.KindRateLimit:          {429, `{"error":{"message":"no","code":"oai_errors.errors.TooManyRequests"}}`},
	codex.KindToolStripped:       {400, `{"error":{"message":"Tool choice 'image_generation' not found in 'tools' parameter."}}`},
	codex.KindParameter:          {400, `{"detail":"Unsupported parameter: max_output_tokens"}`},
	codex.KindModelUnavailable:   {404, `{"error":{"message":"no","code":"model_not_found"}}`},
	codex.KindClientTooOld:       {400, `{"error":{"message":"This model requires a newer version of Codex."}}`},
	codex.KindRouteMissing:       {404, ``},
	codex.KindTransparentRefused: {400, `{"error":{"message":"Transparent background is not supported for this model."}}`},
	codex.KindRejected:           {400, `{"error":{"message":"Input must be a list"}}`},
	codex.KindBadReference:       {400, `{"error":{"message":"Error while downloading file"}}`},
	codex.KindTooLarge:           {413, ``},
	codex.KindMessageTooBig:      {413, `{"error":{"message":"no","code":"message_too_big"}}`},
	codex.KindWrongURL:           {403, `<!DOCTYPE html><title>Welcome</title>`},
	codex.KindIncomplete:         {200, "data: {\"type\":\"response.incomplete\",\"response\":{\"incomplete_details\":{\"reason\":\"max_output_tokens\"}}}\n\n"},
	codex.KindContentFilter:      {200, "data: {\"type\":\"response.incomplete\",\"response\":{\"incomplete_details\":{\"reason\":\"content_filter\"}}}\n\n"},
	codex.KindWebPage:            {502, `<html>bad gateway`},
	codex.KindIncident:           {400, `{"error":{"message":"The model 'gpt-image-2' does not exist.","type":"image_generation_user_error","code":"invalid_value","param":"tools"}}`},
	codex.KindOverloaded:         {503, `{"error":{"message":"busy","code":"server_is_overloaded"}}`},
	codex.KindServer:             {500, ``},
	codex.KindRedirect:           {307, ``},
	codex.KindMalformed:          {200, `{"data"::}`},
	codex.KindTooMuch:            {200, strings.Repeat("data: {}\n\n", 50_001)},
	codex.KindEmpty:              {200, `{"data":[]}`},
	codex.KindCut:                {200, `{"data":[`},
	codex.KindDamaged:            {200, `{"data":[{"b64_json":"` + strings.Repeat("AAAA", 2000) + `"}]}`},
}

// TestEveryFailureFitsTheSchema has an answer of a backend for each kind.
func TestEveryFailureFitsTheSchema(t *testing.T) {
	valid := schemas(t)
	for kind, answer := range failures {
		t.Run(string(kind), func(t *testing.T) {
			t.Chdir(t.TempDir())
			route, mediaType := "images", "application/json"
			if strings.HasPrefix(answer.body, "data: ") {
				route, mediaType = "responses", "text/event-stream"
			}
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", mediaType)
				w.WriteHeader(answer.status)
				_, _ = w.Write([]byte(answer.body))
			}))
			defer server.Close()
			line, _ := atBackend(t, server.URL, "gen", "cat", "--json", "--route", route, "--host-model", "gpt-5.5")
			valid(t, "gen", line)
			checkType(t, line, string(kind))
		})
	}
	others := []codex.Kind{codex.KindAuthRequired, codex.KindConnect, codex.KindTLS, codex.KindClosed, codex.KindTimeout, codex.KindOutput} // below
	for _, kind := range codex.Kinds() {
		_, here := failures[kind]
		_, above := jsonCases[string(kind)]
		if !here && !above && !slices.Contains(others, kind) {
			t.Errorf("%s: no answer makes it", kind)
		}
	}
}

// TestFailuresOfTheConnection covers the kinds that no answer makes.
func TestFailuresOfTheConnection(t *testing.T) {
	valid := schemas(t)
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then is it noticed that the client has gone
		<-r.Context().Done()
	}))
	defer silent.Close()
	closing := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer closing.Close()
	private := httptest.NewUnstartedServer(http.NotFoundHandler())
	private.Config.ErrorLog = log.New(io.Discard, "", 0) // its client hangs up, which is what is wanted
	private.StartTLS()
	defer private.Close()
	for kind, test := range map[codex.Kind]struct{ url, limit string }{
		codex.KindConnect: {"http://" + unused(t), "1m"},
		codex.KindTLS:     {private.URL, "1m"},
		codex.KindClosed:  {closing.URL, "1m"},
		codex.KindTimeout: {silent.URL, "50ms"},
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Chdir(t.TempDir())
			line, _ := atBackend(t, test.url, "gen", "cat", "--json", "--route", "images", "--timeout", test.limit)
			valid(t, "gen", line)
			checkType(t, line, string(kind))
		})
	}
	t.Run("auth_required", func(t *testing.T) {
		t.Chdir(t.TempDir())
		line, code := gen(t, map[string]string{"CODEXGEN_AUTH_SOURCE": "codex", "CODEX_HOME": t.TempDir()}, []string{"gen", "cat", "--json"})
		if code != 3 {
			t.Errorf("exit %d", code)
		}
		valid(t, "gen", line)
		checkType(t, line, "auth_required")
	})
}

// unused is an address where nobody listens, nor can while the test runs: the
// near end of a connection takes it.
func unused(t *testing.T) string {
	t.Helper()
	far, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = far.Close() })
	near, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}}).DialContext(t.Context(), "tcp", far.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = near.Close() })
	return near.LocalAddr().String()
}

func checkType(t *testing.T, line, want string) {
	t.Helper()
	var got struct {
		Type string `json:"error_type"`
	}
	if err := json.Unmarshal([]byte(line), &got); err != nil || got.Type != want {
		t.Errorf("error_type %q, want %q (%v)\n%s", got.Type, want, err, line)
	}
}

// schemas returns what validates a line of output by the schema of a name.
func schemas(t *testing.T) func(t *testing.T, name, line string) {
	t.Helper()
	const base = "https://raw.githubusercontent.com/codexgen/codexgen/main/docs/"
	files, err := filepath.Glob(filepath.Join("..", "..", "docs", "*.schema.json"))
	if err != nil || len(files) < 3 {
		t.Fatalf("%d schemas, %v", len(files), err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiler.AddResource(base+filepath.Base(path), document); err != nil {
			t.Fatal(err)
		}
	}
	return func(t *testing.T, name, line string) {
		t.Helper()
		schema, err := compiler.Compile(base + name + ".schema.json")
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err == nil {
			err = schema.Validate(value)
		}
		if err != nil {
			t.Errorf("%v\n%s", err, line)
		}
	}
}

// generate runs gen against a sandbox and returns its lines of output.
func generate(t *testing.T, config sandbox.Config, exit int, args ...string) []string {
	t.Helper()
	config.Pace = time.Millisecond
	server, err := sandbox.New(config)
	if err != nil {
		t.Fatal(err)
	}
	base, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	out, code := gen(t, map[string]string{"CODEXGEN_BASE_URL": base, "CODEXGEN_ACCESS_TOKEN": server.AccessToken(), "CODEXGEN_ACCOUNT_ID": server.AccountID()}, args)
	if code != exit {
		t.Errorf("exit %d, want %d", code, exit)
	}
	return slices.Collect(strings.Lines(out))
}

func atBackend(t *testing.T, base string, args ...string) (string, int) {
	t.Helper()
	return gen(t, map[string]string{"CODEXGEN_BASE_URL": base, "CODEXGEN_ACCESS_TOKEN": "token"}, args)
}

func gen(t *testing.T, variables map[string]string, args []string) (string, int) {
	t.Helper()
	var out bytes.Buffer
	env := testEnv(&out)
	env.LookupEnv = func(name string) (string, bool) { value, ok := variables[name]; return value, ok }
	code := cli.Main(args, env)
	return out.String(), code
}

var (
	id    = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,64}(-[A-Z]{3})?`)
	clock = regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?|\d\d:\d\d, in [^"\]);]+|in \d+ [a-z]+( \d+ [a-z]+)?`)
	took  = regexp.MustCompile(`"(seconds|bytes)": [0-9.e-]+`)
)

// settled is a line without what differs from run to run.
func settled(t *testing.T, line string) string {
	t.Helper()
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, []byte(line), "", "  "); err != nil {
		t.Fatal(err)
	}
	text := took.ReplaceAllString(pretty.String(), `"$1": 1`)
	text = id.ReplaceAllString(text, "ID")
	return clock.ReplaceAllString(text, "TIME")
}
