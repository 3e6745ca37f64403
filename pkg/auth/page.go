package auth

import (
	"bytes"
	"errors"
	"html/template"
	"net/http"
	"strconv"
)

// resultPage needs nothing from anywhere else and holds nothing but our words
// and, made safe, the issuer's.
var resultPage = template.Must(template.New("result").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{.Title}} · codexgen</title>
<style>body{font:16px/1.5 sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}</style></head>
<body><h1>{{.Title}}</h1><p>{{.Text}}</p>{{if .Hint}}<p>Next: {{.Hint}}</p>{{end}}<p>You can close this page.</p></body></html>
`))

type result struct{ Title, Text, Hint string }

func resultOf(err error) result {
	fault, ok := errors.AsType[*Error](err)
	switch {
	case err == nil:
		return result{Title: "Signed in", Text: "The terminal says the rest."}
	case ok:
		return result{"Not signed in", fault.Reason, fault.Advice}
	}
	return result{Title: "Not signed in", Text: "The sign-in was given up."}
}

// showResult writes the page whole, so that closing the listener right after
// cannot cut it.
func showResult(w http.ResponseWriter, err error) {
	var page bytes.Buffer
	if fault := resultPage.Execute(&page, resultOf(err)); fault != nil {
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(page.Len()))
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	header.Set("Referrer-Policy", "no-referrer") // the address has the code
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(page.Bytes())              // a browser that left needs no page
	_ = http.NewResponseController(w).Flush() // likewise
}
