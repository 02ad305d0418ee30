package governance

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
)

type missionKey struct {
	tenant domain.TenantID
	id     domain.MissionID
}

func (k missionKey) compare(o missionKey) int {
	if c := strings.Compare(string(k.tenant), string(o.tenant)); c != 0 {
		return c
	}
	return strings.Compare(string(k.id), string(o.id))
}

// maxIdle bounds the missions kept in memory that nobody holds.
const maxIdle = 4096

// missionTable gives each mission in use one lane.
type missionTable struct {
	mu   sync.Mutex
	byID map[missionKey]*missionState // guarded by mu
}

// missionState is one mission in memory.
type missionState struct {
	key  missionKey
	refs int           // holders and waiters; guarded by missionTable.mu
	lane chan struct{} // capacity 1: whoever put the token in owns mission
	// mission is nil until it is read, and again when what is in memory may be
	// ahead of the store.
	mission *Mission
	// stored is the spent figure that is durable; the sequencer's goroutine adds
	// to it.
	stored atomic.Int64
}

// acquire waits for the mission's lane.
func (t *missionTable) acquire(ctx context.Context, key missionKey) (*missionState, error) {
	t.mu.Lock()
	st := t.byID[key]
	if st == nil {
		st = &missionState{key: key, lane: make(chan struct{}, 1)}
		t.byID[key] = st
	}
	st.refs++
	t.mu.Unlock()
	select {
	case st.lane <- struct{}{}:
		return st, nil
	case <-ctx.Done():
		t.drop(st, false)
		return nil, ctx.Err()
	}
}

// release lets the next one in.
func (t *missionTable) release(st *missionState) {
	known := st.mission != nil
	<-st.lane
	t.drop(st, known)
}

func (t *missionTable) drop(st *missionState, known bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	st.refs--
	if st.refs == 0 && (!known || len(t.byID) > maxIdle) {
		delete(t.byID, st.key)
	}
}

// spent tells the state, if it is in use, what became durable.
func (t *missionTable) spent(key missionKey, n int64) {
	t.mu.Lock()
	st := t.byID[key]
	t.mu.Unlock()
	if st != nil {
		st.stored.Add(n)
	}
}

// Begin gives the mission's facts at a moment and holds it until the lease is
// released: budgets are decided one event at a time.
func (s *Service) Begin(ctx context.Context, tenant domain.TenantID, id domain.MissionID, at domain.Micros) (*domain.MissionFact, decision.MissionLease, error) {
	st, err := s.missions.acquire(ctx, missionKey{tenant, id})
	if err != nil {
		return nil, nil, err
	}
	if st.mission == nil {
		m, err := s.Mission(ctx, tenant, id)
		if err != nil {
			s.missions.release(st)
			return nil, nil, err
		}
		st.mission = m
		st.stored.Store(m.Spent)
	}
	return st.mission.fact(at), &lease{s: s, st: st}, nil
}

// lease holds one mission.
type lease struct {
	s    *Service
	st   *missionState
	once sync.Once
}

// Spend takes n mitigations from the budget in memory.
func (l *lease) Spend(n int64) { l.st.mission.Spent += n }

// Release lets the next event of the mission in. A spend that did not become
// durable meanwhile is given back by reading the mission again.
func (l *lease) Release() {
	l.once.Do(func() {
		if m := l.st.mission; m.Spent != l.st.stored.Load() {
			l.st.mission = nil
		}
		l.s.missions.release(l.st)
	})
}

// spending collects what the decisions of a batch spend. The sequencer's
// goroutine owns it.
type spending struct{ n map[missionKey]int64 }

// Describe adds nothing to an answer.
func (s *Service) Describe(*decision.Recorded) {}

// Add counts the detections that matched, and the mitigations of a mission's
// decision that may run without anybody's approval.
func (s *Service) Add(r *decision.Recorded) error {
	s.counts.add(r)
	if r.Event.Mission == "" {
		return nil
	}
	n := int64(0)
	for i := range r.Outcome.Mitigations {
		if r.Outcome.Mitigations[i].Gating == domain.GateAllow {
			n++
		}
	}
	if n > 0 {
		s.spending.n[missionKey{r.Tenant, r.Event.Mission}] += n
	}
	return nil
}

// Write raises the stored spent figures in the decisions' transaction.
func (s *Service) Write(ctx context.Context, tx *db.Tx) error {
	for _, k := range slices.SortedFunc(maps.Keys(s.spending.n), missionKey.compare) {
		n, err := tx.Exec(ctx, spendMission, k.tenant, k.id, s.spending.n[k])
		if err != nil {
			return fmt.Errorf("spend of mission %s: %w", k.id, err)
		}
		if n != 1 {
			return fmt.Errorf("spend of mission %s: %d rows", k.id, n)
		}
	}
	return nil
}

// Reset ends the batch: what became durable is told to the missions in use,
// whose leases are still held.
func (s *Service) Reset(committed bool) {
	s.counts.reset(committed)
	if committed {
		for k, n := range s.spending.n {
			s.missions.spent(k, n)
		}
	}
	clear(s.spending.n)
}
