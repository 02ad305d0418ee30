package main

import (
	"bytes"
	"crypto/ed25519"
	"path/filepath"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/evidence/saved"
	"frostgate.io/frostgate/receipt"
)

func said(write func(*bytes.Buffer)) string {
	var out bytes.Buffer
	write(&out)
	return out.String()
}

func bundleSaid(r *receipt.BundleReport) string {
	return said(func(b *bytes.Buffer) { writeBundleReport(b, r, painter{}) })
}

func TestAbsenceNamesItsKindAndWhatIsThere(t *testing.T) {
	t.Parallel()
	r := &receipt.BundleReport{
		Valid: true, Pinned: true, Kind: receipt.BundleAbsence, First: 3, Last: 11, Of: 12, Entries: 10,
		Filter: &receipt.FilterReport{Artifact: "break_glass", To: 1}, Artifacts: map[string]uint64{"module": 1, "genesis": 1, "decision": 8},
	}
	out := bundleSaid(r)
	if !strings.Contains(out, `no entry of kind "break_glass" among entries 3..11`) || !strings.Contains(out, "; the range holds 8 decision, 1 module\n") || strings.Contains(out, "BEWARE") {
		t.Errorf("absence:\n%s", out)
	}
	r.Artifacts["prune"] = 1 // stands beside the range
	if out := bundleSaid(r); !strings.Contains(out, "; the bundle holds 8 decision, 1 module, 1 prune\n") {
		t.Errorf("with an entry beside the range:\n%s", out)
	}
	r.Filter.Artifact = "decisions" // was never a kind, so it is always absent
	if out := bundleSaid(r); !strings.Contains(out, `knows no kind of entry that is called "decisions"`) {
		t.Errorf("a word that is no kind:\n%s", out)
	}
	r.First, r.Last = 12, 11
	if out := bundleSaid(r); !strings.Contains(out, "and nothing else either") || strings.Contains(out, " holds ") {
		t.Errorf("an empty range:\n%s", out)
	}
}

func TestBundleReportTellsTenantKeysAndWhatWasNotChecked(t *testing.T) {
	t.Parallel()
	out := bundleSaid(&receipt.BundleReport{
		Valid: true, Pinned: true, Vouched: true, Kind: receipt.BundleTenant, Tenant: "tn_a", Artifacts: map[string]uint64{"attestation": 2},
		Keys: []receipt.KeyReport{
			{Index: 1, Action: receipt.KeyIssue, Key: "log.example+0a1b2c3d+ATx+y/8=", Time: 1_000_000},
			{Index: 4, Action: receipt.KeyRevoke, Key: "log.example+0a1b2c3d+ATx+y/8=", Time: 2_000_000, Reason: "lost \x1b[31m"},
		},
		Cosignatures: []receipt.Cosignature{{Witness: "one", Time: 3}},
	})
	for _, want := range []string{
		"tenant: tn_a\n", "2 attestations: module signatures not checked\n", "no pinned key but by an older one",
		"key history: issue log.example+0a1b2c3d at root entry 1, 1970-01-01 00:00:01 UTC\n",
		"key history: revoke log.example+0a1b2c3d at root entry 4, 1970-01-01 00:00:02 UTC: lost ·[31m\n",
		"cosigned by one at 1970-01-01 00:00:03 UTC\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
}

func TestClosingLineSaysWhatTheLevelRestsOn(t *testing.T) {
	t.Parallel()
	o := &saved.Outcome{Report: &receipt.Report{Pinned: true, Signer: "log.example+0a1b2c3d", Level: receipt.Anchored, Header: &receipt.Header{Log: "l", Index: 3}}}
	line := func() string { return said(func(b *bytes.Buffer) { writeVerdict(b, o, nil, painter{}) }) }
	if out := line(); !strings.Contains(out, "VERIFIED: entry 3 of log l") || !strings.Contains(out, "level anchored, signed by log.example+0a1b2c3d\n") {
		t.Errorf("signed: %s", out)
	}
	o.Vouched = true
	if out := line(); !strings.Contains(out, "tenant signature not checked: the root log holds this checkpoint") || strings.Contains(out, "signed by") {
		t.Errorf("vouched: %s", out)
	}
	o.Pinned, o.Vouched = false, false
	if out := line(); !strings.HasPrefix(out, "UNPINNED: ") || !strings.Contains(out, "level anchored") {
		t.Errorf("unpinned: %s", out)
	}
}

func TestReadModuleKeys(t *testing.T) {
	t.Parallel()
	vkey, err := receipt.ModuleVerifierKey("mod_1", ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)).Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := save(t, filepath.Join(dir, "keys"), "# ours\n\n"+vkey+"\n")
	if keys, err := readModuleKeys([]string{vkey, file}); err != nil || len(keys) != 2 || keys[0].ID != keys[1].ID {
		t.Errorf("%v %v", keys, err)
	}
	for name, text := range map[string]string{"empty": "# none\n", "broken": vkey + "x\n"} {
		if _, err := readModuleKeys([]string{save(t, filepath.Join(dir, name), text)}); err == nil {
			t.Errorf("%s was read", name)
		}
	}
	if _, err := readModuleKeys([]string{filepath.Join(dir, "gone")}); err == nil {
		t.Error("what is neither key nor file was read")
	}
}

func TestModuleKeyAskedOfADecisionFails(t *testing.T) {
	t.Parallel()
	s := newProven(t)
	vkey, err := receipt.ModuleVerifierKey("mod_1", ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)).Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	if code, out := verify(t, s.opened, "--module-key", vkey); code != exitFailed || !strings.Contains(out, "no attestation") {
		t.Errorf("a decision: exit code %d\n%s", code, out)
	}
	if code, out := verify(t, s.opened, "--module-key", "nothing"); code != exitUsage {
		t.Errorf("no key: exit code %d\n%s", code, out)
	}
	policy := save(t, filepath.Join(s.dir, "policy"), "witness one witness.example/one+e5ef5ac8+BNVCB9oZSXfc9Grb/sK8LnW1LVqKQhhP7f3AACTw4+ja\nquorum one\n")
	if code, out := verify(t, s.opened, "--trust", policy); code != exitUsage {
		t.Errorf("a policy without a key of the log: exit code %d\n%s", code, out)
	}
}
