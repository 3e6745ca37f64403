package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/config"
	"github.com/codexgen/codexgen/pkg/sandbox"
)

// sandboxOptions say what `codexgen sandbox` serves.
type sandboxOptions struct {
	listen   string
	scenario string
	faults   []string
	approve  bool
	codex    bool
}

func newSandboxCmd(env Env, run func(context.Context, Env, sandboxOptions) error) *cobra.Command {
	var o sandboxOptions
	cmd := &cobra.Command{
		Use:        "sandbox",
		SuggestFor: []string{"mock", "serve", "server"},
		Short:      "Serve the emulated backend on loopback",
		Long:       "Serve the emulated backend on loopback until Ctrl-C, and print what to set\nto use it. It answers as the evidence says; its pictures are its own drawings.\n\n" + sandboxLists(),
		Args:       noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return run(cmd.Context(), env, o)
		},
	}
	under(headSandbox, cmd.Flags(), func(flags *pflag.FlagSet) {
		flags.StringVar(&o.listen, "listen", "127.0.0.1:0", "loopback `ADDRESS`; port 0 picks a free one")
		flags.StringVar(&o.scenario, "scenario", "2026-10", "`NAME` of the scenario: how the backend behaves")
		flags.StringSliceVar(&o.faults, "fault", nil, "add a `FAULT` (repeatable)")
		flags.BoolVar(&o.codex, "print-codex-config", false, "print what points the official Codex CLI at it instead")
		flags.BoolVar(&o.approve, "auto-approve", false, "grant both sign-in flows without a person")
	})
	offer(cmd, "scenario", scenarioNames()...)
	offer(cmd, "fault", faultUsages()...)
	return cmd
}

func scenarioNames() []string {
	var names []string
	for _, scenario := range sandbox.Scenarios() {
		names = append(append(names, scenario.Name), scenario.Aliases...)
	}
	return names
}

// noScenario is the mistake of a name; given is how it was written.
func noScenario(given, name string) error {
	hint := "codexgen sandbox --help lists the scenarios"
	if near := config.Nearest(name, scenarioNames()); near != "" {
		hint = "did you mean " + near + "?"
	}
	return usageError{given + ": there is no such scenario", hint}
}

func faultUsages() []string {
	var usages []string
	for _, fault := range sandbox.Faults() {
		usages = append(usages, fault.Usage)
	}
	return usages
}

func sandboxLists() string {
	var text strings.Builder
	text.WriteString("Scenarios:\n")
	for _, scenario := range sandbox.Scenarios() {
		fmt.Fprintf(&text, "  %-26s %s\n", strings.Join(append([]string{scenario.Name}, scenario.Aliases...), ", "), scenario.Summary)
	}
	text.WriteString("\nFaults:\n")
	for _, fault := range sandbox.Faults() {
		fmt.Fprintf(&text, "  %-26s %s\n", fault.Usage, fault.Summary)
	}
	return strings.TrimRight(text.String(), "\n")
}

// codexSetup is for a shell: a home that is thrown away, so that no login of
// the person's own is found or revoked, the configuration, the environment.
const codexSetup = `export HOME="$(mktemp -d)"
export CODEX_HOME="$HOME"
cat >"$CODEX_HOME/config.toml" <<'END'
%sEND
export %s
`

func runSandbox(ctx context.Context, env Env, o sandboxOptions) error {
	if !slices.Contains(scenarioNames(), o.scenario) {
		return noScenario("--scenario "+o.scenario, o.scenario)
	}
	server, err := sandbox.New(sandbox.Config{Scenario: o.scenario, Faults: o.faults, Pace: sandboxPace, AutoApprove: o.approve})
	if err != nil {
		return usageError{err.Error(), "codexgen sandbox --help"}
	}
	base, err := server.Start(o.listen)
	if err != nil {
		return usageError{"--listen: " + err.Error(), "for example --listen 127.0.0.1:8080"}
	}
	if o.codex {
		fmt.Fprintf(env.Stdout, codexSetup, sandbox.CodexConfig(base), strings.Join(sandbox.CodexEnvironment(base), "\nexport "))
		fmt.Fprintln(env.Stderr, "run the official CLI where it reaches this machine only: docs/sandbox.md")
	} else {
		fmt.Fprintf(env.Stdout, "export CODEXGEN_BASE_URL=%s\nexport CODEXGEN_ISSUER=%s\nexport CODEXGEN_ACCESS_TOKEN=%s\nexport CODEXGEN_ACCOUNT_ID=%s\n", base, sandbox.IssuerURL(base), server.AccessToken(), server.AccountID())
	}
	fmt.Fprintln(env.Stderr, "serving until Ctrl-C; the token is the sandbox's own and good for nothing else")
	<-ctx.Done()
	return server.Close()
}
