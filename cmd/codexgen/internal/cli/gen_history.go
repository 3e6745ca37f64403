package cli

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/pkg/history"
)

// notAgain are flags of gen that say how it went that one time, besides those
// that no line of a batch may have either: where the file was put.
var notAgain = []string{"output", "history", "keep-partials", "keep-original", "sidecar"}

// remember notes the run in the history, where there is one: every run but
// those of the sandbox, and those that were refused as they were written. One
// that cannot be noted is a run all the same.
func (g *generation) remember(err error) {
	if !g.o.history || g.o.dryRun || g.o.backend.global.SandboxSet || !g.sent && exitCode(err) == 2 {
		return
	}
	if _, err := history.Open(g.env.StateDir).Append(g.entry()); err != nil {
		g.warn("the run is not in the history: " + rootCause(err).Error())
	}
}

// rememberFound notes an image that an earlier run has made, unless that run
// noted it before it was ended.
func (g *generation) rememberFound() {
	file, err := os.Stat(g.result.Path)
	if err == nil && g.o.history && history.Open(g.env.StateDir).Has(absolute(g.result.Path), g.result.SHA256, file.ModTime()) {
		return
	}
	g.remember(nil)
}

// entry is what the history keeps of the result.
func (g *generation) entry() history.Entry {
	r := g.result
	e := history.Entry{
		At: g.env.Now().UTC(), OK: r.OK, Prompt: g.o.prompt, Revised: r.RevisedPrompt, Args: g.o.again(), Path: absolute(r.Path),
		Format: r.Format, Width: r.Width, Height: r.Height, Bytes: r.Bytes, SHA256: r.SHA256, Quality: r.Reported.Quality,
		Route: r.Route, HostModel: r.HostModel, RequestID: r.RequestID, Seconds: r.Seconds, ErrorType: r.ErrorType, Charged: string(r.Charged), Codexgen: g.env.Version,
	}
	for _, reference := range r.References {
		e.References = append(e.References, pictureAgain(reference.Source))
	}
	if r.Failure != nil {
		e.Error = r.Failure.Message
	}
	return e
}

// again are the flags that ask for the same from any folder.
func (o genOptions) again() (args []string) {
	var written genOptions
	flags := genFlags(&written)
	written = o // which its flags now show
	flags.VisitAll(func(f *pflag.Flag) {
		if slices.Contains(notAgain, f.Name) || notField(f.Name) != "" || f.Value.String() == f.DefValue || f.Name == "partials" && !o.partialsSet {
			return
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, value := range values {
			args = append(args, flagAgain(f, value)...)
		}
	})
	return args
}

func flagAgain(f *pflag.Flag, value string) []string {
	switch {
	case f.Value.Type() == "bool":
		return []string{"--" + f.Name} // all of them are off by default
	case f.Name == "image" || f.Name == "mask":
		value = pictureAgain(value)
	}
	return []string{"--" + f.Name, value}
}

// pictureAgain is a file's absolute path, or an address without its query,
// where a secret may be.
func pictureAgain(source string) string {
	if source == "-" {
		return source
	}
	if !strings.Contains(source, "://") {
		return absolute(source)
	}
	address, err := url.Parse(source)
	if err != nil {
		return "-" // it was refused
	}
	return (&url.URL{Scheme: address.Scheme, Host: address.Host, Path: address.Path}).String()
}

// absolute is a path for any folder; what is not known stays empty.
func absolute(path string) string {
	if path == "" {
		return ""
	}
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}
