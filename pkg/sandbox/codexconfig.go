package sandbox

import (
	"fmt"
	"net/url"
	"strings"
)

// CodexConfig is the config.toml that points the official Codex CLI at a base
// URL of Start: its login kept in a file, everything that would go to other
// hosts turned off. chatgpt_base_url and openai_base_url name this machine
// differently on purpose: on one origin the CLI since 0.156 sends its turns to
// the https origin of the workspace check, and the sandbox has none (0.169.0
// on the wire, 2026-11).
func CodexConfig(base string) string {
	provider := base
	if u, err := url.Parse(base); err == nil {
		u.Host = "localhost:" + u.Port()
		provider = u.String()
	}
	return fmt.Sprintf(codexConfig, strings.TrimSuffix(base, "codex"), provider)
}

const codexConfig = `model = "gpt-5.5"
chatgpt_base_url = "%s"
openai_base_url = "%s"
cli_auth_credentials_store = "file"
check_for_update_on_startup = false

[analytics]
enabled = false

[otel]
exporter = "none"
trace_exporter = "none"
metrics_exporter = "none"

[features]
plugins = false
apps = false
`

// CodexEnvironment are the variables, as "NAME=value", without which the
// official CLI refreshes, revokes and signs in through its app server at the
// real issuer.
func CodexEnvironment(base string) []string {
	issuer := IssuerURL(base)
	return []string{
		"CODEX_APP_SERVER_LOGIN_ISSUER=" + issuer,
		"CODEX_REFRESH_TOKEN_URL_OVERRIDE=" + issuer + "/oauth/token",
		"CODEX_REVOKE_TOKEN_URL_OVERRIDE=" + issuer + "/oauth/revoke",
	}
}
