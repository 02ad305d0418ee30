package module

import (
	"context"
	"fmt"
	"strconv"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

const (
	attestationList  = "attestations"
	listAttestations = `SELECT a.idx, a.module_id, coalesce(m.name, ''), a.counter, a.key_id, a.type, a.at
		FROM attestation a LEFT JOIN module m ON m.tenant_id = a.tenant_id AND m.module_id = a.module_id
		WHERE a.tenant_id = $1 AND a.idx < $2%s
		ORDER BY a.idx DESC LIMIT $3`
)

// Attestations lists a tenant's attestations without their receipts, the newest
// first, and gives the cursor of the next page (empty at the end). A module's ID
// and a type narrow the list where they are given.
func (s *Service) Attestations(ctx context.Context, tenant domain.TenantID, of, kind, cursor string, limit int) ([]Attestation, string, error) {
	below := int64(1) << 62
	if err := db.DecodeCursor(attestationList, cursor, &below); err != nil {
		return nil, "", err
	}
	keys, err := s.Keys.Keys(ctx, tenant)
	if err != nil {
		return nil, "", err
	}
	size := db.PageSize(limit)
	args, only := []any{tenant, below, size + 1}, ""
	for _, c := range []struct{ column, v string }{{"a.module_id", of}, {"a.type", kind}} {
		if c.v != "" {
			args = append(args, c.v)
			only += " AND " + c.column + " = $" + strconv.Itoa(len(args))
		}
	}
	var out []Attestation
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, fmt.Sprintf(listAttestations, only), args, func(row db.Scanner) error {
			var a Attestation
			var index, counter int64
			if err := row.Scan(&index, &a.Module, &a.Name, &counter, &a.Key, &a.Type, &a.At); err != nil {
				return err
			}
			a.Index, a.Counter = uint64(index), uint64(counter)
			a.ID = attestationID(keys.LogID, a.Index)
			out = append(out, a)
			return nil
		})
	})
	if err != nil {
		return nil, "", fmt.Errorf("list attestations: %w", err)
	}
	if len(out) <= size {
		return out, "", nil
	}
	out = out[:size]
	return out, db.EncodeCursor(attestationList, int64(out[size-1].Index)), nil
}
