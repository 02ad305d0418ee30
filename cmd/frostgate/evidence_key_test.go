package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"frostgate.io/frostgate/receipt"
)

func TestKeysSayWhatTheyAreFor(t *testing.T) {
	t.Parallel()
	serve := func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/evidence/key") {
			fmt.Fprint(w, `{"vkey":"n+c+x","origin":"n","vkeys":["n+c+x","n+b+x","n+a+x"]}`)
			return
		}
		fmt.Fprint(w, `{"items":[{"id":"a","vkey":"n+a+x","state":"retired","since":"2026-01-02T03:04:05Z"},`+
			`{"id":"b","vkey":"n+b+x","state":"retiring","since":"2026-01-03T03:04:05Z"},{"id":"c","vkey":"n+c+x","state":"active","issued_at":"2026-01-01T03:04:05.5Z"}]}`)
	}
	const signing = "# active since 2026-01-01T03:04:05Z\nn+c+x\n# retiring since 2026-01-03T03:04:05Z, signs beside the active one\nn+b+x\n"
	if _, out, errs := call(t, serve, "evidence", "key", "--active"); out != signing {
		t.Errorf("%s%s", out, errs)
	}
	if _, out, _ := call(t, serve, "evidence", "key"); out != signing+"# retired since 2026-01-02T03:04:05Z, only for evidence saved before\nn+a+x\n" {
		t.Errorf("%s", out)
	}
	gone := func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/evidence/key") {
			fmt.Fprint(w, `{"vkey":"n+c+x","origin":"n"}`)
			return
		}
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"status":404,"code":"not_found","detail":"D"}`)
	}
	if _, out, errs := call(t, gone, "evidence", "key"); out != "n+c+x\n" {
		t.Errorf("%s%s", out, errs)
	}
}

// What the command prints is what a verifier reads.
func TestKeysAreTrusted(t *testing.T) {
	t.Parallel()
	_, data := logServer(t, 1)
	code, out, errs := frost(t, data, "evidence", "key")
	if code != exitOK || !strings.HasPrefix(out, "# active since ") {
		t.Fatalf("%d %s%s", code, out, errs)
	}
	if trust, err := receipt.ParseTrust(out); err != nil || !trust.Pinned() {
		t.Errorf("%v", err)
	}
}

func TestReplayExits(t *testing.T) {
	t.Parallel()
	item := func(outcome, reason string) string {
		return `{"items":[{"decision_id":"a-1","outcome":"` + outcome + `","reason":"` + reason + `","fields":[]}]}`
	}
	for _, tc := range []struct {
		outcome, reason string
		want            int
	}{
		{"same", "", exitOK},
		{"different", "", exitFailed},
		{"unavailable", "erased", exitOK},
		{"unavailable", "pruned", exitOK},
		{"unavailable", "payload_damaged", exitFailed},
		{"unavailable", "ruleset_missing", exitFailed},
	} {
		if code, _, errs := call(t, answer(item(tc.outcome, tc.reason)), "forensics", "replay", "a-1"); code != tc.want {
			t.Errorf("%s %s: %d %s", tc.outcome, tc.reason, code, errs)
		}
	}
}
