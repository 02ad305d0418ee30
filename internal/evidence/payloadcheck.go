package evidence

import (
	"context"
	"errors"
	"fmt"
	"sort"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// checkPayloads holds the payload rows of a log against what the log says: each
// leaf has a payload or is marked as gone, none has both, each mark is the word
// of an artifact in the log, and what an artifact says is gone is gone. at is
// the first leaf at which that fails, -1 when it holds everywhere.
func (s *Sequencer) checkPayloads(ctx context.Context, tx *db.Tx, tenant domain.TenantID, size uint64) (at int64, problem string, err error) {
	marks, err := GoneIn(ctx, tx, tenant, 0, 1<<62)
	if err != nil {
		return 0, "", err
	}
	c := payloadCheck{size: size, marks: marks, at: -1}
	err = tx.ForEach(ctx, `SELECT idx FROM payload WHERE tenant_id = $1 ORDER BY idx`, []any{tenant}, func(sc db.Scanner) error {
		var idx int64
		if err := sc.Scan(&idx); err != nil {
			return err
		}
		c.present(uint64(idx))
		return nil
	})
	if err != nil {
		return 0, "", err
	}
	c.end()
	if err := s.checkClaims(ctx, tx, tenant, &c); err != nil {
		return 0, "", err
	}
	return c.at, c.problem, nil
}

// payloadCheck walks the payload rows and the marks side by side.
type payloadCheck struct {
	size    uint64
	marks   []Gone
	mark    int    // the first mark that may still cover next
	next    uint64 // the leaf that is looked at next
	at      int64
	problem string
}

func (c *payloadCheck) bad(at uint64, format string, args ...any) {
	if c.at < 0 || int64(at) < c.at {
		c.at, c.problem = int64(at), fmt.Sprintf(format, args...)
	}
}

// present takes the next payload row.
func (c *payloadCheck) present(idx uint64) {
	c.absentUntil(idx)
	if g := c.covering(idx); g != nil {
		c.bad(idx, "entry %d says that this payload is gone, yet the store holds one: it was put back", g.By)
	}
	if idx >= c.size {
		c.bad(idx, "a payload stands beyond the log's end")
	}
	c.next = idx + 1
}

// absentUntil expects a mark for each leaf from next on, below idx.
func (c *payloadCheck) absentUntil(idx uint64) {
	for c.next < min(idx, c.size) {
		g := c.covering(c.next)
		if g == nil {
			c.bad(c.next, "the payload is missing, and no entry of the log says that it was erased or pruned")
			c.next++
			continue
		}
		c.next = min(g.Last+1, idx)
	}
}

func (c *payloadCheck) end() { c.absentUntil(c.size) }

// covering returns the mark over a leaf; leaves are asked for in order.
func (c *payloadCheck) covering(idx uint64) *Gone {
	for c.mark < len(c.marks) && c.marks[c.mark].Last < idx {
		c.mark++
	}
	if c.mark < len(c.marks) && c.marks[c.mark].First <= idx {
		return &c.marks[c.mark]
	}
	return nil
}

// checkClaims compares the marks with the artifacts that stand behind them.
func (s *Sequencer) checkClaims(ctx context.Context, tx *db.Tx, tenant domain.TenantID, c *payloadCheck) error {
	var at []uint64
	err := tx.ForEach(ctx, `SELECT idx FROM artifact WHERE tenant_id = $1 AND kind IN ('erasure', 'prune') ORDER BY idx`, []any{tenant}, func(sc db.Scanner) error {
		var idx int64
		err := sc.Scan(&idx)
		at = append(at, uint64(idx))
		return err
	})
	if err != nil {
		return err
	}
	claimed := make(map[uint64][][2]uint64, len(at))
	kinds := make(map[uint64]string, len(at))
	for _, idx := range at {
		ranges, kind, err := s.claims(ctx, tx, tenant, idx)
		if err != nil {
			if fault.CodeOf(err) == fault.Internal && !errors.Is(err, ErrSealed) {
				return err
			}
			c.bad(idx, "what this entry says is gone can't be read: %v", err)
			continue
		}
		claimed[idx] = ranges
		kinds[idx] = map[string]string{KindErasure: GoneErased, KindPrune: GonePruned}[kind]
		if kind == KindErasure {
			c.checkErased(idx, ranges)
		}
	}
	for i := range c.marks {
		if m := &c.marks[i]; !covers(claimed[m.By], m.First, m.Last) {
			c.bad(m.First, "the store says that entry %d tells of this payload's end, but it does not", m.By)
		} else if kinds[m.By] != m.Kind {
			c.bad(m.First, "the store says that this payload was %.20s, entry %d that it was %s", m.Kind, m.By, kinds[m.By])
		}
	}
	return nil
}

// claims reads from an artifact which payloads it says are gone.
func (s *Sequencer) claims(ctx context.Context, tx *db.Tx, tenant domain.TenantID, idx uint64) (ranges [][2]uint64, kind string, err error) {
	entry, _, err := leafIn(ctx, tx, tenant, idx)
	if err != nil {
		return nil, "", err
	}
	h, err := receipt.ParseHeader([]byte(entry))
	if err != nil {
		return nil, "", fault.Wrap(fault.Damaged, err, "the entry can't be read")
	}
	groups, err := s.OpenIn(ctx, tx, tenant, idx, []byte(entry))
	if err != nil {
		return nil, "", err
	}
	if ranges, err = claimedRanges(h.Artifact, groups); err != nil {
		err = fault.Wrap(fault.Damaged, err, "its words can't be read")
	}
	return ranges, h.Artifact, err
}

// checkErased wants a mark for each leaf that an artifact says was erased.
func (c *payloadCheck) checkErased(by uint64, ranges [][2]uint64) {
	marks := make([][2]uint64, len(c.marks))
	for i := range c.marks {
		marks[i] = [2]uint64{c.marks[i].First, c.marks[i].Last}
	}
	for _, r := range ranges {
		if !covers(marks, r[0], r[1]) {
			c.bad(r[0], "entry %d says that this payload was erased, but the store does not", by)
		}
	}
}

// covers tells whether the leaves from first to last are all in ranges, which
// are in order.
func covers(ranges [][2]uint64, first, last uint64) bool {
	from := sort.Search(len(ranges), func(i int) bool { return ranges[i][1] >= first })
	for _, r := range ranges[from:] {
		if r[0] > first {
			return false
		}
		if r[1] >= last {
			return true
		}
		first = r[1] + 1
	}
	return false
}
