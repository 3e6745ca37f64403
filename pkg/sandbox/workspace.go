package sandbox

import (
	"net/http"
	"strings"
)

// unreachable is the https origin that the official client wants for its
// workspace (0.169.0 on the wire, 2026-11). A server on plain HTTP has none to
// name, and a real one would be sent the turn with its token: nothing listens
// on port 1 of this machine, and a client whose provider is at another origin
// than chatgpt_base_url never goes there.
const unreachable = "https://127.0.0.1:1"

// accountsCheck answers GET /backend-api/wham/accounts/check, without which
// the official client since 0.156 begins no turn (2026-11).
func (s *Server) accountsCheck(x *exchange) {
	id := s.issuer.account
	x.json(map[string]any{
		"accounts": []any{map[string]any{
			"id": id, "name": "sandbox", "structure": "personal", "plan_type": s.scenario.plan,
			"is_deactivated": false, "is_fedramp_compliant_workspace": false,
			"workspace_backend_origin": unreachable, "account_routing_override": "NO_CONSTRAINT",
		}},
		"account_ordering": []any{id}, "default_account_id": id,
	})
}

// configBundle answers GET /backend-api/wham/config/bundle, which clients on
// managed plans fetch first; empty is enough (0.169.0, 2026-11).
func (s *Server) configBundle(x *exchange) { x.json(map[string]any{}) }

// official reports whether one of the official client's own programs sent the
// request.
func official(h http.Header) bool {
	from := h.Get("originator")
	return strings.HasPrefix(from, "codex") && !strings.HasPrefix(from, "codexgen")
}
