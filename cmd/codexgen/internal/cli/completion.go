package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// Shells lists the shells that completions are made for.
func Shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

func newCompletionCmd(env Env) *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print a completion script for bash, zsh, fish or powershell",
		Long: `Print a completion script for bash, zsh, fish or powershell.

  bash        codexgen completion bash > ~/.local/share/bash-completion/completions/codexgen
  zsh         codexgen completion zsh > "${fpath[1]}/_codexgen"
  fish        codexgen completion fish > ~/.config/fish/completions/codexgen.fish
  powershell  codexgen completion powershell | Out-String | Invoke-Expression

A new shell then knows the commands, flags and values.`,
		ValidArgs:             Shells(),
		Args:                  oneShell,
		DisableFlagsInUseLine: true,
		Annotations:           withoutSettings(),
		RunE: func(cmd *cobra.Command, args []string) error {
			return WriteCompletion(cmd.Root(), args[0], env.Stdout)
		},
	}
}

func oneShell(_ *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	return usageError{fmt.Sprintf("completion takes one shell, but got %d", len(args)), "codexgen completion bash"}
}

// WriteCompletion writes the script for one of Shells, with descriptions.
func WriteCompletion(root *cobra.Command, shell string, w io.Writer) error {
	switch shell {
	case "bash":
		return root.GenBashCompletionV2(w, true)
	case "zsh":
		return root.GenZshCompletion(w)
	case "fish":
		return root.GenFishCompletion(w, true)
	case "powershell":
		return root.GenPowerShellCompletionWithDesc(w)
	}
	return usageError{fmt.Sprintf("no completion for shell %q", shell), "bash, zsh, fish or powershell"}
}

// offer names the values that the tab key proposes for a flag.
func offer(cmd *cobra.Command, flag string, values ...string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}
