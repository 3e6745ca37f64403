// Package cli is the command line: one file a command, each a constructor
// (flags only), an options struct (plain data) and a run function (no cobra).
package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/config"
)

// The groups of commands in the help.
const (
	groupImages  = "images"
	groupAccount = "account"
	groupAbout   = "about"
)

// Main runs one command line and returns its exit code.
func Main(args []string, env Env) int {
	ctx, stop := withSignals(context.Background())
	defer stop()
	defer outlivePipes()()
	stdout := &heard{w: env.Stdout}
	env.Stdout = stdout
	root := Root(env)
	root.SetArgs(append([]string{}, args...)) // never nil, which would mean os.Args
	cmd, err := root.ExecuteContextC(ctx)
	if err != nil && !stdout.something {
		err = errors.Join(err, refusedJSON(cmd, args, stdout, err))
	}
	if stdout.left && exitCode(err) == 1 {
		return outputLost
	}
	return finish(ctx, env.Stderr, err)
}

// commands lists every command, under the headings of the help.
func commands(env Env) []*cobra.Command {
	return slices.Concat(
		grouped(groupImages, newGenCmd(env, runGen), newEditCmd(env, runGen), newBatchCmd(env, runBatch), newHistoryCmd(env, runHistory), newGalleryCmd(env, runGallery), newSandboxCmd(env, runSandbox)),
		grouped(groupAccount, newAuthCmd(env), newModelsCmd(env, runModels), newUsageCmd(env, runUsage), newDoctorCmd(env, runDoctor), newProbeCmd(env, runProbe)),
		grouped(groupAbout, newConfigCmd(env), newCompletionCmd(env), newVersionCmd(env, runVersion)),
	)
}

func grouped(id string, commands ...*cobra.Command) []*cobra.Command {
	for _, cmd := range commands {
		cmd.GroupID = id
	}
	return commands
}

// Root is a new command tree.
func Root(env Env) *cobra.Command {
	root := &cobra.Command{
		Use:   "codexgen",
		Short: "Make images with a ChatGPT/Codex login",
		Long: `Make images with a ChatGPT/Codex login.

The backend is the one that the Codex programs use. It is undocumented and may
change or refuse at any time.`,
		Example: `  codexgen gen "a cat" --sandbox     try it, no account needed
  codexgen gen "a cat"               with your login`,
		Version:           env.Version,
		Args:              onlySubcommands,
		RunE:              showHelp,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return applySettings(cmd, env) },
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp) // a flag that takes a file is marked
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { printHelp(cmd.OutOrStdout(), cmd) })
	root.AddGroup(&cobra.Group{ID: groupImages, Title: "Images:"}, &cobra.Group{ID: groupAccount, Title: "Your account:"}, &cobra.Group{ID: groupAbout, Title: "About codexgen:"})
	root.SetHelpCommand(grouped(groupAbout, newHelpCmd())[0])
	addGlobalFlags(root)
	root.AddCommand(commands(env)...)
	completeLogins(root, env)
	return root
}

func showHelp(cmd *cobra.Command, _ []string) error { return cmd.Help() }

func newHelpCmd() *cobra.Command {
	return &cobra.Command{
		Use:         "help [COMMAND]",
		Short:       "Explain a command",
		Annotations: withoutSettings(),
		RunE: func(cmd *cobra.Command, args []string) error {
			topic, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(topic, rest)
			}
			topic.InitDefaultHelpFlag() // as --help has it
			topic.InitDefaultVersionFlag()
			return topic.Help()
		},
	}
}

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usageError{fmt.Sprintf("%s takes no argument, but got %q", cmd.Name(), args[0]), cmd.CommandPath() + " --help"}
}

// onlySubcommands is for a command that merely holds others.
func onlySubcommands(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return unknownCommand(cmd, args)
}

func unknownCommand(parent *cobra.Command, args []string) error {
	name := strings.Join(args[:min(1, len(args))], "")
	hint := parent.CommandPath() + " --help lists the commands"
	if !parent.HasAvailableSubCommands() {
		hint = parent.CommandPath() + " --help"
	}
	parent.SuggestionsMinimumDistance = 2 // is not inherited
	if near := parent.SuggestionsFor(name); len(near) > 0 {
		hint = "did you mean " + parent.CommandPath() + " " + near[0] + "?"
	}
	return usageError{fmt.Sprintf("unknown command %q", parent.CommandPath()+" "+name), hint}
}

// flagError blames the misspelt command, not the flag that only the right one
// has.
func flagError(cmd *cobra.Command, err error) error {
	if args := cmd.Flags().Args(); cmd.HasAvailableSubCommands() && len(args) > 0 {
		return unknownCommand(cmd, args)
	}
	hint := cmd.CommandPath() + " --help"
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		var known []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
		if near := config.Nearest(unknown.GetSpecifiedName(), known); near != "" {
			hint = "did you mean --" + near + "?"
		}
	case errors.As(err, &invalid):
		f := invalid.GetFlag()
		return usageError{fmt.Sprintf("--%s %q: %s", f.Name, invalid.GetValue(), config.Reason(f, invalid.Unwrap())), hint}
	}
	return usageError{err.Error(), hint}
}
