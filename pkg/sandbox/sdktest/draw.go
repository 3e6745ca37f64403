// Package sdktest draws through OpenAI's own SDK for Go, pointed at the
// sandbox: a client that nobody here wrote judges its answers. It is a module
// of its own, so that codexgen depends on no SDK. docs/sandbox.md shows this
// file.
package sdktest

import (
	"context"
	"encoding/base64"
	"errors"
	"os"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/responses"
)

// Connect takes what `codexgen sandbox` prints from the environment. By itself
// the SDK would repeat a request that may have been paid for.
func Connect() openai.Client {
	return openai.NewClient(
		option.WithBaseURL(os.Getenv("CODEXGEN_BASE_URL")),
		option.WithAPIKey(os.Getenv("CODEXGEN_ACCESS_TOKEN")),
		option.WithHeader("ChatGPT-Account-ID", os.Getenv("CODEXGEN_ACCOUNT_ID")),
		option.WithMaxRetries(0),
	)
}

// Draw asks the hosted tool for a picture and returns it with its drafts. The
// backend insists on a list as input, on instructions, and on store being false.
func Draw(ctx context.Context, client openai.Client, prompt string) (drafts [][]byte, picture []byte, err error) {
	stream := client.Responses.NewStreaming(ctx, responses.ResponseNewParams{
		Model:        "gpt-5.5",
		Instructions: openai.String("Draw what is asked for."),
		Input: responses.ResponseNewParamsInputUnion{OfInputItemList: responses.ResponseInputParam{
			responses.ResponseInputItemParamOfMessage(prompt, responses.EasyInputMessageRoleUser),
		}},
		Tools: []responses.ToolUnionParam{{OfImageGeneration: &responses.ToolImageGenerationParam{PartialImages: openai.Int(2)}}},
		ToolChoice: responses.ResponseNewParamsToolChoiceUnion{OfHostedTool: &responses.ToolChoiceTypesParam{
			Type: responses.ToolChoiceTypesTypeImageGeneration,
		}},
		Store: openai.Bool(false),
	})
	defer stream.Close()
	ended := false
	for stream.Next() && err == nil {
		switch event := stream.Current().AsAny().(type) {
		case responses.ResponseImageGenCallPartialImageEvent:
			var draft []byte
			draft, err = base64.StdEncoding.DecodeString(event.PartialImageB64)
			drafts = append(drafts, draft)
		case responses.ResponseOutputItemDoneEvent:
			if event.Item.Type == "image_generation_call" {
				picture, err = base64.StdEncoding.DecodeString(event.Item.Result)
			}
		case responses.ResponseCompletedEvent:
			ended = true
		}
	}
	if err = errors.Join(err, stream.Err()); err == nil && !ended {
		err = errors.New("the stream was cut") // of which the SDK says nothing
	}
	return drafts, picture, err
}
