package evidence

import (
	"fmt"
	"slices"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// group splits units by tenant, tenants in ID order (the lock order of the
// log_state rows), units in queue order.
func group(units []*Unit) [][]*Unit {
	if !slices.ContainsFunc(units, func(u *Unit) bool { return u.Tenant != units[0].Tenant }) {
		return [][]*Unit{units}
	}
	by := make(map[domain.TenantID][]*Unit)
	var order []domain.TenantID
	for _, u := range units {
		if _, ok := by[u.Tenant]; !ok {
			order = append(order, u.Tenant)
		}
		by[u.Tenant] = append(by[u.Tenant], u)
	}
	slices.Sort(order)
	out := make([][]*Unit, len(order))
	for i, t := range order {
		out[i] = by[t]
	}
	return out
}

// plan is one tenant's part of a batch.
type plan struct {
	log  *logState
	next *edge
	tree *treeBatch
	mac  []byte // of the next state
}

// place gives each unit its index, builds its entry and leaf, extends the tree
// and collects the rows.
func (s *Sequencer) place(log *logState, units []*Unit, writers *[]RowWriter) (*plan, error) {
	leaves := make([]receipt.Hash, len(units))
	header := receipt.Header{Key: s.keyID, Log: log.logID}
	for i, u := range units {
		if u.sealed.keyVersion < s.retired[u.Tenant] {
			return nil, fault.New(fault.Busy, "the tenant's keys were changed meanwhile; nothing was recorded, try again")
		}
		if u.Place != nil {
			if err := u.Place(log.edge.size + uint64(i)); err != nil {
				return nil, fmt.Errorf("place a %s: %w", u.Kind, err)
			}
		}
		header.Artifact, header.Commitments = u.Kind, u.sealed.commitments
		header.Index, header.Prev, header.Time = log.edge.size+uint64(i), u.Prev, int64(u.Time)
		header.Policy, header.Ruleset = string(u.Policy), string(u.Ruleset)
		header.Key, header.Counter = u.keyOr(s.keyID), u.Counter
		if err := header.Validate(); err != nil {
			return nil, fmt.Errorf("entry of a %s: %w", u.Kind, err)
		}
		entry := header.AppendJCS(make([]byte, 0, 768))
		leaves[i] = receipt.LeafHash(entry)
		u.result = Committed{Index: header.Index, Entry: entry, LeafHash: leaves[i]}
	}
	p := &plan{log: log}
	p.next, p.tree = extend(log.edge, leaves)
	p.tree.logID, p.tree.sign = log.logID, s.signFunc(log.logID)
	p.mac = StateMAC(s.custody, log.tenant, p.tree.size, p.tree.root)
	for _, u := range units {
		u.result.tree = p.tree
		if err := s.payloads.Add(u, u.result); err != nil {
			return nil, err
		}
		if !u.OwnLeaf {
			if err := s.artifacts.Add(u, u.result); err != nil {
				return nil, err
			}
		}
		if u.Rows == nil {
			continue
		}
		if !slices.Contains(*writers, u.Rows) {
			*writers = append(*writers, u.Rows)
		}
		if err := u.Rows.Add(u, u.result); err != nil {
			return nil, err
		}
	}
	return p, nil
}
