package governance

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"

	"github.com/google/go-cmp/cmp"
)

func (f *fixture) envelope(id domain.MissionID) Envelope {
	now := f.clk.Now()
	return Envelope{ID: id, Title: "Exercise", StartsAt: now, ExpiresAt: now + 3600e6, Allowed: []string{"block_ip"}, Budget: 3, BlastCap: NoCap}
}

func (f *fixture) create(e Envelope) *Mission {
	f.t.Helper()
	m, err := f.CreateMission(context.Background(), tenantA, e, f.actor())
	if err != nil {
		f.t.Fatal(err)
	}
	return m
}

// reason is why the mission is not valid now.
func (f *fixture) reason(id domain.MissionID) string {
	f.t.Helper()
	fact, l, err := f.Begin(context.Background(), tenantA, id, f.clk.Now())
	if err != nil {
		f.t.Fatal(err)
	}
	l.Release()
	if fact.Valid != (fact.Reason == "") {
		f.t.Errorf("fact %+v", fact)
	}
	return fact.Reason
}

func bruteIn(mission domain.MissionID, i int) string {
	return fmt.Sprintf(`{"event_type":"auth","mission_id":%q,"payload":{"src_ip":"198.51.100.%d","failures":5}}`, mission, i)
}

func TestMissionBudgetUnderConcurrency(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.create(f.envelope("m"))
		var acted atomic.Int64
		var wg sync.WaitGroup
		for i := range 12 {
			wg.Go(func() {
				r, err := f.defend(bruteIn("m", i))
				if err != nil {
					t.Error(err)
					return
				}
				acted.Add(int64(len(r.Outcome.Mitigations)))
				if len(r.Outcome.Mitigations) == 0 && r.Facts.Mission.Reason != ReasonOverBudget {
					t.Errorf("without mitigation because of %q", r.Facts.Mission.Reason)
				}
			})
		}
		wg.Wait()
		m, err := f.Mission(context.Background(), tenantA, "m")
		if err != nil || acted.Load() != 3 || m.Spent != 3 || f.reason("m") != ReasonOverBudget {
			t.Fatalf("%d mitigations, stored %d, %v", acted.Load(), m.Spent, err)
		}
		f.restart()
		if f.reason("m") != ReasonOverBudget {
			t.Error("a restart forgot what was spent")
		}
	})
}

func TestSpendThatIsNotStoredIsGivenBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		f.create(f.envelope("m"))
		fact, l, err := f.Begin(ctx, tenantA, "m", f.clk.Now())
		if err != nil || fact.BudgetLeft != 3 {
			t.Fatalf("%+v, %v", fact, err)
		}
		l.Spend(3) // and the decision is never recorded
		l.Release()
		l.Release() // a second time does nothing
		if fact, l, err = f.Begin(ctx, tenantA, "m", f.clk.Now()); err != nil || fact.BudgetLeft != 3 {
			t.Fatalf("%+v, %v", fact, err)
		}
		// Somebody who waits for the mission gives up with its context.
		short, cancel := context.WithCancel(ctx)
		cancel()
		if _, _, err := f.Begin(short, tenantA, "m", f.clk.Now()); err == nil {
			t.Error("two hold the mission")
		}
		l.Release()
		if len(f.missions.byID) != 1 {
			t.Errorf("%d missions in memory", len(f.missions.byID))
		}
		_, _, err = f.Begin(ctx, tenantA, "nobody", f.clk.Now())
		wantCode(t, err, fault.UnknownMission)
		_, _, err = f.Begin(ctx, tenantB, "m", f.clk.Now())
		wantCode(t, err, fault.UnknownMission)
		if len(f.missions.byID) != 1 {
			t.Error("unknown missions stay in memory")
		}
	})
}

func TestMissionTimeIsComparedAtUse(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		e := f.envelope("m")
		e.StartsAt++
		f.create(e)
		if r := f.reason("m"); r != ReasonNotStarted {
			t.Errorf("before: %q", r)
		}
		f.clk.Advance(time.Microsecond)
		if r := f.reason("m"); r != "" {
			t.Errorf("at the start: %q", r)
		}
		f.clk.Advance(time.Hour - 2*time.Microsecond)
		if r := f.reason("m"); r != "" {
			t.Errorf("one microsecond before the end: %q", r)
		}
		f.clk.Advance(time.Microsecond)
		if r := f.reason("m"); r != ReasonExpired {
			t.Errorf("at the very end: %q", r)
		}
		r, err := f.defend(bruteIn("m", 1))
		if err != nil || len(r.Outcome.Mitigations) != 0 {
			t.Errorf("an expired mission still acts: %+v, %v", r, err)
		}
	})
}

func TestTamperedEnvelopeIsNotValid(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.create(f.envelope("other"))
		for name, query := range map[string]string{
			"content":   "UPDATE document SET content = (SELECT content FROM document WHERE kind = 'mission' AND name = 'other') WHERE kind = 'mission' AND name = $1",
			"hash":      "UPDATE mission SET hash = (SELECT hash FROM mission WHERE mission_id = 'other') WHERE mission_id = $1",
			"signature": "UPDATE document SET signed_by = (SELECT signed_by FROM document WHERE kind = 'mission' AND name = 'other') WHERE kind = 'mission' AND name = $1",
			"expiry":    "UPDATE mission SET expires_at = expires_at + 1 WHERE mission_id = $1",
			"start":     "UPDATE mission SET starts_at = starts_at - 1 WHERE mission_id = $1",
			"budget":    "UPDATE mission SET budget = -1 WHERE mission_id = $1",
			"document":  "DELETE FROM document WHERE kind = 'mission' AND name = $1",
			"unsigned":  "UPDATE document SET signed_by = '' WHERE kind = 'mission' AND name = $1",
		} {
			id := domain.MissionID("m-" + name)
			f.create(f.envelope(id))
			f.system(query, id)
			if r := f.reason(id); r != ReasonSignature {
				t.Errorf("%s altered: %q", name, r)
			}
			r, err := f.defend(bruteIn(id, 1))
			if err != nil || len(r.Outcome.Mitigations) != 0 {
				t.Errorf("%s altered: still acts, %v", name, err)
			}
		}
		if r := f.reason("other"); r != "" {
			t.Errorf("untouched: %q", r)
		}
	})
}

func TestMissionIsCreatedListedAndEndedOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		made := f.create(f.envelope(""))
		f.create(f.envelope("m"))
		_, err := f.CreateMission(ctx, tenantA, f.envelope("m"), f.actor())
		wantCode(t, err, fault.Conflict)
		got, err := f.Mission(ctx, tenantA, made.ID)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(made, got); d != "" {
			t.Error(d)
		}
		page, next, err := f.Missions(ctx, tenantA, "", "", "", 1)
		if err != nil || len(page) != 1 || next == "" {
			t.Fatalf("first page: %v %q %v", page, next, err)
		}
		rest, next, err := f.Missions(ctx, tenantA, "", "", next, 1)
		if err != nil || len(rest) != 1 || next != "" || rest[0].ID == page[0].ID {
			t.Fatalf("second page: %v %q %v", rest, next, err)
		}
		if other, _, err := f.Missions(ctx, tenantB, "", "", "", 0); err != nil || len(other) != 0 {
			t.Errorf("another tenant sees %v, %v", other, err)
		}
		var won atomic.Int64
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				m, err := f.EndMission(ctx, tenantA, "m", "done", f.actor())
				if err != nil || m.Status != statusEnded {
					t.Error(m, err)
				}
				won.Add(1)
			})
		}
		wg.Wait()
		if r := f.reason("m"); r != ReasonEnded {
			t.Errorf("ended: %q", r)
		}
		if n := f.count("SELECT count(*) FROM audit WHERE tenant_id = $1 AND action = 'mission.end'", tenantA); n != 1 {
			t.Errorf("%d audit rows of one end", n)
		}
		if n := f.count("SELECT count(*) FROM artifact WHERE tenant_id = $1 AND kind = 'mission'", tenantA); n != 3 {
			t.Errorf("%d artifacts of two missions and one end", n)
		}
		if ended, _, err := f.Missions(ctx, tenantA, statusEnded, "", "", 0); err != nil || len(ended) != 1 {
			t.Errorf("ended list: %v, %v", ended, err)
		}
		_, err = f.EndMission(ctx, tenantB, "m", "", f.actor())
		wantCode(t, err, fault.UnknownMission)
	})
}

func TestEnvelopeIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		for field, change := range map[string]func(*Envelope){
			"mission_id":        func(e *Envelope) { e.ID = "a b" },
			"title":             func(e *Envelope) { e.Title = " " },
			"starts_at":         func(e *Envelope) { e.StartsAt = e.ExpiresAt },
			"expires_at":        func(e *Envelope) { e.ExpiresAt = e.StartsAt + maxMissionSpan + 1 },
			"budget_cap":        func(e *Envelope) { e.Budget = -2 },
			"blast_radius_cap":  func(e *Envelope) { e.BlastCap = 1001 },
			"allowed_actions/1": func(e *Envelope) { e.Allowed = append(e.Allowed, "nuke_ip") },
			"persona":           func(e *Envelope) { e.Persona = "nobody" },
			"classification":    func(e *Envelope) { e.Ring = "NONE" },
		} {
			e := f.envelope("m")
			change(&e)
			_, err := f.CreateMission(context.Background(), tenantA, e, f.actor())
			if fe, ok := err.(*fault.Error); !ok || fe.Code != fault.Invalid || fe.Field != field { //nolint:errorlint // exactly this error, unwrapped
				t.Errorf("%s: %v", field, err)
			}
		}
		past := f.envelope("m")
		past.StartsAt, past.ExpiresAt = past.StartsAt-10, past.StartsAt
		if _, err := f.CreateMission(context.Background(), tenantA, past, f.actor()); err == nil || !strings.Contains(err.Error(), "future") {
			t.Errorf("over already: %v", err)
		}
	})
}
