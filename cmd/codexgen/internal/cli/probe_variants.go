package cli

import (
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/config"
	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/probe"
)

// variantOptions say which variants are meant.
type variantOptions struct {
	tags  []string
	route string
	suite string
}

// addProbeFlags declares flags of the probe commands. Their settings have a
// name of their own: the format of a report is not the format of an image.
func addProbeFlags(head heading, cmd *cobra.Command, declare func(*pflag.FlagSet)) {
	under(head, cmd.Flags(), func(flags *pflag.FlagSet) {
		declare(flags)
		flags.VisitAll(func(f *pflag.Flag) {
			if !slices.Contains([]string{"json", "yes"}, f.Name) {
				config.Rename(f, "probe-"+f.Name)
			}
		})
	})
}

func (o *variantOptions) addFlags(cmd *cobra.Command) {
	addProbeFlags(headVariants, cmd, func(flags *pflag.FlagSet) {
		flags.StringSliceVar(&o.tags, "tag", nil, "only variants with the tag `NAME` (repeatable)")
		flags.StringVar(&o.route, "route", "", "only variants of the route `NAME`: images, responses or websocket")
		addSuiteFlag(flags, &o.suite)
	})
	_ = cmd.RegisterFlagCompletionFunc("tag", ofVariants(variantTags))
	offer(cmd, "route", string(codex.RouteImages), string(codex.RouteResponses), string(codex.RouteWebSocket))
}

func addSuiteFlag(flags *pflag.FlagSet, to *string) {
	flags.StringVar(to, "suite", "", "the variants of `FILE` (TOML) too")
	_ = cobra.MarkFlagFilename(flags, "suite", "toml")
}

// knownVariants are the built-in ones and those of a suite. Where they would
// be sent does not matter yet.
func knownVariants(env Env, suite string) ([]probe.Variant, error) {
	known := probe.Builtin()
	if suite == "" {
		return known, nil
	}
	text, err := readSuite(suite)
	if err != nil {
		return nil, err
	}
	client, err := newClient(env, backendOptions{}, "", nil, nil)
	if err != nil {
		return nil, err
	}
	own, err := probe.ParseSuite(suite, text, known, client)
	return append(known, own...), err
}

func readSuite(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, usageError{fmt.Sprintf("--suite %s: %v", path, rootCause(err)), "name a TOML file that can be read"}
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, probe.MaxSuite+1))
	if err != nil {
		return nil, usageError{fmt.Sprintf("--suite %s: %v", path, rootCause(err)), "name a TOML file that can be read"}
	}
	return text, nil
}

// of are those of the known ones that the flags select, by name too.
func (o variantOptions) of(known []probe.Variant, all bool, names []string) ([]probe.Variant, error) {
	route := codex.Route(o.route)
	if route != "" && route != codex.RouteImages && route != codex.RouteResponses && route != codex.RouteWebSocket {
		return nil, usageError{"--route " + o.route + ": no such route to probe", "images, responses or websocket; without --route the first two are probed"}
	}
	return probe.Select(known, probe.Selection{All: all, Names: names, Tags: o.tags, Route: route})
}

// ofVariants completes with what a shell asks for about the built-in variants.
// They are made then and not before: some hold a picture, which every other
// command would have to draw as it starts.
func ofVariants(values func([]probe.Variant) []string) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return values(probe.Builtin()), cobra.ShellCompDirectiveNoFileComp
	}
}

func variantTags(variants []probe.Variant) []string {
	var tags []string
	for _, v := range variants {
		tags = append(tags, v.Tags...)
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

func variantNames(variants []probe.Variant) []string {
	var names []string
	for _, v := range variants {
		names = append(append(names, v.Name), v.Aliases...)
	}
	return names
}
