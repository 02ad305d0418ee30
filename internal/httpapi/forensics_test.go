package httpapi

import (
	"net/http"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

const replayPath = prefixV1 + "/forensics/replay"

// hostile runs a statement as somebody who owns the database would.
func (f *fixture) hostile(t *testing.T, query string, args ...any) {
	t.Helper()
	if err := f.db.InSystemTx(t.Context(), "test", func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), query, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestReplayByEventDecisionAndRange(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	var first decisionAnswer
	f.do(t, adminA, "POST", "/defend", attempt(1, "203.0.113.7")).into(t, &first)
	for i := 2; i <= 5; i++ {
		f.do(t, adminA, "POST", "/defend", attempt(i, "203.0.113.8"))
	}
	for _, body := range []string{`{"event_id":"` + first.EventID + `"}`, `{"decision_id":"` + first.DecisionID + `"}`} {
		var got replayAnswer
		f.do(t, adminA, "POST", "/forensics/replay", body).into(t, &got)
		if len(got.Items) != 1 || got.Same != 1 || !got.Items[0].Same || got.Items[0].DecisionID != first.DecisionID || got.Items[0].OtherRuleset ||
			got.Items[0].RecordedHash != got.Items[0].ReplayedHash || got.Items[0].Ruleset != first.Ruleset.Hash {
			t.Errorf("%s: %+v", body, got)
		}
	}
	f.hostile(t, "DELETE FROM payload WHERE tenant_id = $1 AND idx = 3", tenantA)
	total, cursor := replayAnswer{}, ""
	for {
		var got replayAnswer
		f.do(t, adminA, "POST", replayPath, `{"from":"2026-01-01T00:00:00Z","limit":2,"cursor":"`+cursor+`"}`).into(t, &got)
		total.Same, total.Unavailable, total.Items = total.Same+got.Same, total.Unavailable+got.Unavailable, append(total.Items, got.Items...)
		if cursor = got.NextCursor; cursor == "" {
			break
		}
	}
	if total.Same != 4 || total.Unavailable != 1 || len(total.Items) != 5 || total.Items[2].Reason != "payload_damaged" {
		t.Errorf("range: %+v", total)
	}
	var other replayAnswer
	f.do(t, adminA, "POST", replayPath, `{"event_id":"`+first.EventID+`","ruleset":"`+strings.Repeat("ab", 32)+`"}`).into(t, &other)
	if other.Unavailable != 1 || other.Items[0].Reason != "ruleset_missing" || !other.Items[0].OtherRuleset {
		t.Errorf("unknown ruleset: %+v", other)
	}
}

func TestReplayRefusals(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	var first decisionAnswer
	f.do(t, adminA, "POST", "/defend", attempt(1, "203.0.113.7")).into(t, &first)
	for body, code := range map[string]fault.Code{
		`{}`: fault.Invalid,
		`{"event_id":"a","from":"2026-01-01T00:00:00Z"}`:              fault.Invalid,
		`{"event_id":"a","limit":3}`:                                  fault.Invalid,
		`{"event_id":"a","ruleset":"zz"}`:                             fault.Invalid,
		`{"from":"2026-02-01T00:00:00Z","to":"2026-01-01T00:00:00Z"}`: fault.Invalid,
		`{"from":"2026-02-01T00:00:00Z","cursor":"nonsense"}`:         fault.Invalid,
		`{"decision_id":"nonsense"}`:                                  fault.Invalid,
		`{"event_id":"unknown"}`:                                      fault.NotFound,
		`{"decision_id":"00000000000000bb-1"}`:                        fault.NotFound,
	} {
		status := http.StatusBadRequest
		if code == fault.NotFound {
			status = http.StatusNotFound
		}
		f.do(t, adminA, "POST", replayPath, body).want(t, status, code)
	}
	f.do(t, adminB, "POST", replayPath, `{"event_id":"`+first.EventID+`"}`).want(t, 404, fault.NotFound)
	f.keys.add("reader", tenantA, domain.ScopeDecisionsRead)
	f.do(t, "reader", "POST", replayPath, `{"event_id":"`+first.EventID+`"}`).want(t, 403, fault.Forbidden)
}

// TestTrailTellsWhatHappened: decided twice on one chain, enforced, revoked and
// read; other keys see less and are told how much less.
func TestTrailTellsWhatHappened(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	var first, second decisionAnswer
	f.do(t, adminA, "POST", "/defend", attempt(1, "203.0.113.7")).into(t, &first)
	f.clk.Advance(60e9)
	f.do(t, adminA, "POST", "/defend", attempt(2, "203.0.113.8")).into(t, &second)
	f.clk.Advance(60e9)
	// The fixture has no enforcement sink.
	at := int64(first.ReceivedAt)
	f.hostile(t, `INSERT INTO enforcement (tenant_id, enforcement_id, idx, ordinal, action, target_kind, target, rule, created_at, expires_at, revoked_at, revoked_by, revoke_reason)
		VALUES ($1, 'enf_x-1-0', 1, 0, 'block_ip', 'ip', '203.0.113.7', 'r', $2, $3, $4, 'pr_x', 'a test')`, tenantA, at, at+3600e6, at+90e6)
	f.hostile(t, `INSERT INTO approval (tenant_id, approval_id, idx, mitigations_hash, status, created_at, expires_at)
		VALUES ($1, 'apr_x-1', 1, 'h', 'waiting', $2, $3)`, tenantA, at+1, at+100e6)
	f.clk.Advance(60e9)
	f.do(t, adminA, "GET", "/forensics/snapshot/"+first.EventID, "")
	f.clk.Advance(60e9)
	path := "/forensics/audit_trail/" + first.EventID
	var got trailView
	f.do(t, adminA, "GET", path, "").into(t, &got)
	if k := kinds(got); k != "received decided enforcement_created approval_requested next_decision enforcement_revoked approval_expired read" || got.Hidden != 0 {
		t.Errorf("owner sees %s, hidden %d", k, got.Hidden)
	}
	if it := got.Items[0]; it.Actor != "pr_"+adminA || it.Index == nil || *it.Index != 1 || it.Ref != first.EventID {
		t.Errorf("received: %+v", it)
	}
	if it := got.Items[4]; it.Ref != second.DecisionID {
		t.Errorf("next: %+v", it)
	}
	if it := got.Items[5]; it.Actor != "pr_x" || it.Detail["reason"] != "a test" {
		t.Errorf("revoked: %+v", it)
	}
	f.do(t, adminA, "GET", prefixV1+"/forensics/audit_trail/"+second.EventID, "").into(t, &got)
	if k := kinds(got); k != "previous_decision received decided" {
		t.Errorf("second: %s", k)
	}

	f.keys.add("auditor", tenantA, domain.ScopeEvidenceRead)
	f.do(t, "auditor", "GET", path, "").into(t, &got)
	if k := kinds(got); k != "received decided" || got.Hidden < 4 {
		t.Errorf("evidence:read alone sees %s, hidden %d", k, got.Hidden)
	}
	f.keys.add("secret", tenantA, domain.AllScopes()...)
	f.keys.keys["secret"].Rings = []domain.Ring{domain.Secret}
	f.do(t, "secret", "GET", path, "").into(t, &got)
	if len(got.Items) != 0 || got.Hidden < 6 {
		t.Errorf("a key of another ring sees %s, hidden %d", kinds(got), got.Hidden)
	}
	f.do(t, adminB, "GET", path, "").want(t, 404, fault.NotFound)
}

func kinds(t trailView) string {
	var all []string
	for _, it := range t.Items {
		all = append(all, it.Kind)
	}
	return strings.Join(all, " ")
}

// TestChainNamesAnEditedColumn: the entries are whole, a clear column is not.
func TestChainNamesAnEditedColumn(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	for i := range 3 {
		f.do(t, adminA, "POST", "/defend", attempt(i, "203.0.113.7"))
	}
	var v chainVerdict
	f.do(t, adminA, "GET", "/forensics/chain/verify", "").into(t, &v)
	if !v.Valid || v.RowsChecked != 3 || v.RowsNext != nil || v.BadRow != nil {
		t.Errorf("untouched: %+v", v)
	}
	f.hostile(t, "UPDATE decision SET level = 'none' WHERE tenant_id = $1 AND idx = 2", tenantA)
	v = chainVerdict{}
	f.do(t, adminA, "GET", "/forensics/chain/verify", "").into(t, &v)
	if v.Valid || v.Root != v.RecomputedRoot || v.FirstBad == nil || *v.FirstBad != 2 || v.BadRow == nil || v.BadRow.Index != 2 ||
		v.BadRow.Columns[0] != (badCell{"level", "none", "high"}) || !strings.Contains(v.Problem, "level") {
		t.Errorf("edited: %+v", v)
	}
	v = chainVerdict{}
	f.do(t, adminA, "GET", "/forensics/chain/verify?rows_from=3", "").into(t, &v)
	if !v.Valid || v.RowsChecked != 1 {
		t.Errorf("behind it: %+v", v)
	}
	f.do(t, adminA, "GET", "/forensics/chain/verify?rows_from=-1", "").want(t, 400, fault.Invalid)
}
