package decision

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/sigma/correlate"
)

const (
	selectAny     = `SELECT count(*) FROM (SELECT idx FROM decision WHERE tenant_id = $1 LIMIT 1) AS one`
	selectWindows = `SELECT mac, events, since, used, state FROM window_state WHERE tenant_id = $1`
)

// state returns the tenant's pipeline state, restored on first use.
func (s *Service) state(ctx context.Context, tenant domain.TenantID) (*tenantState, error) {
	if v, ok := s.tenants.Load(tenant); ok {
		return v.(*tenantState), nil
	}
	st := &tenantState{inflight: make(map[evidence.MAC]*flight)}
	st.reload = func() (windowTable, error) { return s.restoreWindows(context.Background(), tenant) }
	st.relearn = func(ring domain.Ring) (*learned, error) { return s.restoreLearned(context.Background(), tenant, ring) }
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

// restoreWindows reads the windows as of the last commit.
func (s *Service) restoreWindows(ctx context.Context, tenant domain.TenantID) (windowTable, error) {
	t := newWindowTable()
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		err := tx.ForEach(ctx, selectWindows, []any{tenant}, func(sc db.Scanner) error {
			var mac, state []byte
			var events, since, used int64
			if err := sc.Scan(&mac, &events, &since, &used, &state); err != nil {
				return err
			}
			if len(mac) != len(correlate.Key{}) {
				return fmt.Errorf("a window key of %d bytes", len(mac))
			}
			text := string(state)
			if text == "" {
				text = oldCount(events, since, used)
			}
			if err := correlate.Valid(text); err != nil {
				return err
			}
			t.states.Load(correlate.Key(mac), text)
			return nil
		})
		if err != nil {
			return err
		}
		_, err = movedSinceMark(ctx, tx, tenant, func(m detect.Move) { t.states.Load(m.Key, m.State) })
		return err
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
