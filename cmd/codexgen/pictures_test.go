package main

import (
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/codexgen/codexgen/pkg/corpus"
)

// pictures NAME... writes files of the corpus into the script's folder; "all"
// means every one.
func pictures(ts *testscript.TestScript, _ bool, args []string) {
	files := corpus.Files()
	if len(args) == 1 && args[0] == "all" {
		args = nil
		for name := range files {
			args = append(args, name)
		}
	}
	for _, name := range args {
		content, ok := files[name]
		if !ok {
			ts.Fatalf("the corpus has no %s", name)
		}
		ts.Check(os.WriteFile(ts.MkAbs(name), content, 0o600))
	}
}

// pictureserver serves the corpus over https on loopback: PICTURES is its
// address, ca.pem its authority. /away redirects to http.
func pictureserver(ts *testscript.TestScript, _ bool, _ []string) {
	files := corpus.Files()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, ok := files[strings.TrimPrefix(r.URL.Path, "/")]
		switch {
		case r.URL.Path == "/away":
			http.Redirect(w, r, "http://127.0.0.1/plain.png", http.StatusFound)
		case !ok:
			http.NotFound(w, r)
		default:
			_, _ = w.Write(content)
		}
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // a refused certificate is meant
	server.StartTLS()
	ts.Defer(server.Close)
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	ts.Check(os.WriteFile(ts.MkAbs("ca.pem"), authority, 0o600))
	ts.Setenv("PICTURES", server.URL)
}
