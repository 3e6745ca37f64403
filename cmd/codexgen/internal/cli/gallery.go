package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/config"
	"github.com/codexgen/codexgen/pkg/history"
	page "github.com/codexgen/codexgen/pkg/history/gallery"
	"github.com/codexgen/codexgen/pkg/imagefile"
)

const galleryName = "codexgen-gallery.html"

// galleryOptions say where the page goes.
type galleryOptions struct {
	global globalOptions
	output string
}

func newGalleryCmd(env Env, run func(context.Context, Env, galleryOptions) error) *cobra.Command {
	var o galleryOptions
	cmd := &cobra.Command{
		Use:   "gallery",
		Short: "Write an HTML page with the pictures of the history",
		Long: `Write an HTML page with the pictures of the history, the newest first, and print
its path: each with its prompt, its facts and the command that asks for it
again, and a search. The pictures stay where they are, and the page links to
them: it is for this machine, or for a folder that is moved with them. It asks
no other host for anything. No file is replaced.`,
		Example: "  codexgen gallery -o pictures/index.html",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.global = globalFlags(cmd)
			return run(cmd.Context(), env, o)
		},
	}
	under(headFiles, cmd.Flags(), func(flags *pflag.FlagSet) {
		flags.StringVarP(&o.output, "output", "o", "", "`FILE` or folder for the page (default: "+galleryName+")")
		_ = cobra.MarkFlagFilename(flags, "output", "html")
		config.Rename(flags.Lookup("output"), "gallery-output") // that of gen is for images
	})
	return cmd
}

func runGallery(ctx context.Context, env Env, o galleryOptions) error {
	if o.output == "-" {
		return usageError{"--output - is no place for a page that links to its pictures", "name a file"}
	}
	var skipped history.Skipped
	place := o.place()
	path, count, err := page.Save(ctx, place, wantedRuns(ctx, openHistory(env, o.global), "", &skipped), env.Now())
	skippedLines(env, o.global, skipped)
	var unread *historyError
	switch {
	case errors.As(err, &unread), err != nil && ctx.Err() != nil:
		return err
	case errors.Is(err, fs.ErrExist):
		return &imagefile.OutputError{Path: filepath.Join(place.Folder, place.Name), Reason: "the file exists", Advice: "name another one, or a folder", Err: err}
	case err != nil:
		return outputFailure(filepath.Join(place.Folder, place.Name), err)
	}
	if !o.global.Quiet {
		fmt.Fprintln(env.Stderr, galleryCount(count))
	}
	_, err = fmt.Fprintln(env.Stdout, path)
	return outputFailed(err)
}

// place is the named file, or a name of our own in the named folder.
func (o galleryOptions) place() page.Place {
	if info, err := os.Stat(o.output); o.output == "" || err == nil && info.IsDir() {
		return page.Place{Folder: orDefault(o.output, "."), Name: galleryName, Number: true}
	}
	return page.Place{Folder: filepath.Dir(o.output), Name: filepath.Base(o.output)}
}

func galleryCount(count page.Count) string {
	switch {
	case count == page.Count{}:
		return "the page is empty: no picture is in the history"
	case count.Gone > 0:
		return fmt.Sprintf("%d pictures, and %d that are no longer where they were", count.Shown, count.Gone)
	}
	return fmt.Sprintf("%d pictures", count.Shown)
}
