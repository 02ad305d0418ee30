package evidence

import (
	"context"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// maxSparse bounds the entries of a subject bundle, whose indexes and proof are
// held in memory; maxExplains the artifacts that say where payloads went.
const (
	maxSparse   = 1 << 18
	maxExplains = 1 << 16
)

const kindDecision = "decision"

const (
	// Leaves are not strictly in the order of their times.
	spanOfDecisions = `SELECT coalesce(min(idx), -1), coalesce(max(idx), -1) FROM decision WHERE tenant_id = $1 AND received_at >= $2 AND received_at <= $3 AND idx < $4`
	spanOfArtifacts = `SELECT coalesce(min(idx), -1), coalesce(max(idx), -1) FROM artifact WHERE tenant_id = $1 AND at >= $2 AND at <= $3 AND idx < $4`
	timesOfLog      = `SELECT coalesce(min(at), 0), coalesce(max(at), 0) FROM (
		SELECT min(received_at) AS at FROM decision WHERE tenant_id = $1 UNION ALL SELECT max(received_at) FROM decision WHERE tenant_id = $1
		UNION ALL SELECT min(at) FROM artifact WHERE tenant_id = $1 UNION ALL SELECT max(at) FROM artifact WHERE tenant_id = $1) t`
	selectExplains = `SELECT DISTINCT by_idx FROM payload_gone WHERE tenant_id = $1 AND last_idx >= $2 AND first_idx <= $3 AND by_idx < $4 ORDER BY by_idx`
	selectLeafKind = `SELECT kind FROM log_leaf WHERE tenant_id = $1 AND idx = $2`
)

// selection is what a query asks for in a log of a size.
type selection struct {
	size     uint64 // of the log when it was read
	root     receipt.Hash
	spans    []span
	explains []uint64 // artifacts that say where payloads of the selection went
}

// last is the highest index that the bundle needs.
func (s *selection) last() uint64 {
	last := s.spans[len(s.spans)-1][1]
	for _, by := range s.explains {
		last = max(last, by)
	}
	return last
}

// sel reads what the query asks for and fills the manifest's filter.
func (b *Bundle) sel(ctx context.Context, now domain.Micros) (*selection, error) {
	if err := b.filter(now); err != nil {
		return nil, err
	}
	s := &selection{}
	err := b.seq.db.InReadTx(ctx, b.tenant, func(tx *db.Tx) error {
		st, err := readStateIn(ctx, tx, b.tenant)
		if err != nil {
			return err
		}
		if err := b.seq.mayBeSigned(b.tenant, st); err != nil {
			return err
		}
		s.size, s.root = st.edge.size, st.root
		switch b.query.Kind {
		case receipt.BundleDecision:
			err = b.selectDecision(ctx, tx, s)
		case receipt.BundleSubject:
			err = b.selectSubject(ctx, tx, s)
		case receipt.BundleRange, receipt.BundleAbsence:
			err = b.selectTime(ctx, tx, s)
		case receipt.BundleTenant:
			s.spans = []span{{0, s.size - 1}}
		default:
			err = fault.New(fault.Invalid, "kind must be decision, range, subject, tenant or absence").At("kind")
		}
		if err != nil || b.closed() {
			return err
		}
		return b.selectExplains(ctx, tx, s)
	})
	if err != nil {
		return nil, err
	}
	if n := len(s.spans); n > 0 {
		b.manifest.First, b.manifest.Last = s.spans[0][0], s.spans[n-1][1]
	}
	return s, nil
}

// filter checks what was asked and says it in the manifest.
func (b *Bundle) filter(now domain.Micros) error {
	q, f := &b.query, &b.manifest.Filter
	switch q.Kind {
	case receipt.BundleDecision:
		f.Decision = fmt.Sprintf("%s-%d", b.keys.LogID, q.Index)
	case receipt.BundleSubject:
		s, err := CanonicalSubject(q.Subject)
		if err != nil {
			return err
		}
		mac := b.keys.Subject(s)
		q.Subject = s
		f.SubjectKind, f.Subject = string(s.Kind), hex.EncodeToString(mac[:])
	case receipt.BundleAbsence, receipt.BundleRange:
		return b.filterTime(now)
	}
	return nil
}

func (b *Bundle) filterTime(now domain.Micros) error {
	q, f := &b.query, &b.manifest.Filter
	absence := q.Kind == receipt.BundleAbsence
	if q.To == 0 || q.To > now && !absence {
		q.To = now + 1
	}
	switch {
	case absence && !KnownKind(q.Artifact):
		return fault.New(fault.Invalid, "%q is no kind of entry; name the kind that is absent, one of %s", clipKind(q.Artifact), strings.Join(kinds[:], ", ")).At("artifact")
	case absence && q.From == 0:
		return fault.New(fault.Invalid, "an absence needs the time from which on it is claimed").At("from")
	case q.From < 0 || q.From >= q.To:
		return fault.New(fault.Invalid, "from must be before to").At("from")
	case q.To > now+1:
		return fault.New(fault.Invalid, "to is in the future: nothing can be said of it yet").At("to")
	}
	f.From, f.To, f.Artifact = int64(q.From), int64(q.To)-1, q.Artifact
	return nil
}

// clipKind keeps an answer short whatever was asked for.
func clipKind(s string) string { return s[:min(len(s), 64)] }

func (b *Bundle) selectDecision(ctx context.Context, tx *db.Tx, s *selection) error {
	var kind string
	found, err := tx.Get(ctx, selectLeafKind, []any{b.tenant, int64(min(b.query.Index, math.MaxInt64))}, &kind)
	if err != nil {
		return err
	}
	if !found || kind != kindDecision || b.query.Index >= s.size {
		return fault.New(fault.NotFound, "there is no decision %s", b.manifest.Filter.Decision)
	}
	s.spans = []span{{b.query.Index, b.query.Index}}
	return nil
}

func (b *Bundle) selectSubject(ctx context.Context, tx *db.Tx, s *selection) error {
	var leaves []uint64
	for idx, err := range EachSubjectLeaf(ctx, tx, b.tenant, b.keys.Subject(b.query.Subject), 0) {
		if err != nil {
			return err
		}
		if idx >= s.size {
			break
		}
		if leaves = append(leaves, idx); len(leaves) > maxSparse {
			return fault.New(fault.TooLarge, "more than %d entries speak of this subject: ask for ranges of time, or for the whole log", maxSparse)
		}
	}
	if len(leaves) == 0 {
		return fault.New(fault.NotFound, "no entry of the log speaks of this subject, or it was erased")
	}
	s.spans = rangesOf(leaves)
	return nil
}

// selectTime finds the smallest dense range that holds every leaf of the time
// asked for.
func (b *Bundle) selectTime(ctx context.Context, tx *db.Tx, s *selection) error {
	f := &b.manifest.Filter
	first, last := int64(-1), int64(-1)
	for _, query := range []string{spanOfDecisions, spanOfArtifacts} {
		var lo, hi int64
		if _, err := tx.Get(ctx, query, []any{b.tenant, f.From, f.To, int64(s.size)}, &lo, &hi); err != nil {
			return err
		}
		if lo >= 0 && (first < 0 || lo < first) {
			first = lo
		}
		last = max(last, hi)
	}
	switch {
	case first >= 0:
		s.spans = []span{{uint64(first), uint64(last)}}
		return nil
	case b.query.Kind == receipt.BundleAbsence:
		return nil // nothing at all was recorded: that is an absence too
	}
	var from, to domain.Micros
	if _, err := tx.Get(ctx, timesOfLog, []any{b.tenant}, &from, &to); err != nil {
		return err
	}
	return fault.New(fault.NotFound, "nothing was recorded from %s to before %s; the log's %d entries were recorded from %s to %s",
		textTime(b.query.From), textTime(b.query.To), s.size, textTime(from), textTime(to))
}

func textTime(at domain.Micros) string {
	return time.UnixMicro(int64(at)).UTC().Format("2006-01-02T15:04:05.999999Z")
}

// selectExplains finds the artifacts that say where payloads of the selection
// went.
func (b *Bundle) selectExplains(ctx context.Context, tx *db.Tx, s *selection) error {
	if b.query.Kind == receipt.BundleTenant {
		return nil // they are in it
	}
	for _, sp := range s.spans {
		err := tx.ForEach(ctx, selectExplains, []any{b.tenant, int64(sp[0]), int64(sp[1]), int64(s.size)}, func(sc db.Scanner) error {
			var by int64
			err := sc.Scan(&by)
			s.explains = append(s.explains, uint64(by))
			return err
		})
		if err != nil {
			return err
		}
		if len(s.explains) > 4*maxExplains {
			break
		}
	}
	slices.Sort(s.explains)
	if s.explains = slices.Compact(s.explains); len(s.explains) > maxExplains {
		return fault.New(fault.TooLarge, "the payloads of this selection went by more than %d erasures and prunes: ask for a shorter range", maxExplains)
	}
	return nil
}
