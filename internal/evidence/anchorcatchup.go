package evidence

import (
	"context"
	"errors"

	"frostgate.io/frostgate/internal/domain"
)

// enqueue puts the present state of logs into the next epochs.
func (a *Anchors) enqueue(ctx context.Context, tenants []domain.TenantID) error {
	for _, t := range tenants {
		st, err := a.verified(ctx, t)
		if errors.Is(err, errForked) {
			a.seq.damage(t, err)
			continue
		}
		if err != nil {
			return err
		}
		a.note(t, &treeHead{logID: st.logID, size: st.edge.size, root: st.root, sign: a.seq.signFunc(st.logID)})
	}
	return nil
}

// verified reads a log's state and checks it: what is anchored is signed now, so
// only a state that its rows and its last signatures bear out may be. The log
// may grow between reading and checking; then its rows say more than the state
// that was read, and the newer one is looked at.
func (a *Anchors) verified(ctx context.Context, tenant domain.TenantID) (*storedState, error) {
	for size := uint64(0); ; {
		st, err := readState(ctx, a.seq.db, tenant)
		if err != nil {
			return nil, err
		}
		if err = a.seq.verifyState(ctx, tenant, st); !errors.Is(err, errForked) {
			return st, err
		}
		now, rerr := readState(ctx, a.seq.db, tenant)
		if rerr != nil {
			return nil, rerr
		}
		if now.edge.size <= st.edge.size || now.edge.size <= size {
			return nil, err
		}
		size = st.edge.size
	}
}
