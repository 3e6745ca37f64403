package cli

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

type versionOptions struct{ json bool }

func newVersionCmd(env Env, run func(context.Context, Env, versionOptions) error) *cobra.Command {
	var o versionOptions
	cmd := &cobra.Command{
		Use:         "version",
		Short:       "Print the version and where it was built for",
		Args:        noArgs,
		Annotations: withoutSettings(),
		RunE:        func(cmd *cobra.Command, _ []string) error { return run(cmd.Context(), env, o) },
	}
	addJSONFlag(cmd, &o.json)
	return cmd
}

// versionFacts is what --json prints.
type versionFacts struct {
	Version  string `json:"version"`
	Commit   string `json:"commit"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func runVersion(_ context.Context, env Env, o versionOptions) error {
	v := versionFacts{env.Version, commit(), runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}
	if o.json {
		return printJSON(env.Stdout, v)
	}
	_, err := fmt.Fprintf(env.Stdout, "codexgen %s\ncommit   %s\ngo       %s\nplatform %s\n", v.Version, v.Commit, v.Go, v.Platform)
	return err
}

// moduleVersion is what `go install module@version` leaves in the binary.
func moduleVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "dev"
	}
	return info.Main.Version
}

func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value
		}
	}
	return "unknown"
}
