package probe

import "strings"

// seen is a Source; key is one of those below, "HA#19505" or "NUKO".
func seen(date, key, says string) Source {
	return Source{Date: date, Says: says, Link: link(key)}
}

// threads are repositories whose issues and pull requests are quoted.
var threads = map[string]string{
	"HA": "NousResearch/hermes-agent", "OC": "openai/codex", "CLI": "router-for-me/CLIProxyAPI", "LB": "Soju06/codex-lb",
	"S2A": "Wei-Shaw/sub2api", "OR": "diegosouzapw/OmniRoute", "OCL": "openclaw/openclaw", "C2A": "james-6-23/codex2api",
	"RLY": "Wei-Shaw/claude-relay-service", "ILAB": "kadevin/ilab-conjure", "JD": "jdmnk/codex-imagegen-cli",
}

// pages are sources without a thread. Four of them have no stable public
// address; what stands on them alone deserves more doubt.
var pages = map[string]string{
	"ICE":   "https://github.com/icebear0828/codex-proxy",
	"NUKO":  "https://github.com/nuko-nova-dynamics/codex-image",
	"JD":    "https://github.com/jdmnk/codex-imagegen-cli",
	"GOD":   "https://github.com/NomaDamas/god-tibo-imagen",
	"DARK":  "https://github.com/darkamenosa/codex-imagen",
	"IMA2":  "https://github.com/lidge-jun/ima2-gen",
	"TOLO":  "https://github.com/tolo/image_gen_cli",
	"ZJP":   "https://github.com/zjp1997720/zhijian-skills",
	"OOA":   "https://github.com/EvanZhouDev/openai-oauth",
	"PI":    "https://github.com/jvm/pi-mono",
	"LLXPT": "https://github.com/vybestack/llxprt-code",
	"LUCKY": "luckyabsoluter (no stable address)",
	"PIPI":  "PipiCOC specification with a live run (no stable address)",
	"OMPT":  "omp-tools plugin guidelines (no stable address)",
	"T13":   "prompting guide with a test of the plan endpoint (no stable address)",
	"RN":    "https://github.com/openai/codex/commit/c248f6d48b",
}

func link(key string) string {
	name, number, isThread := strings.Cut(key, "#")
	if isThread {
		return "https://github.com/" + threads[name] + "/issues/" + number
	}
	return pages[key]
}
