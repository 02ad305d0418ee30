package decision

import (
	"context"
	"log/slog"

	"frostgate.io/frostgate/internal/domain"
)

// WindowStats are what window states take, of all tenants.
type WindowStats struct {
	Tenants, States int
	Bytes           int64
	Evicted         int64 // states that still counted and had to go, since the start
}

// WindowStats adds up the tenants' tables.
func (s *Service) WindowStats() WindowStats {
	out := WindowStats{Evicted: s.evicted.Load()}
	s.tenants.Range(func(_, v any) bool {
		st := v.(*tenantState)
		st.mu.Lock()
		defer st.mu.Unlock()
		out.Tenants++
		out.States += st.windows.states.Len()
		out.Bytes += st.windows.states.Bytes()
		return true
	})
	return out
}

// tellEvicted makes an eviction known beyond its decision.
func (s *Service) tellEvicted(ctx context.Context, tenant domain.TenantID, live int) {
	if live == 0 {
		return
	}
	s.evicted.Add(int64(live))
	if s.Logger != nil {
		s.Logger.LogAttrs(ctx, slog.LevelWarn, "detection windows evicted: attacks in progress may be counted anew",
			slog.String("tenant", string(tenant)), slog.Int("states", live))
	}
}
