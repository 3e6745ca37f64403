package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"
)

// chromium is a headless browser that is driven over its debugging pipe
// (https://chromedevtools.github.io/devtools-protocol/): messages are JSON,
// each ended by a NUL.
type chromium struct {
	t       *testing.T
	in      io.Writer
	out     *bufio.Reader
	lastID  int
	patient time.Duration
}

func startChromium(t *testing.T) *chromium {
	t.Helper()
	theirIn, ourOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ourIn, theirOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server",
		"--disable-background-networking", "--remote-debugging-pipe", "--user-data-dir="+t.TempDir(), "about:blank")
	cmd.ExtraFiles = []*os.File{theirIn, theirOut} // 3 and 4, as it expects
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = theirIn.Close()
	_ = theirOut.Close()
	c := &chromium{t: t, in: ourOut, out: bufio.NewReader(ourIn), patient: time.Minute}
	t.Cleanup(func() {
		c.call("", "Browser.close", nil, nil)
		_ = cmd.Wait()
		_ = ourIn.Close()
		_ = ourOut.Close()
	})
	_ = ourIn.SetReadDeadline(time.Now().Add(3 * time.Minute)) // of the whole test
	return c
}

// call asks the browser, or one of its tabs, and takes the answer apart.
func (c *chromium) call(tab, method string, parameters, answer any) {
	c.t.Helper()
	c.lastID++
	message := map[string]any{"id": c.lastID, "method": method}
	if parameters != nil {
		message["params"] = parameters
	}
	if tab != "" {
		message["sessionId"] = tab
	}
	text, err := json.Marshal(message)
	if err == nil {
		_, err = c.in.Write(append(text, 0))
	}
	if err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
	for {
		line, err := c.out.ReadBytes(0)
		if err != nil {
			c.t.Fatalf("%s: %v", method, err)
		}
		var reply struct {
			ID     int             `json:"id"`
			Result json.RawMessage `json:"result"`
			Error  json.RawMessage `json:"error"`
		}
		if err := json.Unmarshal(line[:len(line)-1], &reply); err != nil || reply.ID != c.lastID {
			continue // an event
		}
		if reply.Error != nil {
			c.t.Fatalf("%s: %s", method, reply.Error)
		}
		if answer != nil {
			err = json.Unmarshal(reply.Result, answer)
		}
		if err != nil {
			c.t.Fatalf("%s: %v", method, err)
		}
		return
	}
}

// A tab is one page.
type tab struct {
	*chromium
	target, session string
}

func (c *chromium) open(address string) tab {
	c.t.Helper()
	var created struct {
		Target string `json:"targetId"`
	}
	c.call("", "Target.createTarget", map[string]any{"url": address}, &created)
	var attached struct {
		Session string `json:"sessionId"`
	}
	c.call("", "Target.attachToTarget", map[string]any{"targetId": created.Target, "flatten": true}, &attached)
	return tab{c, created.Target, attached.Session}
}

func (p tab) close() {
	p.t.Helper()
	p.call("", "Target.closeTarget", map[string]any{"targetId": p.target}, nil)
}

// eval runs a script that gives a text.
func (p tab) eval(script string) string {
	p.t.Helper()
	var answer struct {
		Result struct {
			Value any `json:"value"`
		} `json:"result"`
	}
	p.call(p.session, "Runtime.evaluate", map[string]any{"expression": script, "returnByValue": true}, &answer)
	return fmt.Sprint(answer.Result.Value)
}

// until waits for a script to become true.
func (p tab) until(script string) {
	p.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for start := time.Now(); p.eval(script) != "true"; <-tick.C {
		if time.Since(start) > p.patient {
			p.t.Fatalf("not true: %s\n%s", script, p.eval("document.documentElement.outerHTML"))
		}
	}
}

// shows waits for words on the page.
func (p tab) shows(words string) {
	p.t.Helper()
	p.until(fmt.Sprintf("document.readyState == 'complete' && document.body && document.body.innerText.includes(%q)", words))
}

// press waits for a button and clicks it.
func (p tab) press(id string) {
	p.t.Helper()
	p.until(fmt.Sprintf("document.readyState == 'complete' && !!document.getElementById(%q)", id))
	p.eval(fmt.Sprintf("document.getElementById(%q).click()", id))
}
