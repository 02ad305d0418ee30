package main

import (
	"strings"
	"testing"
)

const keptCert = `{"id":"a-5","log":"a","at":"2026-01-02T03:04:05Z","reason":"case 17","subject_kind":"ip","subject":"00","payloads":2,"already_gone":0,` +
	`"indexes":[[1,2]],"complete":true,"backups":"B","copies":[{"what":"targets of ended enforcements","rows":3},` +
	`{"what":"targets of enforcements in force","rows":1,"kept":"in force: erase again"},{"what":"audit entries","rows":2,"kept":"the audit"}]}`

// Who reads that an erasure is done must read what it left, too.
func TestErasureSaysWhatStays(t *testing.T) {
	t.Parallel()
	const left = "NOT EVERYTHING: targets of enforcements in force (1) stay until they have ended or are revoked; " +
		"audit entries (2) stay until audit_retention_days end them; run the same command again then.\n"
	code, out, _ := call(t, answer(keptCert), "evidence", "erasures", "show", "a-5")
	if code != exitOK || !strings.HasSuffix(out, left) || !strings.Contains(out, "complete      no\n") {
		t.Errorf("%d:\n%s", code, out)
	}
	for _, want := range []string{"targets of ended enforcements     3     removed", "targets of enforcements in force  1     kept     in force: erase again", "audit entries                     2     kept     the audit"} {
		if !strings.Contains(out, want) {
			t.Errorf("lacks %q:\n%s", want, out)
		}
	}
	if _, out, errs := call(t, answer(keptCert), "-o", "json", "evidence", "erasures", "show", "a-5"); errs != left || !strings.Contains(out, `"complete": true`) {
		t.Errorf("%s\n%s", out, errs)
	}
	gone := strings.ReplaceAll(keptCert, `"kept"`, `"x"`)
	if _, out, _ := call(t, answer(gone), "evidence", "erasures", "show", "a-5"); strings.Contains(out, "NOT") || !strings.Contains(out, "complete      yes\n") {
		t.Errorf("%s", out)
	}
}

func TestRekeyOffersNoDryRun(t *testing.T) {
	t.Parallel()
	if code, _, errs := call(t, answer(`{}`), "evidence", "rekey"); code != exitUsage || strings.Contains(errs, "--dry-run") || !strings.Contains(errs, "--yes") {
		t.Errorf("%d %s", code, errs)
	}
}

func TestPruneWithoutRetention(t *testing.T) {
	t.Parallel()
	_, _, errs := call(t, answer(`{"retention_days":0,"audit_retention_days":9,"payloads":0,"held":0,"audit_entries":0,"dry_run":true}`), "evidence", "prune", "--dry-run")
	if !strings.Contains(errs, "retention_days is 0") || strings.Contains(errs, "audit_retention_days") {
		t.Errorf("%s", errs)
	}
}
