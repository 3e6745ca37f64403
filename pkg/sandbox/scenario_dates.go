package sandbox

// dated show what was reported of a date, the newest first. What a report
// does not tell is today's; rules keep their refusals on every date, since no
// report has one of them accepted before.
func dated() []scenario {
	return []scenario{
		with("2026-10", "both routes draw; size and quality are ignored, about 1.57 megapixels",
			func(sc *scenario) { sc.Aliases = []string{"entitled"} }),

		// Hosted webp gave PNG bytes and hosted transparency was refused (NUKO,
		// 08-21). The images route drew, with real alpha (HA#84400, 08-12;
		// oh-my-pi#9183, 08-21), and made medium of high (OC#28723, 07-21). The
		// day on which references failed (HA#82250, 08-09) is not shown.
		with("2026-08", "both routes draw; hosted WebP is PNG bytes, quality becomes medium",
			func(sc *scenario) { sc.date, sc.realWebP, sc.quality = "2026-08", false, "medium" }),

		// HA#49008, 06-19: every forced choice is refused, and without one the
		// chat model answers in words. The images route had been found the day
		// before and drew 2K and 4K (ILAB v0.5.0, 06-18; S2A#3383, 06-20;
		// CLIProxyAPI ae6c5eaea, 06-19). It was 404 for one account that week
		// (TOLO, 06-19); whether HA#49008's had it nobody said.
		with("2026-06-19", "the hosted tool is taken out; the images route draws exact sizes",
			func(sc *scenario) {
				sc.date, sc.hosted, sc.exactSizes = "2026-06", stripped, true
				sc.realWebP, sc.quality = false, "medium"
			}),

		// OC#25965 to 25982, CLI#3687, CLI#3725.
		with("2026-06-02", "an incident: the backend does not find its image model",
			func(sc *scenario) {
				sc.date, sc.incident, sc.noImages, sc.exactSizes, sc.realWebP = "2026-06", true, true, true, false
			}),

		// HA#19505, 05-04: 400 when forced, two empty messages when not. That
		// such accounts are Free ones is S2A#2384's (05-12) and C2A#130's (05-14).
		with("2026-05-free", "a Free account: the hosted tool is taken out, no images route yet",
			func(sc *scenario) {
				sc.date, sc.plan, sc.hosted, sc.mute, sc.noImages, sc.realWebP = "2026-05", "free", stripped, true, true, false
			}),

		// GOD and ICE got exact sizes to 4K from 04-22 to 06-15; the images
		// route was first seen on 06-18 (ILAB v0.5.0).
		with("2026-04", "exact sizes up to 4K, no images route yet",
			func(sc *scenario) {
				sc.Aliases = []string{"honours-size"}
				sc.date, sc.noImages, sc.exactSizes, sc.realWebP = "2026-04", true, true, false
			}),

		// LB#483, 04-24: codex-lb 1.13.1 by its own words; LB#439 for the rest.
		// It had no images routes before LB#498 (05-13).
		with("codex-lb-strict", "a load balancer in between refuses the image tool",
			func(sc *scenario) {
				sc.date, sc.proxy, sc.noImages, sc.exactSizes, sc.realWebP = "2026-04", refuses, true, true, false
			}),

		// LB#439, and what such proxies take out: C2A#411 (07-19), S2A#3941
		// (07-10). A choice that does not name the tool is left.
		with("codex-lb-strip", "a load balancer in between takes the image tool out and says nothing",
			func(sc *scenario) {
				sc.date, sc.proxy, sc.noImages, sc.exactSizes, sc.realWebP = "2026-04", strips, true, true, false
			}),
	}
}
