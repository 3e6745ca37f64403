package secretservice

import (
	"bufio"
	"context"
	"fmt"
	"os/exec"
	"strings"
)

// Watch listens to the whole bus with dbus-monitor, as any program of its user
// can, while something is done, and tells whether a text went over it.
func (b *Bus) Watch(text string, do func()) (seen bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	monitor := exec.CommandContext(ctx, "dbus-monitor", "--address", b.address)
	out, err := monitor.StdoutPipe()
	if err != nil {
		return false, err
	}
	if err := monitor.Start(); err != nil {
		return false, fmt.Errorf("watch the test's bus: %w", err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.Contains(lines.Text(), "member=NameLost") {
		// It is listening once it has lost its name.
	}
	do()
	for !seen && lines.Scan() {
		seen = strings.Contains(lines.Text(), text)
	}
	cancel()
	_ = monitor.Wait()
	return seen, nil
}
