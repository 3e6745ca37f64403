package sandbox

import (
	"bytes"
	"html/template"
	"net/http"
	"strconv"
)

// view is one page of the issuer. Without an Action there is no form.
type view struct {
	Title, Text, Detail string
	Action              string
	Hidden              string // the request that is decided about
	AskCode             bool
}

// pageTemplate needs nothing from anywhere else; its buttons work without
// scripts, so that a browser driver and a text browser can press them.
var pageTemplate = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{.Title}} · SANDBOX</title>
<style>body{font:16px/1.5 sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem}
b{background:#fc0;color:#000;padding:0 .4rem}code{overflow-wrap:anywhere}
button,input{font:inherit;padding:.4rem 1rem;margin:.3rem .3rem 0 0}</style></head>
<body><p><b>SANDBOX</b> an emulated sign-in on this machine; no account is behind it</p>
<h1>{{.Title}}</h1><p>{{.Text}}</p>{{if .Detail}}<p><code>{{.Detail}}</code></p>{{end}}
{{if .Action}}<form method="post" action="{{.Action}}">
{{if .Hidden}}<input type="hidden" name="request" value="{{.Hidden}}">{{end}}
{{if .AskCode}}<p><input name="user_code" aria-label="code" autocomplete="off" required autofocus></p>{{end}}
<button id="approve" name="decision" value="approve">Approve</button>
<button id="deny" name="decision" value="deny">Deny</button></form>{{end}}
</body></html>
`))

// pageHeader keeps the page to itself. A form's target includes where its
// answer redirects to, hence the loopback hosts.
func pageHeader() http.Header {
	return http.Header{
		"Content-Security-Policy": {"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; " +
			"form-action 'self' http://127.0.0.1:* http://localhost:*"},
		"Cache-Control":          {"no-store"},
		"Referrer-Policy":        {"no-referrer"},
		"X-Content-Type-Options": {"nosniff"},
	}
}

func (v view) html() []byte {
	var out bytes.Buffer
	if err := pageTemplate.Execute(&out, v); err != nil {
		panic("sandbox: " + err.Error()) // the template and its data are ours
	}
	return out.Bytes()
}

// page is a refusal that a person reads.
func page(status int, rule string, v view) *refusal {
	return &refusal{rule: rule, status: status, header: pageHeader(), content: "text/html; charset=utf-8", body: v.html()}
}

// show answers 200 with a page.
func (x *exchange) show(v view) {
	body := v.html()
	for key, value := range pageHeader() {
		x.w.Header()[key] = value
	}
	x.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	x.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	x.begin(http.StatusOK)
	_, _ = x.w.Write(body) // a client that left needs no answer
}

// redirect sends a browser to an address of this machine.
func (x *exchange) redirect(to string) {
	x.w.Header().Set("Location", to)
	x.w.Header().Set("Cache-Control", "no-store")
	x.begin(http.StatusFound)
}
