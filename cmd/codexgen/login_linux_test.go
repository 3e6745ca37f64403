package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/chromium"
)

// TestLoginWithChromium signs in as a person does: the real program with its
// own ports, a real browser, the real keyring.
func TestLoginWithChromium(t *testing.T) {
	chromium.Need(t)
	program := buildProgram(t)
	web := startChromium(t)
	for name, run := range map[string]func(*desk){
		"approve": func(d *desk) {
			d.login()
			page := web.open(d.opened())
			page.press("approve")
			page.shows("Signed in")
			if text := page.eval("document.documentElement.outerHTML"); strings.Contains(text, "ac_sandbox") || strings.Contains(text, "eyJ") || strings.Contains(text, "rt_sandbox") {
				d.t.Errorf("the page has a secret: %s", text)
			}
			d.ends(0)
			d.works()
		},
		"deny": func(d *desk) {
			d.login()
			page := web.open(d.opened())
			page.press("deny")
			page.shows("Not signed in")
			d.ends(3)
			d.keeps(0)
		},
		"a wrong state, then the right one": func(d *desk) {
			d.login()
			address := d.opened()
			web.open(redirectOf(d.t, address) + "?state=wrong&code=stolen").shows("Bad Request")
			web.open(redirectOf(d.t, address)[:len("http://127.0.0.1:1455")] + "/cancel").shows("Not Found")
			web.open(address).press("approve")
			d.ends(0)
			d.works()
		},
		"a closed tab, and another": func(d *desk) {
			d.login()
			first := web.open(d.opened())
			first.until("!!document.getElementById('approve')")
			first.close()
			web.open(d.opened()).press("approve")
			d.ends(0)
			d.works()
		},
		"a closed tab, and Ctrl-C": func(d *desk) {
			d.login()
			page := web.open(d.opened())
			page.until("!!document.getElementById('approve')")
			page.close()
			if err := d.signIn.Process.Signal(os.Interrupt); err != nil {
				d.t.Fatal(err)
			}
			d.ends(130)
			d.keeps(0)
			d.free(1455)
		},
		"a busy port": func(d *desk) {
			asked := d.occupy(1455)
			d.login()
			address := d.opened()
			if redirect := redirectOf(d.t, address); !strings.HasPrefix(redirect, "http://127.0.0.1:1457/") {
				d.t.Errorf("the browser is sent to %s", redirect)
			}
			web.open(address).press("approve")
			d.ends(0)
			d.works()
			if asked.Load() != 0 {
				d.t.Error("the program on the busy port was asked something")
			}
		},
		"no port": func(d *desk) {
			d.occupy(1455)
			d.occupy(1457)
			d.login()
			d.ends(3)
			if !strings.Contains(d.log.String(), "hint: end the other sign-in, or codexgen auth login --device") {
				d.t.Error(d.log.String())
			}
		},
		"a code, approved slowly": func(d *desk) {
			d.login("--device")
			code := d.await(regexp.MustCompile(`(?m)^    ([A-Z0-9]{4}-[A-Z0-9]{4})$`))
			page := web.open(d.await(regexp.MustCompile(`Open (http://\S+) on`)))
			page.until("document.readyState == 'complete' && !!document.querySelector('[name=user_code]')")
			d.polled(2) // a person who takes a while
			page.eval(fmt.Sprintf("document.querySelector('[name=user_code]').value = %q", strings.ToLower(code)))
			page.press("approve")
			page.shows("The device may go on")
			d.ends(0)
			d.works()
		},
	} {
		t.Run(name, func(t *testing.T) { run(newDesk(t, program)) })
	}
}
