package cli

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/config"
	"github.com/codexgen/codexgen/cmd/codexgen/internal/termtext"
)

func newConfigCmd(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show the settings, or write a file of them",
		Long: `Show the settings and where they come from, or write a file of them.

A setting is a flag's name with _ for -. It is taken from the command line, else
from the environment (CODEXGEN_ and the name in capitals), else from the file,
which is TOML:

  quality       = "high"
  partials      = 0
  keep_partials = true
  timeout       = "15m"

  [presets.poster]
  size = "1024x1536"

A preset stands for the flags that it names: --preset poster wins over the rest
of the file and over the environment, and the flags beside it win over it.

Decisions for one run are flags only: --force, --yes, --sandbox, --dry-run and
--retries.`,
		Args: onlySubcommands,
		RunE: showHelp,
	}
	cmd.AddCommand(newConfigInitCmd(env, runConfigInit), newConfigListCmd(env, runConfigList), newConfigPathCmd(env, runConfigPath))
	return cmd
}

var noConfigFolder = usageError{"this system names no folder for configurations", "name a file with --config or CODEXGEN_CONFIG"}

type configPathOptions struct{ path string }

func newConfigPathCmd(env Env, run func(context.Context, Env, configPathOptions) error) *cobra.Command {
	return &cobra.Command{
		Use:         "path",
		Short:       "Print the name of the configuration file",
		Args:        noArgs,
		Annotations: withoutSettings(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, _ := configFile(cmd, env)
			return run(cmd.Context(), env, configPathOptions{path})
		},
	}
}

func runConfigPath(_ context.Context, env Env, o configPathOptions) error {
	if o.path == "" {
		return noConfigFolder
	}
	_, err := fmt.Fprintln(env.Stdout, o.path)
	return err
}

// A setting is one line of `config list`.
type setting struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Source string `json:"source"`
	Env    string `json:"env"`
}

type configListOptions struct {
	settings []setting
	json     bool
}

func newConfigListCmd(env Env, run func(context.Context, Env, configListOptions) error) *cobra.Command {
	var o configListOptions
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List all settings, their values and where each was set",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, k := range config.Keys(cmd.Root()) {
				o.settings = append(o.settings, setting{k.Name, k.Value(), k.Source(), k.Env})
			}
			return run(cmd.Context(), env, o)
		},
	}
	addJSONFlag(cmd, &o.json)
	return cmd
}

func runConfigList(_ context.Context, env Env, o configListOptions) error {
	if o.json {
		return printJSON(env.Stdout, o.settings)
	}
	table := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "KEY\tVALUE\tSOURCE")
	for _, s := range o.settings {
		fmt.Fprintf(table, "%s\t%s\t%s\n", s.Key, termtext.Line(orDefault(s.Value, "-")), termtext.Line(s.Source))
	}
	return table.Flush()
}

// addPresetFlag is for the commands that make pictures; the settings find the
// flag by its name.
func addPresetFlag(cmd *cobra.Command, env Env) {
	under(headPicture, cmd.Flags(), func(flags *pflag.FlagSet) {
		flags.String("preset", "", "use the settings under `NAME` in the configuration file")
	})
	_ = cmd.RegisterFlagCompletionFunc("preset", func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		return config.Presets(settings(cmd, env)), cobra.ShellCompDirectiveNoFileComp
	})
}
