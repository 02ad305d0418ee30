package decision

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"

	"github.com/go-json-experiment/json"
)

// restoreDepth is how many of the latest decisions a restart reads to know the
// attacks in progress.
const restoreDepth = 2000

const (
	selectRecent = `SELECT d.idx, d.entry, d.ring FROM decision d WHERE d.tenant_id = $1 ORDER BY d.idx DESC LIMIT $2`
	selectAny    = `SELECT count(*) FROM (SELECT idx FROM decision WHERE tenant_id = $1 LIMIT 1) AS one`
)

// state returns the tenant's pipeline state, restored from the log on first
// use.
func (s *Service) state(ctx context.Context, tenant domain.TenantID) (*tenantState, error) {
	if v, ok := s.tenants.Load(tenant); ok {
		return v.(*tenantState), nil
	}
	st := &tenantState{inflight: make(map[evidence.MAC]*flight)}
	st.reload = func() (windowTable, error) { return s.restoreWindows(context.Background(), tenant) }
	var err error
	if st.windows, err = st.reload(); err != nil {
		return nil, err
	}
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		var n int64
		if _, err := tx.Get(ctx, selectAny, []any{tenant}, &n); err != nil {
			return err
		}
		st.seen.whole = n == 0
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("state of tenant %s: %w", tenant, err)
	}
	v, loaded := s.tenants.LoadOrStore(tenant, st)
	if !loaded && !st.seen.whole {
		s.fill.Go(func() { s.fillSeen(tenant, st) })
	}
	return v.(*tenantState), nil
}

// fillSeen reads the dedup MACs of a log that was there before this process, so
// that new events need no look-up again. Events recorded meanwhile are looked up
// until it has finished: the reading transaction's snapshot may miss them, so it
// reads once more while the state is locked.
func (s *Service) fillSeen(tenant domain.TenantID, st *tenantState) {
	filled := seenFilter{whole: true}
	ctx := s.background
	from := int64(-1)
	read := func() error {
		return s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
			return tx.ForEach(ctx, `SELECT idx, dedup FROM decision WHERE tenant_id = $1 AND idx > $2 ORDER BY idx`, []any{tenant, from}, func(sc db.Scanner) error {
				var mac []byte
				if err := sc.Scan(&from, &mac); err != nil {
					return err
				}
				if len(mac) == evidence.MACSize {
					filled.add(evidence.MAC(mac))
				}
				return nil
			})
		})
	}
	if err := read(); err != nil {
		return // look-ups go on: slower, never wrong
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	// In flight now means: added on completion, by which time the filter is whole.
	if err := read(); err != nil {
		return
	}
	st.seen = filled
}

// restoreWindows rebuilds window state from the facts of the latest decisions:
// the newest fact of a key is its whole state.
func (s *Service) restoreWindows(ctx context.Context, tenant domain.TenantID) (windowTable, error) {
	type row struct {
		idx   int64
		entry string
		ring  domain.Ring
	}
	var rows []row
	var t windowTable
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		err := tx.ForEach(ctx, selectRecent, []any{tenant, restoreDepth}, func(sc db.Scanner) error {
			var r row
			if err := sc.Scan(&r.idx, &r.entry, &r.ring); err != nil {
				return err
			}
			rows = append(rows, r)
			return nil
		})
		if err != nil {
			return err
		}
		for i := len(rows) - 1; i >= 0; i-- { // oldest first
			r := rows[i]
			groups, err := s.Log.OpenIn(ctx, tx, tenant, uint64(r.idx), []byte(r.entry))
			if err != nil {
				continue // erased or pruned: its windows are over or unknowable
			}
			var facts struct {
				Windows []storedWindowFact `json:"state_facts"`
			}
			if err := json.Unmarshal(groupValue(groups, "decision"), &facts); err != nil {
				return fmt.Errorf("facts of decision %d: %w", r.idx, err)
			}
			for _, f := range windowFacts(facts.Windows) {
				t.restore(r.ring, f)
			}
		}
		return nil
	})
	if err != nil {
		return t, fmt.Errorf("restore windows of tenant %s: %w", tenant, err)
	}
	return t, nil
}

func groupValue(groups []evidence.Group, name string) []byte {
	for i := range groups {
		if groups[i].Name == name {
			return groups[i].Value
		}
	}
	return nil
}
