package cli

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/termtext"
)

// doctorOptions say what is examined.
type doctorOptions struct {
	backend  backendOptions
	config   string // the file in use, "" for none
	output   string // where images go
	settings error  // why the settings cannot be used
	offline  bool
	json     bool
}

func newDoctorCmd(env Env, run func(context.Context, Env, doctorOptions) error) *cobra.Command {
	var o doctorOptions
	cmd := &cobra.Command{
		Use:        "doctor",
		SuggestFor: []string{"check", "diagnose"},
		Short:      "Check login, network, plan and this machine, and say what to do",
		Long: `Check login, network, plan and this machine, and say what to do. It spends
nothing: no image is asked for. What cannot be looked at is skipped.

The exit code is 0 unless a check fails; then it is that of the first one that
does, from the table of exit codes. Whether images really come is another
question: "codexgen probe" asks it.

With --json: ok, sandbox, and checks, each with name, status ("ok", "warn",
"fail" or "skipped"), says, and where there is something to do next; error_type
where it failed.`,
		Example: `  codexgen doctor
  codexgen doctor --offline
  codexgen doctor --sandbox=usage-limit`,
		Args:        noArgs,
		Annotations: withoutSettings(), // broken settings are a finding
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.settings = useSettings(cmd, env)
			o.config, _ = configFile(cmd, env)
			o.backend.global = globalFlags(cmd)
			return run(cmd.Context(), env, o)
		},
	}
	under(headFiles, cmd.Flags(), func(flags *pflag.FlagSet) {
		flags.StringVarP(&o.output, "output", "o", "", "`FILE` or folder that images are to go to (default: the current folder)")
		_ = cobra.MarkFlagFilename(flags, "output")
	})
	under(headChecks, cmd.Flags(), func(flags *pflag.FlagSet) {
		flags.BoolVar(&o.offline, "offline", false, "leave out what needs the network")
	})
	o.backend.addAddressFlags(cmd.Flags())
	addJSONFlag(cmd, &o.json)
	return cmd
}

// An examination is what --json prints.
type examination struct {
	OK      bool    `json:"ok"`
	Sandbox bool    `json:"sandbox"`
	Checks  []check `json:"checks"`
}

// A doctorError is an examination that found something.
type doctorError struct {
	names []string
	first check
}

func (e *doctorError) Error() string {
	return "doctor: needs attention: " + strings.Join(e.names, ", ")
}
func (e *doctorError) Hint() string      { return e.first.Next }
func (e *doctorError) ExitCode() int     { return e.first.exit }
func (e *doctorError) ErrorType() string { return "unhealthy" }

func runDoctor(ctx context.Context, env Env, o doctorOptions) error {
	checks := examine(ctx, env, o)
	if err := context.Cause(ctx); err != nil {
		if o.json {
			return answerJSON(env, nil, err)
		}
		return err
	}
	outcome := &doctorError{}
	for i, c := range checks {
		checks[i].Says, checks[i].Next = termtext.Line(c.Says), termtext.Line(c.Next)
		if c.Status != statusFail {
			continue
		}
		if len(outcome.names) == 0 {
			outcome.first = c
		}
		outcome.names = append(outcome.names, c.Name)
	}
	err := printChecks(env, o, checks, len(outcome.names) == 0)
	if err == nil && len(outcome.names) > 0 {
		return outcome
	}
	return err
}

func printChecks(env Env, o doctorOptions, checks []check, ok bool) error {
	if o.json {
		return printJSON(env.Stdout, examination{ok, o.backend.global.SandboxSet, checks})
	}
	table := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	for _, c := range checks {
		fmt.Fprintf(table, "%s\t%s\t%s\n", c.Status, c.Name, c.Says)
		if c.Next != "" {
			fmt.Fprintf(table, "\t\tnext: %s\n", c.Next)
		}
	}
	return table.Flush()
}

// examine makes the checks in the order in which they depend on each other.
func examine(ctx context.Context, env Env, o doctorOptions) []check {
	checks := []check{configCheck(o), terminalCheck(env), outputCheck(o.output), stateCheck(env)}
	if o.settings != nil {
		// A token must not go where a half-read configuration points.
		return append(checks, skipAll("the settings have to be right first")...)
	}
	conn, loginErr := connect(ctx, env, o.backend)
	if loginErr == nil {
		defer conn.Close()
	}
	checks = append(checks, loginChecks(env, conn, loginErr)...)
	if o.offline {
		return append(checks, skipOnline("--offline")...)
	}
	network, reached := networkChecks(ctx, env, o.backend, conn)
	checks = append(checks, network...)
	if !reached || loginErr != nil {
		return append(checks, skipped("plan", "needs a login and the network"), skipped("limits", "needs a login and the network"))
	}
	return append(checks, accountChecks(ctx, env, conn)...)
}

func skipAll(why string) []check {
	return append([]check{skipped("store", why), skipped("credential", why)}, skipOnline(why)...)
}

func skipOnline(why string) []check {
	return append(skipNetwork(why), skipped("plan", why), skipped("limits", why))
}
