package sandbox

// imagesRules refuse bodies of POST images/generations. The real route takes
// nearly everything and ignores most of it.
var imagesRules = []rule{
	bad("no-prompt", "public API 2026", false, "prompt", "missing_required_parameter", "Missing required parameter: 'prompt'.", func(b map[string]any, _ Scenario) bool { _, ok := b["prompt"].(string); return !ok }),
	bad("images-background-enum", "wire: official client's enum 2026-11-13", false, "background", "invalid_value", "Invalid value. Supported values are: 'transparent', 'opaque', and 'auto'.", func(b map[string]any, _ Scenario) bool {
		return outside("background", "transparent", "opaque", "auto")(b)
	}),
	bad("images-quality-enum", "wire: official client's enum 2026-11-13", false, "quality", "invalid_value", "Invalid value. Supported values are: 'low', 'medium', 'high', and 'auto'.", func(b map[string]any, _ Scenario) bool {
		return outside("quality", "low", "medium", "high", "auto", "max", "xhigh")(b)
	}),
}
