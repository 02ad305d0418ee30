package main

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// What names a thing goes into the next command, so a narrow terminal must not
// cut it; columns at the end go instead.
func TestNarrowTablesKeepIDs(t *testing.T) {
	t.Parallel()
	const id, principal, target = "35cba6f2dfbb8c0e-1234567", "pr_ze3teefq7txifigogqcm", "198.51.100.200"
	hash := strings.Repeat("0123456789abcdef", 4)
	long := strings.Repeat("many words ", 9)
	at := "2026-11-21T23:50:50.948629Z"
	for name, tc := range map[string]struct {
		columns []string
		row     []string
	}{
		"decisions":   {[]string{"decision_id", "event_time", "source", "event_type", "gating", "action_taken", "rules"}, []string{id, at, "elastic", "auth", "require_approval", "pending_approval", long}},
		"audit":       {[]string{"at", "principal", "action", "target", "outcome", "detail"}, []string{at, principal, "tenant.update", target, "ok", long}},
		"enforcement": {[]string{"id", "action", "target", "rule", "active", "created_at", "expires_at"}, []string{principal, "block_ip", target, "rule:ssh_bruteforce", "yes", at, at}},
		"hash":        {[]string{"hash", "name", "created_by"}, []string{hash, long, principal}},
	} {
		for _, width := range []int{40, 80, 100, 120} {
			cs := cols(tc.columns...)
			rows := [][]string{make([]string, len(cs)), append([]string(nil), tc.row...)}
			for i, c := range cs {
				rows[0][i] = c.title
			}
			shorten(rows[1:])
			left, got := fit(cs, rows, width)
			for i := range left {
				if left[i].names() && got[1][i] != tc.row[i] {
					t.Errorf("%s at %d: %s is cut to %q", name, width, left[i].path, got[1][i])
				}
			}
			var b strings.Builder
			if err := writeAligned(&b, got, 0); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(b.String()) {
				if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > width && len(left) > 1 {
					t.Errorf("%s at %d: %d columns: %s", name, width, n, line)
				}
			}
		}
	}
}

func TestOneThingAsCSV(t *testing.T) {
	t.Parallel()
	_, out, _ := call(t, answer(`{"valid":true,"at":"2026-01-02T03:04:05.000006Z","rings":[{"name":"CUI"}]}`), "-o", "csv", "roe", "policy")
	if want := "key,value\nat,2026-01-02T03:04:05.000006Z\nrings[0].name,CUI\nvalid,yes\n"; out != want {
		t.Errorf("%q", out)
	}
	for format, want := range map[string]string{"json": "{\n  \"version\": \"dev\"\n}\n", "csv": "version\ndev\n", "table": "frostgate dev\n"} {
		if _, out, _ := call(t, answer(``), "-o", format, "version"); out != want {
			t.Errorf("%s: %q", format, out)
		}
	}
}
