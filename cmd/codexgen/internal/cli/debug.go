package cli

import (
	"fmt"
	"log/slog"
)

// What may be done with the log, said before its first line.
const (
	debugSafe = "debug: the lines that begin with time= hold no token, cookie, prompt, picture, e-mail or account id and are safe to paste into an issue; other lines can hold names of files and the backend's words"
	debugFull = "debug: this log holds prompts and the account's id, though no token or cookie: it is not for others to see"
)

func tellDebug(env Env, level string) {
	switch level {
	case "on":
		fmt.Fprintln(env.Stderr, debugSafe)
	case "full":
		fmt.Fprintln(env.Stderr, debugFull)
	}
}

func debugLog(env Env) *slog.Logger {
	return slog.New(slog.NewTextHandler(env.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
}
