package evidence

import (
	"context"
	"fmt"
	"iter"
	"net/netip"
	"strings"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// The search makes one probe of the primary key per epoch; a plain condition on
// the HMAC would read every row of the tenant. CROSS JOIN keeps SQLite from
// turning the loops around.
const (
	selectSubject = `WITH RECURSIVE e(n) AS (SELECT CAST($3 AS BIGINT) UNION ALL SELECT n + 1 FROM e WHERE n < $4)
		SELECT s.idx FROM e CROSS JOIN subject s WHERE s.tenant_id = $1 AND s.epoch = e.n AND s.mac = $2 ORDER BY s.idx`
	selectLastEpoch = `SELECT coalesce(max(epoch), -1) FROM subject WHERE tenant_id = $1`
)

// epochsPerQuery bounds one statement of a search: 131,072 leaves.
const epochsPerQuery = 1024

// maxSubject bounds a subject's value, as events do.
const maxSubject = 512

// CanonicalSubject returns the form in which a subject is stored and searched:
// addresses in their one text form, other values byte for byte.
func CanonicalSubject(s domain.Subject) (domain.Subject, error) {
	bad := func(field, format string, args ...any) (domain.Subject, error) {
		return s, fault.New(fault.Invalid, format, args...).At("subject." + field)
	}
	switch {
	case s.Value == "":
		return bad("value", "the subject has no value")
	case len(s.Value) > maxSubject:
		return bad("value", "the subject is longer than %d bytes", maxSubject)
	case !utf8.ValidString(s.Value) || strings.ContainsRune(s.Value, 0):
		return bad("value", "the subject is not valid text")
	}
	switch s.Kind {
	case domain.SubjectIP:
		a, err := netip.ParseAddr(s.Value)
		if err != nil {
			return bad("value", "%q is not an IP address", s.Value)
		}
		s.Value = a.Unmap().WithZone("").String()
	case domain.SubjectUser, domain.SubjectHost:
	default:
		return bad("kind", "kind must be ip, user or host")
	}
	return s, nil
}

// SubjectLeaves returns the indexes of all leaves that speak of a subject, in
// log order. It returns them too where the payload is gone by the erasure of
// somebody else.
func (r *Keyring) SubjectLeaves(ctx context.Context, tx *db.Tx, tenant domain.TenantID, s domain.Subject) ([]uint64, error) {
	k, err := r.Keys(ctx, tenant)
	if err != nil {
		return nil, err
	}
	var out []uint64
	for idx, err := range EachSubjectLeaf(ctx, tx, tenant, k.Subject(s), 0) {
		if err != nil {
			return nil, err
		}
		out = append(out, idx)
	}
	return out, nil
}

// EachSubjectLeaf gives the leaves of a subject from an index on, in log order,
// holding those of a thousand epochs at a time. It ends after an error.
func EachSubjectLeaf(ctx context.Context, tx *db.Tx, tenant domain.TenantID, mac MAC, from uint64) iter.Seq2[uint64, error] {
	return func(yield func(uint64, error) bool) {
		var last int64
		if _, err := tx.Get(ctx, selectLastEpoch, []any{tenant}, &last); err != nil {
			yield(0, fmt.Errorf("find a subject: %w", err))
			return
		}
		for epoch := Epoch(from); epoch <= last; epoch += epochsPerQuery {
			found, err := subjectIn(ctx, tx, tenant, mac, epoch, min(epoch+epochsPerQuery-1, last))
			if err != nil {
				yield(0, fmt.Errorf("find a subject: %w", err))
				return
			}
			for _, idx := range found {
				if idx >= from && !yield(idx, nil) {
					return
				}
			}
		}
	}
}

// subjectIn searches the epochs from one to another, both included. Its rows are
// read to the end before they are handed on: the caller may use tx meanwhile.
func subjectIn(ctx context.Context, tx *db.Tx, tenant domain.TenantID, mac MAC, from, to int64) ([]uint64, error) {
	var out []uint64
	err := tx.ForEach(ctx, selectSubject, []any{tenant, mac[:], from, to}, func(s db.Scanner) error {
		var idx int64
		err := s.Scan(&idx)
		out = append(out, uint64(idx))
		return err
	})
	return out, err
}
