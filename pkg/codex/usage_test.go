package codex_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/codexgen/codexgen/pkg/codex"
)

// usageNow is the clock of these tests.
var usageNow = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// planUsage asks a server that answers with body, and tells the path it saw.
func planUsage(t *testing.T, path, body string) (codex.PlanUsage, string) {
	t.Helper()
	asked := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Path
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	client := newClient(t, codex.Options{BaseURL: server.URL + path, Now: func() time.Time { return usageNow }})
	usage, err := client.PlanUsage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return usage, asked
}

func TestPlanUsageToleratesWhatIsMissing(t *testing.T) {
	hour := usageNow.Add(time.Hour)
	for name, row := range map[string]struct {
		body string
		want codex.PlanUsage
	}{
		"empty":       {`{}`, codex.PlanUsage{Limits: []codex.PlanLimit{}}},
		"all null":    {`{"plan_type":null,"rate_limit":null,"credits":null,"additional_rate_limits":null,"rate_limit_reached_type":null}`, codex.PlanUsage{Limits: []codex.PlanLimit{}}},
		"null inside": {`{"plan_type":"pro","rate_limit":{"allowed":null,"limit_reached":null,"primary_window":null,"secondary_window":{"used_percent":null}},"additional_rate_limits":[{"limit_name":null,"rate_limit":{}},{"limit_name":"x","rate_limit":null},null]}`, codex.PlanUsage{Plan: "pro", Limits: []codex.PlanLimit{{Name: "codex", Windows: []codex.Window{}}}}},
		"numbers of every kind": {`{"rate_limit":{"primary_window":{"used_percent":7.5,"limit_window_seconds":"18000","reset_at":1763643600.0},"secondary_window":{"used_percent":"12","reset_after_seconds":3600}}}`,
			codex.PlanUsage{Limits: []codex.PlanLimit{{Name: "codex", Windows: []codex.Window{
				{Limit: "codex", Window: "primary", UsedPercent: 7.5, Minutes: 300, Resets: usageNow},
				{Limit: "codex", Window: "secondary", UsedPercent: 12, Resets: hour}}}}}},
		"an image limit of a new name": {`{"additional_rate_limits":[{"limit_name":"New_Image_Thing","metered_feature":"f","rate_limit":{"allowed":false,"primary_window":{"used_percent":100,"limit_window_seconds":86400,"reset_after_seconds":3600}}},{"metered_feature":"imagegen","rate_limit":{}}]}`,
			codex.PlanUsage{Limits: []codex.PlanLimit{
				{Name: "New_Image_Thing", Images: true, Reached: true, Windows: []codex.Window{{Limit: "New_Image_Thing", Window: "primary", UsedPercent: 100, Minutes: 1440, Resets: hour}}},
				{Name: "imagegen", Images: true, Windows: []codex.Window{}}}}},
		"credits": {`{"credits":{"has_credits":true,"unlimited":null,"balance":12.5},"rate_limit_reached_type":{"type":"rate_limit_reached"}}`,
			codex.PlanUsage{Limits: []codex.PlanLimit{}, Credits: &codex.Credits{Has: true, Balance: "12.5"}, Reached: "rate_limit_reached"}},
		"another type altogether": {`{"plan_type":7,"rate_limit":"none","credits":[],"additional_rate_limits":{}}`, codex.PlanUsage{Plan: "7", Limits: []codex.PlanLimit{{Name: "codex", Windows: []codex.Window{}}}, Credits: &codex.Credits{}}},
	} {
		got, _ := planUsage(t, "/backend-api/codex", row.body)
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestPlanUsageIsBounded(t *testing.T) {
	many := strings.Repeat(`{"limit_name":"\u001b[2J`+strings.Repeat("x", 500)+`","rate_limit":{"primary_window":{"used_percent":1e300,"limit_window_seconds":1e300,"reset_at":1e300}}},`, 500)
	got, _ := planUsage(t, "", `{"additional_rate_limits":[`+strings.TrimSuffix(many, ",")+`],"rate_limit":{"primary_window":{"used_percent":-1},"secondary_window":{"used_percent":5,"limit_window_seconds":1e300,"reset_after_seconds":1e300}}}`)
	if len(got.Limits) > 40 {
		t.Errorf("%d limits", len(got.Limits))
	}
	for _, limit := range got.Limits {
		if len(limit.Name) > 400 || strings.ContainsRune(limit.Name, '\x1b') {
			t.Errorf("name %q", limit.Name)
		}
		for _, w := range limit.Windows {
			if w.UsedPercent < 0 || w.UsedPercent > 1e6 || w.Minutes > 366*24*60 || w.Resets.After(usageNow.AddDate(1, 0, 1)) {
				t.Errorf("window %+v", w)
			}
		}
	}
}

func TestPlanUsageTakesLimitsFromHeadersToo(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for name, value := range map[string]string{
			"x-codex-primary-used-percent":                "99", // the body's own counts
			"x-codex-secondary-used-percent":              "7.5",
			"x-codex-secondary-window-minutes":            "10080",
			"x-imagegen-premium-primary-used-percent":     "100",
			"x-imagegen-premium-primary-window-minutes":   "1440",
			"x-imagegen-premium-primary-reset-at":         "1795266000",
			"x-new-image-thing-primary-used-percent":      "3",
			"x-codex-plan-type":                           "pro",
			"x-imagegen-premium-secondary-used-percent":   "none",
			"x-imagegen-premium-secondary-window-minutes": "1",
		} {
			w.Header().Set(name, value)
		}
		_, _ = w.Write([]byte(`{"rate_limit":{"primary_window":{"used_percent":5}},"additional_rate_limits":[{"limit_name":"New_Image_Thing","rate_limit":{}}]}`))
	}))
	defer server.Close()
	got, err := newClient(t, codex.Options{BaseURL: server.URL, Now: func() time.Time { return usageNow }}).PlanUsage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(codex.PlanUsage{Plan: "pro", Limits: []codex.PlanLimit{
		{Name: "codex", Windows: []codex.Window{{Limit: "codex", Window: "primary", UsedPercent: 5}, {Limit: "codex", Window: "secondary", UsedPercent: 7.5, Minutes: 10080}}},
		{Name: "New_Image_Thing", Images: true, Windows: []codex.Window{{Limit: "new-image-thing", Window: "primary", UsedPercent: 3}}},
		{Name: "imagegen-premium", Images: true, Reached: true, Windows: []codex.Window{{Limit: "imagegen-premium", Window: "primary", UsedPercent: 100, Minutes: 1440, Resets: time.Unix(1795266000, 0)}}},
	}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestUsageURL(t *testing.T) {
	for base, want := range map[string]string{
		"/backend-api/codex":  "/backend-api/wham/usage",
		"/backend-api/codex/": "/backend-api/wham/usage",
		"/gateway/codex":      "/gateway/api/codex/usage",
		"":                    "/api/codex/usage",
	} {
		if _, asked := planUsage(t, base, `{}`); asked != want {
			t.Errorf("%s: asked %s, want %s", base, asked, want)
		}
	}
}

// TestPlanUsageOfTheSandbox holds the client to what was recorded.
func TestPlanUsageOfTheSandbox(t *testing.T) {
	_, o := startSandbox(t, "usage-limit")
	o.Tokens = noAccount{o.Tokens.(*tokens)}
	client := newClient(t, o)
	usage, err := client.PlanUsage(t.Context())
	text, _ := json.Marshal(usage)
	if err != nil || usage.Plan != "plus" || len(usage.Limits) != 2 || !usage.Limits[1].Images || !usage.Limits[1].Reached || usage.Reached == "" {
		t.Errorf("%s, %v", text, err)
	}
}
