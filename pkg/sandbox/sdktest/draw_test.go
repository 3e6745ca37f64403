package sdktest

import (
	"bytes"
	"encoding/base64"
	"errors"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"go.uber.org/goleak"

	"github.com/codexgen/codexgen/pkg/sandbox"
)

func TestMain(m *testing.M) {
	// net/http keeps connections of the SDK's client, and lingers half a
	// second over one that it has closed.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"),
		goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

// start has a backend in the environment.
func start(t *testing.T, faults ...string) *sandbox.Server {
	t.Helper()
	server, err := sandbox.New(sandbox.Config{Faults: append(faults, "small")})
	if err != nil {
		t.Fatal(err)
	}
	base, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	t.Setenv("CODEXGEN_BASE_URL", base)
	t.Setenv("CODEXGEN_ACCESS_TOKEN", server.AccessToken())
	t.Setenv("CODEXGEN_ACCOUNT_ID", server.AccountID())
	return server
}

func decodes(picture []byte) error {
	_, err := png.Decode(bytes.NewReader(picture))
	return err
}

// TestDraw gets two drafts and a picture by the responses route.
func TestDraw(t *testing.T) {
	server := start(t)
	drafts, picture, err := Draw(t.Context(), Connect(), "a cat")
	if err != nil || len(drafts) != 2 {
		t.Fatalf("%d drafts, %v", len(drafts), err)
	}
	for i, file := range append(drafts, picture) {
		if err := decodes(file); err != nil {
			t.Errorf("picture %d of 3: %v", i+1, err)
		}
	}
	if n := server.Stats().Images; n != 1 {
		t.Errorf("%d pictures were drawn", n)
	}
}

// TestGenerate gets a picture by the images route.
func TestGenerate(t *testing.T) {
	start(t)
	client := Connect()
	answer, err := client.Images.Generate(t.Context(), openai.ImageGenerateParams{Prompt: "a cat", Model: "gpt-image-2"})
	if err != nil || len(answer.Data) != 1 {
		t.Fatalf("%+v, %v", answer, err)
	}
	picture, err := base64.StdEncoding.DecodeString(answer.Data[0].B64JSON)
	if err := errors.Join(err, decodes(picture)); err != nil {
		t.Error(err)
	}
	if answer.OutputFormat != "png" || answer.Size == "" || answer.Usage.TotalTokens == 0 || answer.Created == 0 {
		t.Errorf("the SDK does not understand all: %+v", answer)
	}
}

// TestRefused: whoever is not the account gets nothing, on either route.
func TestRefused(t *testing.T) {
	for name, wrong := range map[string]string{"CODEXGEN_ACCESS_TOKEN": "wrong", "CODEXGEN_ACCOUNT_ID": "another"} {
		t.Run(name, func(t *testing.T) {
			server := start(t)
			t.Setenv(name, wrong)
			client := Connect()
			_, picture, drawn := Draw(t.Context(), client, "a cat")
			_, generated := client.Images.Generate(t.Context(), openai.ImageGenerateParams{Prompt: "a cat"})
			for _, err := range []error{drawn, generated} {
				if refused, ok := errors.AsType[*openai.Error](err); !ok || refused.StatusCode != 401 {
					t.Errorf("%v", err)
				}
			}
			if picture != nil || server.Stats().Images != 0 {
				t.Error("there is a picture")
			}
		})
	}
}

// TestMistakes: an answer that is wrong in one place is no picture here.
func TestMistakes(t *testing.T) {
	for _, fault := range []string{"corrupt=middle", "bad-crc", "truncate=3000", "only-partials", "only-completed", "error-after-image", "jpeg-bytes"} {
		t.Run(fault, func(t *testing.T) {
			start(t, fault)
			_, picture, err := Draw(t.Context(), Connect(), "a cat")
			if err := errors.Join(err, decodes(picture)); err == nil {
				t.Error("it went unnoticed")
			}
		})
	}
}

// TestPageShowsThisCode: what docs/sandbox.md shows is what ran above.
func TestPageShowsThisCode(t *testing.T) {
	code, err := os.ReadFile("draw.go")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "sandbox.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, shown, _ := strings.Cut(string(code), "// Connect ")
	if !strings.Contains(string(page), "```go\n// Connect "+shown+"```\n") {
		t.Error("docs/sandbox.md does not show draw.go from Connect on")
	}
}
