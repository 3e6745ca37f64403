package sandbox

// today is the newest date with evidence.
var today = scenario{date: "2026-10", realWebP: true, plan: "plus",
	quality: "low", // whatever is asked (T13, 2026-09-28; PIPI, 10-03)
}

// with is today under another name and with one change.
func with(name, summary string, change func(*scenario)) scenario {
	sc := today
	sc.Scenario = Scenario{Name: name, Summary: summary}
	change(&sc)
	return sc
}

func allScenarios() []scenario { return append(dated(), states()...) }

// states show one thing each, on today's backend.
func states() []scenario {
	return []scenario{
		// S2A#2384 2026-05-12, C2A#130 05-14, CLI#3036 04-25.
		with("stripped", "the hosted tool is taken out of the request; the images route draws",
			func(sc *scenario) { sc.hosted = stripped }),
		// OC#43250, 2026-09: an empty 404.
		with("images-missing", "404 on the images routes; the hosted tool draws",
			func(sc *scenario) { sc.noImages = true }),
		// openai/codex 2026-08-22; PIPI 2026-10-03 for the name of the limit.
		with("usage-limit", "429 usage_limit_reached on both routes",
			func(sc *scenario) { sc.spent = true }),
		// OC#46737, OC#40816; S2A#2399 for the shape.
		with("moderation", "400 moderation_blocked on both routes",
			func(sc *scenario) { sc.moderated = true }),
		// CLI#3980 2026-06-24, PI 2026-09-11.
		with("challenge", "403 HTML challenge by Cloudflare on everything",
			func(sc *scenario) { sc.walled = true }),
		// S2A#3429, C2A#632.
		with("text-only", "the hosted route answers in words and draws nothing",
			func(sc *scenario) { sc.hosted = declines }),
		// openai/codex login/src/server.rs, 2026-08-22: the words it looks for.
		with("not-entitled", "signing in is refused: the workspace has no Codex",
			func(sc *scenario) { sc.notEntitled = true }),
		// C2A#288, 2026-06-21: over its own WebSocket to the backend; that it
		// takes one from its clients as well is inferred.
		with("socket-strip", "a gateway takes the image tool out of what comes over WebSocket",
			func(sc *scenario) { sc.proxy = stripsSocket }),
		// HA#19505, 2026-05-04.
		with("empty", "the hosted route completes with two empty messages",
			func(sc *scenario) { sc.hosted = silent }),
	}
}
