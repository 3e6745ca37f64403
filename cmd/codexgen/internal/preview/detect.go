// Package preview shows a picture in the terminal: by kitty's graphics
// protocol, by iTerm2's inline images, or as half blocks of colour anywhere
// else. It asks the terminal nothing, so nothing of an answer can end up in
// the user's input, and it works over SSH. Its memory is bounded: see Decode
// and maxSent.
package preview

import (
	"slices"
	"strconv"
	"strings"
)

// A Protocol is a way to show a picture.
type Protocol int

// The protocols. None shows nothing and writes nothing.
const (
	None      Protocol = iota
	Kitty              // https://sw.kovidgoyal.net/kitty/graphics-protocol/ (2026-11)
	ITerm2             // OSC 1337, https://iterm2.com/documentation-images.html (2026-11)
	TrueColor          // half blocks in 24-bit colour
	Color256           // half blocks in the 256 colours of xterm
)

func (p Protocol) String() string {
	return [...]string{"none", "kitty", "iTerm2", "half blocks, 24-bit", "half blocks, 256 colours"}[p]
}

// konsoleGraphics is the first Konsole (22.04) that knows kitty's protocol.
const konsoleGraphics = 220400

// Detect finds out from the environment what the terminal on standard error
// can show. What does not travel over SSH is looked at after what does.
// Multiplexers swallow pictures, so half blocks stand in for them there.
func Detect(lookup func(string) (string, bool), isTerminal bool) Protocol {
	env := func(name string) string {
		value, _ := lookup(name)
		return value
	}
	switch term := env("TERM"); {
	case !isTerminal, term == "dumb", term == "" && env("WT_SESSION") == "":
		return None
	case multiplexed(term, env):
		return halfBlocks(env)
	case strings.Contains(term, "kitty"), strings.Contains(term, "ghostty"):
		return Kitty
	case term == "wezterm":
		return ITerm2
	}
	return byProgram(env)
}

func multiplexed(term string, env func(string) string) bool {
	return strings.HasPrefix(term, "tmux") || strings.HasPrefix(term, "screen") ||
		env("TMUX") != "" || env("STY") != "" || env("ZELLIJ") != ""
}

// byProgram trusts TERM_PROGRAM before variables that a terminal started from
// within another one inherits.
func byProgram(env func(string) string) Protocol {
	switch program := env("TERM_PROGRAM"); {
	case program == "ghostty":
		return Kitty
	case slices.Contains([]string{"iTerm.app", "WezTerm", "mintty"}, program):
		return ITerm2
	case program != "":
		return halfBlocks(env)
	}
	konsole, _ := strconv.Atoi(env("KONSOLE_VERSION"))
	switch {
	case env("LC_TERMINAL") == "iTerm2": // the one that ssh passes on
		return ITerm2
	case env("KITTY_WINDOW_ID") != "", konsole >= konsoleGraphics:
		return Kitty
	}
	return halfBlocks(env)
}

// halfBlocks are nothing but colour, so NO_COLOR (https://no-color.org) leaves
// nothing of them.
func halfBlocks(env func(string) string) Protocol {
	colour := env("COLORTERM")
	switch {
	case env("NO_COLOR") != "":
		return None
	case colour == "truecolor", colour == "24bit", env("WT_SESSION") != "":
		return TrueColor
	}
	return Color256
}
