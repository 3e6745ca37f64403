package cli

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/config"
)

// globalOptions are the flags that every command has.
type globalOptions struct {
	Quiet, Verbose bool
	Plain          bool   // no line that redraws itself, no escape sequence
	Debug          string // "", "on" or "full"
	Sandbox        string // a scenario
	SandboxSet     bool
}

func addGlobalFlags(root *cobra.Command) {
	root.Flags().SortFlags = false
	under(headAll, root.PersistentFlags(), func(flags *pflag.FlagSet) {
		flags.String("sandbox", "", "use the built-in backend, no account needed, playing `SCENARIO`")
		flags.Lookup("sandbox").NoOptDefVal = "entitled"
		flags.BoolP("quiet", "q", false, "say nothing but errors and warnings")
		flags.BoolP("verbose", "v", false, "say more")
		flags.Bool("plain", false, "plain lines only, for screen readers: nothing redraws, no pictures")
		flags.Var(new(debugLevel), "debug", "log requests; prompts, pictures and account only at `LEVEL` full")
		flags.Lookup("debug").NoOptDefVal = "on"
		flags.String("config", "", "read settings from `FILE`")
	})
	_ = root.MarkPersistentFlagFilename("config", "toml")
	offer(root, "sandbox", scenarioNames()...)
	offer(root, "debug", "on", "full", "off")
}

func globalFlags(cmd *cobra.Command) globalOptions {
	flags := cmd.Flags()
	var o globalOptions
	o.Quiet, _ = flags.GetBool("quiet")
	o.Verbose, _ = flags.GetBool("verbose")
	o.Plain, _ = flags.GetBool("plain")
	o.Sandbox, _ = flags.GetString("sandbox")
	o.SandboxSet = wasSet(cmd, "sandbox")
	o.Debug = flags.Lookup("debug").Value.String()
	return o
}

// wasSet tells whether the user chose the flag's value: on the command line,
// in the environment or in the file.
func wasSet(cmd *cobra.Command, name string) bool { return config.WasSet(cmd.Flags().Lookup(name)) }

// debugLevel is "", "on" or "full".
type debugLevel string

func (d *debugLevel) String() string { return string(*d) }
func (d *debugLevel) Type() string   { return "string" }

func (d *debugLevel) Set(text string) error {
	switch text {
	case "full":
		*d = "full"
	case "on", "true", "1":
		*d = "on"
	case "off", "false", "0", "":
		*d = ""
	default:
		return fmt.Errorf("must be on, full or off")
	}
	return nil
}

// withoutSettings marks a command that works whatever the configuration says.
func withoutSettings() map[string]string { return map[string]string{"settings": "none"} }

// runsItself marks a command that does something of its own besides holding
// others.
func runsItself() map[string]string { return map[string]string{"runs": "itself"} }

func onlyHolds(cmd *cobra.Command) bool {
	return cmd.HasAvailableSubCommands() && cmd.Annotations["runs"] != "itself"
}

// applySettings runs before every command, but for those that must work with a
// broken configuration, cobra's own (shell completion) among them.
func applySettings(cmd *cobra.Command, env Env) error {
	if cmd.Annotations["settings"] == "none" || cmd.Name() == cobra.ShellCompRequestCmd || cmd.Name() == cobra.ShellCompNoDescRequestCmd || onlyHolds(cmd) {
		return nil
	}
	return useSettings(cmd, env)
}

func useSettings(cmd *cobra.Command, env Env) error {
	err := config.Apply(cmd, settings(cmd, env))
	tellDebug(env, globalFlags(cmd).Debug)
	return err
}

func settings(cmd *cobra.Command, env Env) config.Sources {
	path, named := configFile(cmd, env)
	return config.Sources{File: path, Named: named, LookupEnv: env.LookupEnv}
}

// configFile is the file in use and whether the user named it.
func configFile(cmd *cobra.Command, env Env) (path string, named bool) {
	if flag := cmd.Flags().Lookup("config"); flag.Changed {
		return flag.Value.String(), true
	}
	if path, ok := env.LookupEnv("CODEXGEN_CONFIG"); ok && path != "" {
		return path, true
	}
	if env.ConfigDir == "" {
		return "", false
	}
	return filepath.Join(env.ConfigDir, "config.toml"), false
}
