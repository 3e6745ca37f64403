package preview

import (
	"maps"
	"testing"
)

func TestDetect(t *testing.T) {
	for name, test := range map[string]struct {
		env  map[string]string
		want Protocol
	}{
		"nothing known":             {nil, None},
		"dumb":                      {map[string]string{"TERM": "dumb", "KITTY_WINDOW_ID": "1"}, None},
		"plain xterm":               {map[string]string{"TERM": "xterm-256color"}, Color256},
		"truecolor":                 {map[string]string{"TERM": "xterm-256color", "COLORTERM": "truecolor"}, TrueColor},
		"24bit":                     {map[string]string{"TERM": "xterm", "COLORTERM": "24bit"}, TrueColor},
		"linux console":             {map[string]string{"TERM": "linux"}, Color256},
		"Windows Terminal":          {map[string]string{"WT_SESSION": "x"}, TrueColor},
		"kitty, also over SSH":      {map[string]string{"TERM": "xterm-kitty"}, Kitty},
		"kitty under another TERM":  {map[string]string{"TERM": "xterm-256color", "KITTY_WINDOW_ID": "7"}, Kitty},
		"Ghostty over SSH":          {map[string]string{"TERM": "xterm-ghostty"}, Kitty},
		"Ghostty":                   {map[string]string{"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, Kitty},
		"Konsole":                   {map[string]string{"TERM": "xterm-256color", "KONSOLE_VERSION": "240502"}, Kitty},
		"old Konsole":               {map[string]string{"TERM": "xterm-256color", "KONSOLE_VERSION": "211203", "COLORTERM": "truecolor"}, TrueColor},
		"iTerm2":                    {map[string]string{"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, ITerm2},
		"iTerm2 over SSH":           {map[string]string{"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, ITerm2},
		"WezTerm":                   {map[string]string{"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, ITerm2},
		"WezTerm over SSH":          {map[string]string{"TERM": "wezterm"}, ITerm2},
		"mintty":                    {map[string]string{"TERM": "xterm", "TERM_PROGRAM": "mintty"}, ITerm2},
		"VS Code, begun in iTerm2":  {map[string]string{"TERM": "xterm-256color", "TERM_PROGRAM": "vscode", "LC_TERMINAL": "iTerm2", "COLORTERM": "truecolor"}, TrueColor},
		"Terminal, begun in kitty":  {map[string]string{"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal", "KITTY_WINDOW_ID": "1"}, Color256},
		"tmux in kitty":             {map[string]string{"TERM": "tmux-256color", "TMUX": "/tmp/x,1,0", "KITTY_WINDOW_ID": "1"}, Color256},
		"tmux that kept TERM":       {map[string]string{"TERM": "xterm-kitty", "TMUX": "/tmp/x,1,0"}, Color256},
		"SSH from a tmux in iTerm2": {map[string]string{"TERM": "screen-256color", "LC_TERMINAL": "iTerm2"}, Color256},
		"screen":                    {map[string]string{"TERM": "xterm-kitty", "STY": "1.x"}, Color256},
		"zellij":                    {map[string]string{"TERM": "xterm-kitty", "ZELLIJ": "0"}, Color256},
		"no colour":                 {map[string]string{"TERM": "xterm-256color", "NO_COLOR": "1"}, None},
		"no colour, tmux":           {map[string]string{"TERM": "tmux-256color", "NO_COLOR": "1"}, None},
		"no colour, but a picture":  {map[string]string{"TERM": "xterm-kitty", "NO_COLOR": "1"}, Kitty},
		"NO_COLOR set to nothing":   {map[string]string{"TERM": "xterm", "NO_COLOR": ""}, Color256},
	} {
		t.Run(name, func(t *testing.T) {
			env := maps.Clone(test.env)
			lookup := func(key string) (string, bool) { value, ok := env[key]; return value, ok }
			if got := Detect(lookup, true); got != test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
			if got := Detect(lookup, false); got != None {
				t.Errorf("piped: %v", got)
			}
		})
	}
}
