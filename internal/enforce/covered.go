package enforce

import (
	"context"
	"slices"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// Bounds of what Cover looks at and names.
const (
	maxLooked = 20_000
	maxNamed  = 50
)

// Spared is a target that an allow-list entry would cover, with what was
// enforced against it.
type Spared struct {
	Action     string
	TargetKind string
	Target     string
	Count      int64 // enforcements among those that were looked at
	InForce    int64 // of them in force now
	Last       domain.Micros
}

// Cover is what an allow-list entry would mean, going by what was enforced.
type Cover struct {
	Kind      Kind
	Value     string // canonical
	CoveredBy string // an entry that is live and covers the value already
	Looked    int64  // enforcements that were looked at, the newest
	Since     domain.Micros
	All       bool  // they are all there are
	Count     int64 // of them the entry would have spared
	InForce   int64 // of these in force now: an entry doesn't end them
	Targets   []Spared
}

// Cover tells which of the newest enforcements an entry would have spared. It
// writes nothing; a value that AddAllow would refuse is refused alike.
func (s *Service) Cover(ctx context.Context, tenant domain.TenantID, kind Kind, value string) (*Cover, error) {
	canon, err := listed(kind, value)
	if err != nil {
		return nil, err
	}
	c := &Cover{Kind: kind, Value: canon}
	snap := newSnapshot()
	if err := snap.add(kind, canon, covers{entry: "new"}); err != nil {
		return nil, err
	}
	snap.seal()
	var now domain.Micros
	found := map[Spared]*Spared{}
	err = s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		now, c.All = tx.Now, true
		return tx.ForEach(ctx, selectEnforcement+` WHERE tenant_id = $1 ORDER BY idx DESC, ordinal DESC LIMIT $2`, []any{string(tenant), maxLooked + 1}, func(row db.Scanner) error {
			var e Enforcement
			if err := row.Scan(e.fields()...); err != nil {
				return err
			}
			if c.Looked == maxLooked {
				c.All = false
				return nil
			}
			c.Looked, c.Since = c.Looked+1, e.CreatedAt
			c.take(snap, &e, found, now)
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	for _, t := range found {
		c.Targets = append(c.Targets, *t)
	}
	slices.SortFunc(c.Targets, func(a, b Spared) int {
		if a.Last != b.Last {
			return int(b.Last - a.Last)
		}
		if a.Target < b.Target || a.Target == b.Target && a.Action < b.Action {
			return -1
		}
		return 1
	})
	c.Targets = c.Targets[:min(len(c.Targets), maxNamed)]
	c.CoveredBy, _, err = s.NeverBlock(ctx, tenant, string(kind), canon, now)
	return c, err
}

// take counts an enforcement that the entry would have spared.
func (c *Cover) take(snap *snapshot, e *Enforcement, found map[Spared]*Spared, now domain.Micros) {
	if _, ok := snap.find(Kind(e.TargetKind), e.Target, now); !ok {
		return
	}
	key := Spared{Action: e.Action, TargetKind: e.TargetKind, Target: e.Target}
	t := found[key]
	if t == nil {
		t = &Spared{Action: e.Action, TargetKind: e.TargetKind, Target: e.Target, Last: e.CreatedAt}
		found[key] = t
	}
	t.Count++
	c.Count++
	if e.Active(now) {
		t.InForce++
		c.InForce++
	}
}
