package plain

import "testing"

func TestStateOfAnObjectThatCameOrWent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, to, want string }{
		{"", `{"displayName":"CA001","state":"enabled"}`, "new, enabled"},
		{"", `{"state":"enabledForReportingButNotEnforced"}`, "new, report-only"},
		{"", `{"accountEnabled":false,"id":"x"}`, "new, disabled"},
		{`{"isEnabled":true}`, "", "removed, was enabled"},
		{"", `{"state":"","enabled":true}`, "new, enabled"},
		{"", `{"state":{"enabled":true}}`, ""},
		{"", `{"displayName":"x"}`, ""},
		{"", `[1]`, ""},
		{`{"state":"enabled"}`, `{"state":"disabled"}`, ""},
	} {
		if got := Object([]byte(c.from), []byte(c.to)); got != c.want {
			t.Errorf("%s to %s: %q, want %q", c.from, c.to, got, c.want)
		}
	}
}
