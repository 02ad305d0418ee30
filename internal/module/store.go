package module

import (
	"context"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

const (
	selectModule = `SELECT module_id, name, kind, types, counter, last_idx, created_by, created_at, revoked_at, revoked_by, revoke_reason
		FROM module WHERE tenant_id = $1`
	insertModule = `INSERT INTO module
		(tenant_id, module_id, name, kind, types, counter, last_idx, created_by, created_at, revoked_at, revoked_by, revoke_reason)
		VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, 0, '', '')`
	// The module's changes form a chain: whoever makes one must know the one
	// before.
	moveModule = `UPDATE module SET last_idx = $3 WHERE tenant_id = $1 AND module_id = $2 AND last_idx = $4 AND revoked_at = 0`
	endModule  = `UPDATE module SET revoked_at = $3, revoked_by = $4, revoke_reason = $5 WHERE tenant_id = $1 AND module_id = $2`
	// What makes a counter good for one attestation.
	moveCounter = `UPDATE module SET counter = $3 WHERE tenant_id = $1 AND module_id = $2 AND revoked_at = 0 AND counter < $3`

	selectKeys = `SELECT key_id, vkey, idx, created_at, not_after, revoked_at
		FROM module_key WHERE tenant_id = $1 AND module_id = $2 ORDER BY idx`
	selectKey = `SELECT key_id, vkey, idx, created_at, not_after, revoked_at
		FROM module_key WHERE tenant_id = $1 AND module_id = $2 AND key_id = $3`
	insertKey = `INSERT INTO module_key (tenant_id, module_id, key_id, vkey, idx, created_at, not_after, revoked_at)
		VALUES ($1, $2, $3, $4, $5, $6, 0, 0)`
	replaceKey = `UPDATE module_key SET not_after = $4
		WHERE tenant_id = $1 AND module_id = $2 AND key_id = $3 AND not_after = 0 AND revoked_at = 0`
	revokeKey = `UPDATE module_key SET revoked_at = $4
		WHERE tenant_id = $1 AND module_id = $2 AND key_id = $3 AND revoked_at = 0`
	revokeKeys = `UPDATE module_key SET revoked_at = $3
		WHERE tenant_id = $1 AND module_id = $2 AND revoked_at = 0 AND (not_after = 0 OR not_after > $3)`

	selectToken = `SELECT module_id, mac, expires_at, used_at, revoked_at FROM module_token WHERE tenant_id = $1 AND token_id = $2`
	insertToken = `INSERT INTO module_token (tenant_id, token_id, module_id, mac, created_at, expires_at, used_at, revoked_at)
		VALUES ($1, $2, $3, $4, $5, $6, 0, 0)`
	useToken = `UPDATE module_token SET used_at = $3
		WHERE tenant_id = $1 AND token_id = $2 AND used_at = 0 AND revoked_at = 0 AND expires_at > $3`
	revokeTokens = `UPDATE module_token SET revoked_at = $3
		WHERE tenant_id = $1 AND module_id = $2 AND used_at = 0 AND revoked_at = 0`

	selectAttestation = `SELECT idx, module_id, counter, key_id, type, mac, at FROM attestation WHERE tenant_id = $1`
	selectLatest      = `SELECT idx, at FROM attestation WHERE tenant_id = $1 AND module_id = $2 AND counter = $3`
	insertAttestation = `INSERT INTO attestation (tenant_id, idx, module_id, counter, key_id, type, mac, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
)

func scanModule(row db.Scanner) (Module, error) {
	var m Module
	var types string
	var counter int64
	err := row.Scan(&m.ID, &m.Name, &m.Kind, &types, &counter, &m.LastIndex, &m.CreatedBy, &m.CreatedAt, &m.RevokedAt, &m.RevokedBy, &m.RevokeReason)
	m.Types, m.Counter = strings.Split(types, ","), uint64(counter)
	return m, err
}

// moduleIn reads a module with its keys; nil when there is none.
func moduleIn(ctx context.Context, tx *db.Tx, tenant domain.TenantID, id string) (*Module, error) {
	var m *Module
	err := tx.ForEach(ctx, selectModule+" AND module_id = $2", []any{tenant, id}, func(row db.Scanner) error {
		got, err := scanModule(row)
		m = &got
		return err
	})
	if err != nil || m == nil {
		return nil, err
	}
	if _, err := tx.Get(ctx, selectLatest, []any{tenant, id, int64(m.Counter)}, &m.AttestedAt, &m.Attested); err != nil {
		return nil, err
	}
	return m, tx.ForEach(ctx, selectKeys, []any{tenant, id}, func(row db.Scanner) error {
		var k Key
		err := row.Scan(k.fields()...)
		m.Keys = append(m.Keys, k)
		return err
	})
}

func (k *Key) fields() []any {
	return []any{&k.ID, &k.VerifierKey, &k.Index, &k.CreatedAt, &k.NotAfter, &k.RevokedAt}
}

// Module returns a module with its keys.
func (s *Service) Module(ctx context.Context, tenant domain.TenantID, id string) (*Module, error) {
	var m *Module
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) (err error) {
		m, err = moduleIn(ctx, tx, tenant, id)
		return err
	})
	if err == nil && m == nil {
		err = fault.New(fault.NotFound, "no module %q", id)
	}
	return m, err
}

// moduleList names the list in cursors.
const moduleList = "modules"

// Modules lists a tenant's modules with their keys, the newest first, and the
// cursor of the next page (empty at the end).
func (s *Service) Modules(ctx context.Context, tenant domain.TenantID, cursor string, limit int) (items []Module, next string, err error) {
	at, id := int64(1)<<62, ""
	if err := db.DecodeCursor(moduleList, cursor, &at, &id); err != nil {
		return nil, "", err
	}
	size := db.PageSize(limit)
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		var ids []string
		args := []any{tenant, at, id, size + 1}
		const page = " AND (created_at < $2 OR (created_at = $2 AND module_id < $3)) ORDER BY created_at DESC, module_id DESC LIMIT $4"
		if err := tx.ForEach(ctx, selectModule+page, args, func(row db.Scanner) error {
			m, err := scanModule(row)
			ids = append(ids, m.ID)
			return err
		}); err != nil {
			return err
		}
		for _, id := range ids[:min(len(ids), size)] {
			m, err := moduleIn(ctx, tx, tenant, id)
			if err != nil || m == nil {
				return err
			}
			items = append(items, *m)
		}
		if len(ids) > size {
			last := items[size-1]
			next = db.EncodeCursor(moduleList, int64(last.CreatedAt), last.ID)
		}
		return nil
	})
	return items, next, err
}

// move takes the module one change further, from the one that the caller saw.
func move(ctx context.Context, tx *db.Tx, tenant domain.TenantID, m *Module, index int64) error {
	n, err := tx.Exec(ctx, moveModule, tenant, m.ID, index, m.LastIndex)
	if err != nil || n == 1 {
		return err
	}
	now, err := moduleIn(ctx, tx, tenant, m.ID)
	switch {
	case err != nil:
		return err
	case now != nil && now.RevokedAt != 0:
		return errRevoked()
	}
	return fault.New(fault.Conflict, "the module was changed meanwhile; look at it and try again")
}
