package cli

import (
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
		flags.StringVar(&o.route, "route", "", "only variants of the route `NAME`: images or responses")
	})
	offer(cmd, "tag", variantTags(probe.Builtin())...)
	offer(cmd, "route", string(codex.RouteImages), string(codex.RouteResponses))
}

// variants are the built-in ones and those of the suite.
func (o variantOptions) variants() ([]probe.Variant, error) {
	return probe.Builtin(), nil
}

// chosen are those that the flags select, by name too.
func (o variantOptions) chosen(all bool, names []string) ([]probe.Variant, error) {
	route := codex.Route(o.route)
	if route != "" && route != codex.RouteImages && route != codex.RouteResponses {
		return nil, usageError{"--route " + o.route + ": no such route to probe", "images or responses; without --route both are probed"}
	}
	variants, err := o.variants()
	if err != nil {
		return nil, err
	}
	return probe.Select(variants, probe.Selection{All: all, Names: names, Tags: o.tags, Route: route})
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
