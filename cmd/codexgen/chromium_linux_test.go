package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/codexgen/codexgen/pkg/chromium"
)

// A web is a browser that a person signs in with.
type web struct{ open func(address string) tab }

// A tab is one page.
type tab struct {
	t     *testing.T
	run   func(script string) (any, error)
	close func()
}

func startChromium(t *testing.T) web {
	t.Helper()
	browser := chromium.Start(t)
	return web{func(address string) tab {
		page, shut, _ := chromium.Open(t, browser, address)
		return tab{t, func(script string) (any, error) { return chromedp.Run(page, chromedp.Evaluate[any](script)) }, shut}
	}}
}

// eval runs a script that gives a text.
func (p tab) eval(script string) string {
	p.t.Helper()
	value, err := p.run(script)
	if err != nil {
		p.t.Fatalf("%s: %v", script, err)
	}
	return fmt.Sprint(value)
}

// until waits for a script to become true.
func (p tab) until(script string) {
	p.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for start := time.Now(); p.eval(script) != "true"; <-tick.C {
		if time.Since(start) > time.Minute {
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
