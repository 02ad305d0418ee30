package drift

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"

	"github.com/google/go-cmp/cmp"
)

// many is a world of n objects whose ranges all differ.
func many(n, version int) world {
	w := world{}
	for i := range n {
		w[fmt.Sprintf("id-%04d", i)] = place{name: fmt.Sprintf("Place %d", i), cidr: fmt.Sprintf("10.%d.%d.0/24", version, i%256)}
	}
	return w
}

func TestTriageOfOneFinding(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		f.see(sample())
		f.see(ranged("10.9.0.0/24"))
		id := f.only().ID
		f.do(Comment, id)
		if out, err := f.Triage(ctx, tenantA, TriageRequest{Action: Assign, IDs: []FindingID{id}, Assignee: "pr_bob"}, by("pr_ann")); err != nil || out.Findings[0].Assignee != "pr_bob" {
			t.Fatalf("assign: %+v %v", out, err)
		}
		f.want("assigned", brief(f.list(Filter{Assignee: "pr_bob"})), "new changed a/ipRanges")
		f.do(Deny, id)
		f.do(Acknowledge, id)
		f.do(Reopen, id)
		f.clk.Advance(time.Second)
		f.do(Accept, id)

		got, events, err := f.Finding(ctx, tenantA, id[:12])
		if err != nil || got.State != Accepted || got.By != "pr_ann" || got.Note != "as planned" || got.Until == 0 {
			t.Fatalf("finding %+v: %v", got, err)
		}
		var steps []string
		for _, e := range events {
			steps = append(steps, e.Action+" "+string(e.State)+" "+string(e.By))
			if e.Artifact < 0 {
				t.Errorf("step %s is in no entry", e.Action)
			}
		}
		want := []string{"found new system", "comment new pr_ann", "assign new pr_ann", "deny denied pr_ann", "acknowledge acknowledged pr_ann", "reopen reopened pr_ann", "accept accepted pr_ann"}
		if d := cmp.Diff(want, steps); d != "" {
			t.Error(d)
		}
		if len(got.Ops) == 0 || string(got.From) == "" || !strings.Contains(string(got.To), "10.9.0.0/24") {
			t.Errorf("values: %s -> %s by %+v", got.From, got.To, got.Ops)
		}
		audit, _, err := evidence.NewAuditStore(f.db).List(ctx, tenantA, evidence.AuditFilter{Target: string(id)}, "", 50)
		if err != nil || len(audit) != 6 || audit[0].Action != "drift.accept" || audit[0].Detail["note"] != "as planned" || audit[0].Detail["entry"] == "" {
			t.Errorf("audit %+v: %v", audit, err)
		}
	})
}

func TestTriageIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		f.see(sample())
		f.see(ranged("10.9.0.0/24"))
		id := f.only().ID
		until := f.clk.Now() + domain.Micros(time.Hour/time.Microsecond)
		absent := FindingID("fnd_" + strings.Repeat("0", 32))
		for _, c := range []struct {
			name string
			r    TriageRequest
			want fault.Code
		}{
			{"no finding", TriageRequest{Action: Acknowledge}, fault.Invalid},
			{"findings and a filter", TriageRequest{Action: Acknowledge, IDs: []FindingID{id}, Filter: &Filter{}}, fault.Invalid},
			{"no action", TriageRequest{IDs: []FindingID{id}}, fault.Invalid},
			{"something like an ID", TriageRequest{Action: Acknowledge, IDs: []FindingID{"fnd_XYZ"}}, fault.Invalid},
			{"one that is not there", TriageRequest{Action: Acknowledge, IDs: []FindingID{id, absent}}, fault.NotFound},
			{"too many", TriageRequest{Action: Acknowledge, IDs: make([]FindingID, MaxTriage+1)}, fault.TooLarge},
			{"for ever", TriageRequest{Action: Accept, IDs: []FindingID{id}, Note: "n"}, fault.Invalid},
			{"until the past", TriageRequest{Action: Accept, IDs: []FindingID{id}, Note: "n", Until: f.clk.Now()}, fault.Invalid},
			{"too long", TriageRequest{Action: Accept, IDs: []FindingID{id}, Note: "n", Until: f.clk.Now() + domain.Micros(367*24*time.Hour/time.Microsecond)}, fault.Invalid},
			{"without a reason", TriageRequest{Action: Accept, IDs: []FindingID{id}, Until: until, Note: " "}, fault.Invalid},
			{"denied without a reason", TriageRequest{Action: Deny, IDs: []FindingID{id}}, fault.Invalid},
			{"control characters", TriageRequest{Action: Comment, IDs: []FindingID{id}, Note: "a\x00b"}, fault.Invalid},
			{"a state that forbids it", TriageRequest{Action: Reopen, IDs: []FindingID{id}}, fault.Conflict},
			{"another version", TriageRequest{Action: Acknowledge, IDs: []FindingID{id}, Versions: map[FindingID]int64{id: 7}}, fault.Conflict},
			{"an unknown state", TriageRequest{Action: Acknowledge, Filter: &Filter{States: []State{"x"}}}, fault.Invalid},
		} {
			_, err := f.Triage(ctx, tenantA, c.r, by("pr_ann"))
			f.refused(c.name, err, c.want)
		}
		if got := f.only(); got.Version != 1 {
			t.Errorf("version %d after refusals", got.Version)
		}
	})
}

// TestTwoPeopleTriageOneFinding: whoever comes second has seen another finding.
func TestTwoPeopleTriageOneFinding(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.see(sample())
		f.see(ranged("10.9.0.0/24"))
		row := f.only()
		var wg sync.WaitGroup
		var errs [8]error
		for i := range errs {
			wg.Go(func() {
				r := TriageRequest{Action: Acknowledge, IDs: []FindingID{row.ID}, Versions: map[FindingID]int64{row.ID: row.Version}}
				if i%2 == 1 {
					r.Action, r.Note = Deny, "no"
				}
				_, errs[i] = f.Triage(context.Background(), tenantA, r, by(fmt.Sprint("pr_", i)))
			})
		}
		wg.Wait()
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			} else {
				f.refused("the others", err, fault.Conflict)
			}
		}
		_, events, err := f.Finding(context.Background(), tenantA, row.ID)
		if done != 1 || err != nil || len(events) != 2 {
			t.Errorf("%d of them got through; %d events, %v", done, len(events), err)
		}
	})
}

func TestBulkTriageByFilter(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		const n = 1205
		f.see(many(n, 1))
		f.see(many(n, 2))
		rows, next, err := f.Findings(ctx, []domain.TenantID{tenantA}, Filter{}, "", 500)
		if err != nil || len(rows) != 500 || next == "" {
			t.Fatal(len(rows), next, err)
		}
		spared := rows[3].ID
		out, err := f.Triage(ctx, tenantA, TriageRequest{Action: Acknowledge, Filter: &Filter{Types: []string{locations}}, Except: []FindingID{spared}}, by("pr_ann"))
		if err != nil || out.Done != n-1 || len(out.Artifacts) != (n-1+stepSize-1)/stepSize || len(out.Findings) != MaxTriage {
			t.Fatalf("done %d in %v: %v", out.Done, out.Artifacts, err)
		}
		if got := f.only().ID; got != spared {
			t.Errorf("%s waits, want %s", got, spared)
		}
		out, err = f.Triage(ctx, tenantA, TriageRequest{Action: Acknowledge, Filter: &Filter{AnyState: true}}, by("pr_ann"))
		if err != nil || out.Done != 1 || out.Skipped != n-1 {
			t.Errorf("again: done %d, skipped %d: %v", out.Done, out.Skipped, err)
		}
	})
}

func TestTriageIsEvidence(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		f.see(sample())
		f.see(ranged("10.9.0.0/24").without("b"))
		rows := f.list(Filter{})
		out := f.do(Accept, rows[0].ID, rows[1].ID)
		for _, c := range []struct {
			kind, group string
			at          int64
			holds       []string
		}{
			{KindTriage, "triage", out.Artifacts[0], []string{`"action":"accept"`, string(rows[0].ID), string(rows[1].ID), hashText(rows[0].ToHash), `"note":"as planned"`}},
			{KindComparison, "comparison", f.artifactOf(rows[0].ID), []string{`"new":2`, `"removed":1`, `"changed":1`, rootOf(sortedIDs(f.t, rows))}},
		} {
			r, err := f.Log.Receipt(ctx, tenantA, uint64(c.at), true)
			if err != nil {
				t.Fatal(err)
			}
			trust, err := receipt.NewTrust(f.custody.VerifierKey())
			if err != nil {
				t.Fatal(err)
			}
			if report, err := receipt.Verify(r, trust); err != nil || report.Header.Artifact != c.kind {
				t.Errorf("%s: %v", c.kind, err)
			}
			for _, text := range c.holds {
				if !strings.Contains(r.Openings[c.group].Value, text) {
					t.Errorf("%s does not hold %s: %+v", c.kind, text, r.Openings[c.group])
				}
			}
		}
		if v, err := f.Log.VerifyChain(ctx, tenantA); err != nil || !v.Valid {
			t.Errorf("chain %+v: %v", v, err)
		}
	})
}

// artifactOf is the entry of the comparison that found it.
func (f *fixture) artifactOf(id FindingID) int64 {
	f.t.Helper()
	_, events, err := f.Finding(context.Background(), tenantA, id)
	if err != nil || len(events) == 0 {
		f.t.Fatal(events, err)
	}
	return events[0].Artifact
}

func sortedIDs(t testing.TB, rows []Row) (ids [][idBytes]byte) {
	t.Helper()
	for _, r := range rows {
		id, err := parseFinding(r.ID)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b [idBytes]byte) int { return slices.Compare(a[:], b[:]) })
	return ids
}

func TestTenantsDoNotMeet(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		f.see(sample())
		run := f.see(ranged("10.9.0.0/24"))
		id := f.only().ID
		list, _, err := f.Comparisons(ctx, tenantA, ComparisonFilter{}, "", 0)
		if err != nil || len(list) != 2 {
			t.Fatal(list, err)
		}
		before := f.rows(tenantA)

		// Tenant b knows all that there is to know of a's finding.
		if rows := f.listOf(tenantB, Filter{AnyState: true}); len(rows) != 0 {
			t.Errorf("b lists %v", brief(rows))
		}
		if rows := f.listOf(tenantB, Filter{AnyState: true, IDPrefix: string(id), Run: run.ID, ObjectID: "a"}); len(rows) != 0 {
			t.Errorf("b finds %v", brief(rows))
		}
		_, _, err = f.Finding(ctx, tenantB, id)
		f.refused("b reads it", err, fault.NotFound)
		_, err = f.Triage(ctx, tenantB, TriageRequest{Action: Acknowledge, IDs: []FindingID{id}}, by("pr_eve"))
		f.refused("b triages it", err, fault.NotFound)
		out, err := f.Triage(ctx, tenantB, TriageRequest{Action: Acknowledge, Filter: &Filter{AnyState: true}}, by("pr_eve"))
		if err != nil || out.Done != 0 {
			t.Errorf("b triages all: %+v %v", out, err)
		}
		if list, _, err := f.Comparisons(ctx, tenantB, ComparisonFilter{}, "", 0); err != nil || len(list) != 0 {
			t.Errorf("b's comparisons %+v %v", list, err)
		}
		if err := f.CompareRun(ctx, tenantB, run); err == nil {
			t.Error("b compares a's run")
		}
		// A cursor of a's list leads b nowhere.
		_, cursor, err := f.Findings(ctx, []domain.TenantID{tenantA}, Filter{AnyState: true}, "", 1)
		if err != nil {
			t.Fatal(err)
		}
		if rows, _, err := f.Findings(ctx, []domain.TenantID{tenantB}, Filter{AnyState: true}, cursor, 1); err != nil || len(rows) != 0 {
			t.Errorf("b with a's cursor: %v %v", brief(rows), err)
		}
		if d := cmp.Diff(before, f.rows(tenantA)); d != "" {
			t.Error(d)
		}
	})
}

func TestSummary(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		f.see(sample())
		f.see(ranged("10.9.0.0/24").with("b", place{name: "Beta", cidr: "10.0.1.0/24", untrusted: true}))
		f.do(Accept, f.list(Filter{ObjectID: "b"})[0].ID)
		last := f.see(ranged("10.8.0.0/24").with("b", place{name: "Beta", cidr: "10.0.1.0/24", untrusted: true}).without("c"),
			`{"failed":{"place":"NamedLocations/c.json","type":"`+locations+`","reason":"not JSON"}}`)
		f.seeAs(tenantB, directoryOf(), sample().lines())
		got, err := f.Summary(ctx, []domain.TenantID{tenantA, tenantB})
		if err != nil {
			t.Fatal(err)
		}
		a := got.Tenants[0]
		if a.Waiting != 1 || a.Open != 2 || a.ByState[New] != 1 || a.ByState[Accepted] != 1 || a.ByType[locations].Waiting != 1 || a.BySource["directory/default"].Open != 2 {
			t.Errorf("tally %+v", a.Tally)
		}
		total := 0
		for _, s := range []diff.Severity{diff.Critical, diff.High, diff.Medium, diff.Low, diff.Informational} {
			total += a.BySeverity[s]
		}
		if total != 1 || got.Waiting != 1 || got.Open != 2 || got.ByType[locations].Open != 2 {
			t.Errorf("by severity %v, in all %+v", a.BySeverity, got.Tally)
		}
		s := a.Sources[0]
		if s.Run != last.ID || !s.Compared || s.New != 1 || s.Resolved != 1 || s.Unknown != 1 || s.Quarantined != 1 || len(s.Unknowns) != 1 || s.Unknowns[0].Reason != "quarantine" || len(s.Coverage) != 1 {
			t.Errorf("source %+v", s)
		}
		if b := got.Tenants[1]; b.Open != 0 || len(b.Sources) != 1 || b.Sources[0].New != 0 {
			t.Errorf("tenant b %+v", b)
		}
	})
}

func TestSeverityRulesAreVersioned(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		built, err := f.Rules(ctx, tenantA, 0)
		if err != nil || built.Version != 0 || built.Document == "" {
			t.Fatalf("%+v %v", built, err)
		}
		const doc = "version: ours\ndefault: low\nrules:\n  - name: all places\n    severity: critical\n    types: [identity/conditionalAccess/namedLocations]\n"
		r, err := f.SetRules(ctx, tenantA, doc, 0, by("pr_ann"))
		if err != nil || r.Version != 1 || r.By != "pr_ann" || r.Artifact < 0 {
			t.Fatalf("%+v %v", r, err)
		}
		_, err = f.SetRules(ctx, tenantA, doc, 0, by("pr_bob"))
		f.refused("who saw the one before", err, fault.Conflict)
		_, err = f.SetRules(ctx, tenantA, "rules: [", 1, by("pr_bob"))
		if err == nil {
			t.Error("no document is taken")
		}
		f.see(sample())
		f.see(ranged("10.9.0.0/24"))
		if got := f.only(); got.Severity != diff.Critical {
			t.Errorf("severity %s", got.Severity)
		}
		list, _, err := f.Comparisons(ctx, tenantA, ComparisonFilter{}, "", 1)
		if err != nil || list[0].RulesVersion != 1 {
			t.Errorf("%+v %v", list, err)
		}
		if b, err := f.Rules(ctx, tenantB, 0); err != nil || b.Version != 0 {
			t.Errorf("tenant b: %+v %v", b, err)
		}
	})
}

// TestListsOverTenants: pages of several tenants are one list without gaps.
func TestListsOverTenants(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		for _, tenant := range []domain.TenantID{tenantA, tenantB} {
			f.seeAs(tenant, directoryOf(), many(40, 1).lines())
			f.seeAs(tenant, directoryOf(), many(40, 2).lines())
		}
		f.do(Acknowledge, f.list(Filter{})[7].ID)
		for _, filter := range []Filter{{}, {AnyState: true}, {Text: "PLACE 3"}, {Types: []string{locations}, Severities: severities()}, {ObjectID: "id-0003"}} {
			want := len(f.listOf(tenantA, filter)) + len(f.listOf(tenantB, filter))
			seen, last := map[string]bool{}, Row{}
			for cursor := ""; ; {
				rows, next, err := f.Findings(ctx, []domain.TenantID{tenantA, tenantB}, filter, cursor, 7)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range rows {
					key := string(r.Tenant) + string(r.ID)
					if seen[key] {
						t.Fatalf("%+v: %s twice", filter, key)
					}
					seen[key] = true
					if last.ID != "" && position(r.State, r.Severity, r.Since) < position(last.State, last.Severity, last.Since) {
						t.Fatalf("%+v: out of order", filter)
					}
					last = r
				}
				if cursor = next; cursor == "" {
					break
				}
			}
			if len(seen) != want || want == 0 {
				t.Errorf("%+v: %d of %d", filter, len(seen), want)
			}
		}
		_, _, err := f.Findings(ctx, []domain.TenantID{tenantA}, Filter{}, "nonsense", 7)
		f.refused("a cursor", err, fault.Invalid)
	})
}

func TestFiltersNarrow(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.see(sample())
		run := f.see(sample().with("a", place{name: "Alpha", cidr: "10.9.0.0/24", untrusted: true}).without("b").with("c", place{name: "Gemma_%", cidr: "10.0.2.0/24"}))
		all := f.list(Filter{})
		group := f.list(Filter{ObjectID: "c"})[0].Group
		for _, c := range []struct {
			name   string
			filter Filter
			want   []string
		}{
			{"kind", Filter{Kinds: []diff.Kind{diff.Removed}}, []string{"new removed b"}},
			{"source", Filter{Source: "directory/default", Text: "isTRUSTED"}, []string{"new changed a/isTrusted"}},
			{"another source", Filter{Source: "directory/other"}, nil},
			{"text that is no pattern", Filter{Text: "mma_%"}, []string{"new metadata c/displayName"}},
			{"text that would be one", Filter{Text: "g%mma"}, nil},
			{"group", Filter{Group: group}, []string{"new metadata c/displayName"}},
			{"run and object", Filter{Run: run.ID, ObjectID: "b"}, []string{"new removed b"}},
			{"baseline", Filter{Baseline: all[0].Baseline, Kinds: []diff.Kind{diff.Removed}}, []string{"new removed b"}},
			{"several types", Filter{Types: []string{locations, "x"}, Kinds: []diff.Kind{diff.Removed}}, []string{"new removed b"}},
			{"beginning of an ID", Filter{IDPrefix: string(all[0].ID)[4:14]}, brief(all[:1])},
			{"nobody's", Filter{Assignee: "pr_x"}, nil},
		} {
			f.want(c.name, brief(f.list(c.filter)), c.want...)
		}
		if text := f.list(Filter{Text: "trusted"})[0].Text; text == "" || strings.Contains(text, "frostgate-secret") {
			t.Errorf("text %q", text)
		}
	})
}
