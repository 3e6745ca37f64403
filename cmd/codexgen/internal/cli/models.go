package cli

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/termtext"
	"github.com/codexgen/codexgen/pkg/codex"
)

// modelsOptions say whose catalogue is shown, and how.
type modelsOptions struct {
	backend   backendOptions
	hostModel string
	json      bool
}

func newModelsCmd(env Env, run func(context.Context, Env, modelsOptions) error) *cobra.Command {
	var o modelsOptions
	cmd := &cobra.Command{
		Use:   "models",
		Short: "List the chat models, and which one would carry the image tool",
		Long: `List the account's chat models and which one "gen" would take to carry the image
tool on the responses route. Asking costs nothing. Image models are not in this
catalogue, the images route needs none of these, and no catalogue says whether
a model really gets the tool: "codexgen probe" finds that out.

With --json: host_model, host_model_from ("catalogue", "setting" or
"fallback"), and models, each with slug, use ("first", "next" or "no"), reason,
lite, visibility and input_modalities.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.backend.global = globalFlags(cmd)
			return run(cmd.Context(), env, o)
		},
	}
	under(headBackend, cmd.Flags(), func(flags *pflag.FlagSet) {
		flags.StringVar(&o.hostModel, "host-model", "", "`NAME` of the chat model that carries the image tool (default: looked up)")
	})
	o.backend.addAddressFlags(cmd.Flags())
	addJSONFlag(cmd, &o.json)
	return cmd
}

// A catalogue is what --json prints.
type catalogue struct {
	HostModel string     `json:"host_model"`
	From      string     `json:"host_model_from"`
	Models    []modelRow `json:"models"`
}

type modelRow struct {
	Slug       string   `json:"slug"`
	Use        string   `json:"use"` // "first", "next" or "no"
	Reason     string   `json:"reason,omitempty"`
	Lite       bool     `json:"lite"`
	Visibility string   `json:"visibility,omitempty"`
	Modalities []string `json:"input_modalities,omitempty"`
}

func runModels(ctx context.Context, env Env, o modelsOptions) error {
	answer, err := askModels(ctx, env, o)
	switch {
	case o.json:
		return answerJSON(env, answer, err)
	case err != nil:
		return err
	}
	return answer.print(env)
}

func askModels(ctx context.Context, env Env, o modelsOptions) (answer catalogue, err error) {
	conn, err := connect(ctx, env, o.backend)
	if err != nil {
		return answer, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	conn.tellSource(env, o.backend.global)
	models, err := conn.client.Models(ctx)
	if err != nil {
		return answer, err
	}
	return judgeModels(models, o.hostModel), nil
}

// judgeModels says of each model what a generation would do with it.
func judgeModels(models []codex.Model, configured string) catalogue {
	answer := catalogue{HostModel: codex.HostModel(models), From: "catalogue", Models: []modelRow{}}
	if len(codex.HostCandidates(models)) == 0 {
		answer.From = "fallback"
	}
	if configured != "" {
		answer.HostModel, answer.From = configured, "setting"
	}
	for _, model := range models {
		row := modelRow{Slug: termtext.Line(model.Slug), Use: "no", Reason: model.Unfit(), Lite: model.Lite,
			Visibility: termtext.Line(model.Visibility), Modalities: cleaned(model.Modalities)}
		switch {
		case model.Slug == answer.HostModel:
			row.Use = "first"
		case row.Reason != "":
		case configured != "":
			row.Reason = "another one is set"
		default:
			row.Use = "next"
		}
		if row.Use == "next" && model.Lite {
			row.Reason = "\"lite\": taken after those that are not"
		}
		answer.Models = append(answer.Models, row)
	}
	answer.HostModel = termtext.Line(answer.HostModel)
	return answer
}

func cleaned(words []string) []string {
	clean := make([]string, len(words))
	for i, word := range words {
		clean[i] = termtext.Line(word)
	}
	return clean
}

func (c catalogue) print(env Env) error {
	table := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "MODEL\tHOST\tWHY")
	for _, row := range c.Models {
		fmt.Fprintf(table, "%s\t%s\t%s\n", row.Slug, row.Use, row.Reason)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if c.From != "catalogue" {
		fmt.Fprintf(env.Stderr, "gen takes %s as host model (%s)\n", c.HostModel, c.From)
	}
	return nil
}
