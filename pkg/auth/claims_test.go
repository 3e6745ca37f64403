package auth_test

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/codexgen/codexgen/pkg/auth"
)

func jwt(payload string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(payload)) + ".c2ln"
}

func TestTokenData_Claims(t *testing.T) {
	const claim = `"https://api.openai.com/auth"`
	for name, row := range map[string]struct {
		token string
		want  auth.UnverifiedClaims
		ok    bool
	}{
		"all": {jwt(`{"email":"a@b.c","exp":1800000000,` + claim + `:{"chatgpt_plan_type":"plus","chatgpt_account_id":"acc","chatgpt_account_is_fedramp":true,"chatgpt_data_residency":"eu","chatgpt_compute_residency":"us"}}`),
			auth.UnverifiedClaims{Email: "a@b.c", Plan: "plus", AccountID: "acc", FedRAMP: true, Residency: "eu", Expires: time.Unix(1800000000, 0)}, true},
		"email in the profile": {jwt(`{"https://api.openai.com/profile":{"email":"p@b.c"}}`), auth.UnverifiedClaims{Email: "p@b.c"}, true},
		"compute residency":    {jwt(`{` + claim + `:{"chatgpt_compute_residency":"us"}}`), auth.UnverifiedClaims{Residency: "us"}, true},
		"unknown plan stays":   {jwt(`{` + claim + `:{"chatgpt_plan_type":"galactic"}}`), auth.UnverifiedClaims{Plan: "galactic"}, true},
		"opaque":               {"access-chatgpt", auth.UnverifiedClaims{}, false},
		"not base64":           {"a.!!!.c", auth.UnverifiedClaims{}, false},
		"not JSON":             {jwt(`nope`), auth.UnverifiedClaims{}, false},
		"an absurd expiry":     {jwt(`{"exp":1e300}`), auth.UnverifiedClaims{}, true},
	} {
		got, ok := auth.ReadClaims(row.token)
		if ok != row.ok || !cmp.Equal(got, row.want) {
			t.Errorf("%s: ok %v, %s", name, ok, cmp.Diff(row.want, got))
		}
	}
}
