// Command codexgen turns a ChatGPT/Codex login into images.
package main

import (
	"os"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/cli"
)

//go:generate go run ./internal/gendocs ../..

// version is stamped by the release build: -ldflags "-X main.version=1.2.3".
var version string

func main() { os.Exit(cli.Main(os.Args[1:], cli.System(version))) }
