package httpapi

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

const evidenceBase = prefixV1 + "/evidence"

func (f *fixture) logViews(t *testing.T, key string) []logView {
	t.Helper()
	var out list[logView]
	f.do(t, key, "GET", evidenceBase+"/logs", "").into(t, &out)
	return out.Items
}

func TestLogsSayHowTheyStand(t *testing.T) {
	t.Parallel()
	f := anchoring(t)
	f.decided(t, adminA, 3)
	logs := f.logViews(t, adminA)
	if len(logs) != 2 || logs[0].ID != logOf(tenantA) || logs[0].Size != 4 || logs[0].Problem != "" || logs[0].Checked != nil || logs[0].Retention == nil ||
		logs[0].Anchored == nil || logs[0].Anchored.Size != 4 || logs[0].Origin != f.deps.Origin+"/"+logOf(tenantA) {
		t.Fatalf("own log: %+v", logs)
	}
	if logs[1].Kind != "root" || logs[1].Origin != f.deps.Origin || logs[1].Size != 2 || logs[1].Anchored != nil || logs[1].Problem != "" {
		t.Fatalf("log of logs: %+v", logs[1])
	}
	var v chainVerdict
	f.do(t, adminA, "GET", prefixV1+"/forensics/chain/verify", "").into(t, &v)
	c := f.logViews(t, adminA)[0].Checked
	if !v.Valid || c == nil || !c.Valid || c.Size != 4 || c.RowsTo != 4 || c.By != "pr_"+adminA || c.At == 0 || c.Problem != "" {
		t.Errorf("after a verification: %+v", c)
	}
	if other := f.logViews(t, adminB); other[0].ID != logOf(tenantB) || other[0].Checked != nil {
		t.Errorf("another tenant: %+v", other[0])
	}
}

// Somebody edits the database: the list and the verification name the place.
func TestADamagedLogIsNamed(t *testing.T) {
	t.Parallel()
	f := anchoring(t)
	f.decided(t, adminA, 3)
	f.hurt(t, `UPDATE decision SET entry = replace(entry, '"index":2', '"index":7') WHERE tenant_id = 'tn_a' AND idx = 2`)
	var v chainVerdict
	f.do(t, adminA, "GET", prefixV1+"/forensics/chain/verify", "").into(t, &v)
	c := f.logViews(t, adminA)[0].Checked
	if v.Valid || c == nil || c.Valid || c.FirstBad == nil || *c.FirstBad != 2 || c.Problem == "" || c.Problem != v.Problem {
		t.Fatalf("edited: %+v, checked %+v", v, c)
	}
	var d logEntryDetail
	if f.do(t, adminA, "GET", logBase()+"/entries/2", "").into(t, &d); d.Receipt != nil || !strings.Contains(d.Problem, "does not hash to what the log says") || !strings.Contains(d.Entry, `"index":7`) {
		t.Errorf("the edited entry: %+v", d)
	}
	f.hurt(t, `UPDATE log_state SET size = 3 WHERE tenant_id = 'tn_a'`)
	if logs := f.logViews(t, adminA); !strings.HasPrefix(logs[0].Problem, "The stored log is not") || strings.Contains(logs[0].Problem, "level") || logs[1].Problem != "" {
		t.Errorf("a state that is not that of its rows: %+v", logs)
	}
	d = logEntryDetail{}
	if f.do(t, adminA, "GET", logBase()+"/entries/1", "").into(t, &d); d.Receipt != nil || !strings.HasPrefix(d.Problem, "The stored log is not") || d.Entry == "" {
		t.Errorf("an entry of a damaged log: %+v", d)
	}
}

func (f *fixture) hurt(t *testing.T, statement string) {
	t.Helper()
	ctx := context.Background()
	if err := f.db.InSystemTx(ctx, "test", func(tx *db.Tx) error { _, err := tx.Exec(ctx, statement); return err }); err != nil {
		t.Fatal(err)
	}
}

func TestEntriesAreListedAndProven(t *testing.T) {
	t.Parallel()
	f := anchoring(t)
	id := f.decided(t, adminA, 5)
	f.do(t, adminA, "POST", evidenceBase+"/erasures", `{"subject":{"kind":"ip","value":"192.0.2.9"},"reason":"case 4"}`)
	var first, second list[logEntry]
	entries := logBase() + "/entries"
	f.do(t, adminA, "GET", entries+"?limit=4", "").into(t, &first)
	f.do(t, adminA, "GET", entries+"?limit=4&cursor="+first.NextCursor, "").into(t, &second)
	if len(first.Items) != 4 || len(second.Items) != 3 || second.NextCursor != "" || first.Items[0].Kind != "erasure" || second.Items[2].Kind != "genesis" {
		t.Fatalf("pages: %+v %+v", first, second)
	}
	d := first.Items[1]
	if d.ID != id || d.Kind != "decision" || d.Level != "anchored" || d.Gone == nil || d.Gone.Why != "erased" || d.Gone.By != 6 || d.At == 0 || first.Items[0].Level != "committed" {
		t.Errorf("the last decision: %+v", d)
	}
	var some list[logEntry]
	f.do(t, adminA, "GET", entries+"?kind=decision&below=3", "").into(t, &some)
	if len(some.Items) != 2 || some.Items[0].Index != 2 {
		t.Errorf("decisions below 3: %+v", some.Items)
	}
	f.do(t, adminA, "GET", entries+"?kind=x", "").want(t, 400, fault.Invalid)
	f.do(t, adminA, "GET", entries+"?below=-1", "").want(t, 400, fault.Invalid)
	one := f.do(t, adminA, "GET", fmt.Sprintf("%s/%d", entries, d.Index), "")
	var detail logEntryDetail
	if one.into(t, &detail); detail.ID != id || detail.Entry != detail.Receipt.Entry || len(detail.Receipt.Openings) != 0 {
		t.Errorf("one: %s", one.body)
	}
	if rep, err := receipt.Verify(detail.Receipt, f.trusted(t)); err != nil || rep.Level != receipt.Anchored {
		t.Errorf("its receipt: %v %+v", err, rep)
	}
	for _, path := range []string{entries + "/99", entries + "/01", entries + "/x", evidenceBase + "/logs/" + logOf(tenantB) + "/entries", evidenceBase + "/logs/root/entries/0"} {
		f.do(t, adminA, "GET", path, "").want(t, 404, fault.NotFound)
	}
	f.keys.add("analyst", tenantA, domain.ScopeDecisionsRead)
	for _, path := range []string{evidenceBase + "/logs", entries, entries + "/1", evidenceBase + "/epochs", evidenceBase + "/epochs/0", evidenceBase + "/attestations"} {
		f.do(t, "analyst", "GET", path, "").want(t, 403, fault.Forbidden)
	}
}

func TestEpochsAreListedAndProven(t *testing.T) {
	t.Parallel()
	f := anchoring(t)
	f.decided(t, adminA, 2)
	f.decided(t, adminB, 1)
	f.decided(t, adminA, 1)
	var all list[epochView]
	f.do(t, adminA, "GET", evidenceBase+"/epochs", "").into(t, &all)
	if len(all.Items) != 4 || all.Items[3].Kind != "genesis" || all.Items[3].Key == "" || all.Items[0].Level != "anchored" {
		t.Fatalf("epochs: %+v", all.Items)
	}
	if own := all.Items[0].Own; own == nil || own.Since != 3 || own.Size != 4 || own.Slot != 0 || all.Items[1].Own != nil || all.Items[2].Own.Since != 0 {
		t.Errorf("own: %+v", all.Items)
	}
	var one epochDetail
	f.do(t, adminA, "GET", evidenceBase+"/epochs/2", "").into(t, &one)
	if one.Own != nil || !strings.Contains(one.Entry, one.Root) || one.Tenants != 2 {
		t.Errorf("one: %+v", one)
	}
	p, err := receipt.ParseProof([]byte(one.Proof))
	if err != nil || p.Index != 2 {
		t.Errorf("its proof: %v", err)
	}
	f.do(t, adminA, "GET", evidenceBase+"/epochs/9", "").want(t, 404, fault.NotFound)
	var root rootStatus
	f.do(t, adminA, "GET", evidenceBase+"/root", "").into(t, &root)
	if root.Size != 4 || root.Needed != 0 || root.Policy != "" || root.CosignedAt != 0 || root.MaxLag == 0 {
		t.Errorf("root: %+v", root)
	}
}
