package credstore

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestRecordDamaged(t *testing.T) {
	key := strings.Repeat("B", 43) + "=" // 32 bytes as base64
	for name, row := range map[string]struct {
		text string
		want Fault
	}{
		"whole":               {`{"version":1,"access_token":"` + canary + `","recovery_key":"` + key + `"}`, ""},
		"a member more":       {`{"version":1,"access_token":"` + canary + `","recovery_key":"` + key + `","since":2}`, ""},
		"later":               {`{"version":2,"access_token":"` + canary + `","recovery_key":"` + key + `"}`, Newer},
		"later and different": {`{"version":3,"access_token":{"sealed":"` + canary + `"}}`, Newer},
		"no version":          {`{"access_token":"` + canary + `","recovery_key":"` + key + `"}`, Damaged},
		"a negative version":  {`{"version":-1,"access_token":"` + canary + `"}`, Damaged},
		"no token":            {`{"version":1,"recovery_key":"` + key + `"}`, Damaged},
		"no key":              {`{"version":1,"access_token":"` + canary + `"}`, Damaged},
		"a short key":         {`{"version":1,"access_token":"` + canary + `","recovery_key":"AAAA"}`, Damaged},
		"cut":                 {`{"version":1,"access_token":"` + canary, Damaged},
		"empty":               {``, Damaged},
		"a list":              {`["` + canary + `"]`, Damaged},
		"something else":      {"\x00\xff" + canary, Damaged},
	} {
		for _, kind := range []Kind{InKeyring, InFile} {
			ring := newMemory("linux")
			p := profilesOn(t, ring)
			keepLogin(t, p, "x", kind, loginOf("x", 10))
			if kind == InKeyring {
				ring.held["x"] = row.text
			} else if err := os.WriteFile(openStore(t, p, "x").vault.(fileVault).file.path(), []byte(row.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := openStore(t, p, "x").Load(t.Context())
			if faultOf(err) != row.want || err != nil && (strings.Contains(err.Error()+hintOf(err), canary) || isFault(err, NotFound)) {
				t.Errorf("%s in %s: %v", name, kind, err)
			}
			// Over a damaged one a new login goes, over a later one nothing.
			_, err = p.Login(t.Context(), Profile{Name: "x", Store: kind}, loginOf("new", 10))
			if over := row.want != Newer; (err == nil) != over {
				t.Errorf("%s in %s: a new login: %v", name, kind, err)
			}
		}
	}
}

// What is accepted is what would be written again.
func FuzzRecord(f *testing.F) {
	text, err := record{login: loginOf("x", 10), key: bytes.Repeat([]byte{1}, keySize)}.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"version":2}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		first, err := decodeRecord("x", text)
		if err != nil {
			if isFault(err, Newer) || isFault(err, Damaged) {
				return
			}
			t.Fatal(err)
		}
		again, err := first.encode()
		if err != nil {
			t.Skip("a time that JSON cannot hold") // a year past 9999
		}
		second, err := decodeRecord("x", again)
		if err != nil || !json.Valid(again) {
			t.Fatal(err)
		}
		same(t, second.login, first.login)
	})
}

// Who keeps the lock for ever keeps the others only for two minutes.
func TestLockPatience(t *testing.T) {
	p := profilesOn(t, newMemory("linux"))
	keepLogin(t, p, "x", InFile, loginOf("x", 10))
	unlock, err := openStore(t, p, "x").Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		if _, err := openStore(t, p, "x").Lock(t.Context()); faultOf(err) != Busy || time.Since(begin) != lockPatience {
			t.Errorf("after %v: %v", time.Since(begin), err)
		}
	})
}
