package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/cli"
	"github.com/codexgen/codexgen/cmd/codexgen/internal/config"
)

const notice = "<!-- Generated from the command tree by `go generate ./...`; edit the code instead. -->\n\n"

func exitCodes() []byte {
	var out bytes.Buffer
	out.WriteString("# Exit codes\n\n" + notice)
	out.WriteString("The code says what a script can do about a failure. They keep their meaning between versions; `--json` gives the finer `error_type`.\n\n| Code | Meaning |\n|---|---|\n")
	for _, row := range cli.ExitCodes() {
		fmt.Fprintf(&out, "| %d | %s |\n", row.Code, row.Meaning)
	}
	out.WriteString("\nThe names that `--json` and `--events` give in `error_type`. *Again* means that the same command may succeed later, unchanged.\n\n| Name | Code | Again | Meaning |\n|---|---|---|---|\n")
	for _, row := range cli.ErrorTypes() {
		again, exit := "", fmt.Sprint(row.Exit)
		if row.Again {
			again = "yes"
		}
		if row.Exit == 0 {
			exit = ""
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s | %s |\n", row.Name, exit, again, cell(row.Meaning))
	}
	out.WriteString("\nAfter a second Ctrl-C the process ends at once, by the signal itself.\n")
	return out.Bytes()
}

// others are the variables that are no flag.
var others = [][2]string{
	{"CODEXGEN_ACCESS_TOKEN", "access token to use instead of a stored login"},
	{"CODEXGEN_ACCOUNT_ID", "account that goes with CODEXGEN_ACCESS_TOKEN; else the token's own"},
	{"CODEXGEN_CONFIG", "configuration file; --config wins"},
	{"CODEX_HOME", "folder of the Codex programs, whose login is read (default ~/.codex)"},
	{"HTTPS_PROXY, NO_PROXY", "proxy for the backend, and hosts that need none; loopback never uses one"},
	{"SSL_CERT_FILE", "certificate authorities to trust in place of the system's, where the system honours it"},
	{"XDG_CONFIG_HOME, XDG_STATE_HOME", "where configuration and state live, on systems that follow XDG"},
}

func environment(root *cobra.Command) []byte {
	var out bytes.Buffer
	out.WriteString("# Environment\n\n" + notice)
	out.WriteString("A variable gives a flag its value: it wins over the configuration file, and the flag wins over it. An empty variable counts as unset.\n\n| Variable | Flag | Meaning |\n|---|---|---|\n")
	for _, k := range config.Keys(root) {
		fmt.Fprintf(&out, "| `%s` | `--%s` | %s |\n", k.Env, k.Flags[0].Name, cell(k.Usage()))
	}
	out.WriteString("\nThese are no flags:\n\n| Variable | Meaning |\n|---|---|\n")
	for _, row := range others {
		fmt.Fprintf(&out, "| `%s` | %s |\n", strings.ReplaceAll(row[0], ", ", "`, `"), row[1])
	}
	return out.Bytes()
}

func configuration(root *cobra.Command) []byte {
	var out bytes.Buffer
	out.WriteString("# Configuration\n\n" + notice)
	out.WriteString("The file is TOML. `codexgen config path` prints where it is looked for, `codexgen config list` what is in force and why. ")
	out.WriteString("`codexgen config init` writes one with everything in comments. A flag wins over a preset, which wins over the environment, which wins over the rest of the file. An unknown key or a value of the wrong type ends every command with exit code 2, so that a misspelling is not silently ignored.\n\n")
	out.WriteString("```toml\nquality  = \"high\"\npartials = 0\ntimeout  = \"15m\"\n\n[presets.poster]\nsize = \"1024x1536\"\n```\n\nA preset stands for the flags that it names: `codexgen gen \"...\" --preset poster`. It holds any of the keys but `preset` itself.\n\n| Key | Type | Default | Meaning |\n|---|---|---|---|\n")
	for _, k := range config.Keys(root) {
		fmt.Fprintf(&out, "| `%s` | %s | %s | %s |\n", k.Name, tomlType(k.Flags[0].Value.Type()), code(k.Flags[0].DefValue), cell(k.Usage()))
	}
	out.WriteString("\n`--force`, `--yes`, `--all`, `--sandbox`, `--dry-run` and `--retries` are decisions for one run: neither the file nor the environment can make them.\n")
	return out.Bytes()
}

func tomlType(flag string) string {
	switch flag {
	case "bool":
		return "true or false"
	case "int", "int64", "uint":
		return "whole number"
	case "float64":
		return "number"
	case "duration":
		return "duration in quotes"
	case "stringSlice":
		return "list of texts"
	}
	return "text"
}

func code(text string) string {
	if text == "" || text == "[]" {
		return ""
	}
	return "`" + text + "`"
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
