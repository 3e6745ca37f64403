package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
)

// maxAnswer bounds what is read of an answer.
const maxAnswer = 1 << 10

// ask asks a person on the terminal and returns the answer in lower case; no
// answer is "". A read from a terminal cannot be ended, so after Ctrl-C its
// goroutine is left to the end of the process, which is near.
func ask(ctx context.Context, env Env, question string) (string, error) {
	fmt.Fprint(env.Stderr, question)
	answers := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(io.LimitReader(env.Stdin, maxAnswer)).ReadString('\n')
		answers <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case answer := <-answers:
		return answer, nil
	case <-ctx.Done():
		fmt.Fprintln(env.Stderr)
		return "", context.Cause(ctx)
	}
}
