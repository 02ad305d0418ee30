package auth

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"

	"github.com/go-json-experiment/json"
)

const (
	insertAccount = `INSERT INTO principal (principal_id, org_id, kind, name, email, status, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	selectAccount = `SELECT principal_id, org_id, kind, name, email, status, created_at FROM principal WHERE principal_id = $1`
	listAccounts  = `SELECT principal_id, org_id, kind, name, email, status, created_at FROM principal
		WHERE org_id = $1 AND principal_id > $2
		  AND ($3 = '' OR EXISTS (SELECT 1 FROM role_binding b
		       WHERE b.principal_id = principal.principal_id AND b.org_id = $1 AND b.tenant_id IN ('', $3)))
		ORDER BY principal_id LIMIT $4`
	updateStatus   = `UPDATE principal SET status = $3 WHERE org_id = $1 AND principal_id = $2 AND status <> $3`
	insertBinding  = `INSERT INTO role_binding (principal_id, org_id, tenant_id, role, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	deleteBinding  = `DELETE FROM role_binding WHERE principal_id = $1 AND org_id = $2 AND tenant_id = $3 AND role = $4`
	selectBindings = `SELECT tenant_id, role FROM role_binding WHERE principal_id = $1 AND org_id = $2 ORDER BY tenant_id, role`
	countOwners    = `SELECT count(*) FROM role_binding b JOIN principal p ON p.principal_id = b.principal_id
		WHERE b.org_id = $1 AND b.tenant_id = '' AND b.role = 'owner' AND p.kind = 'person' AND p.status = 'active' AND p.principal_id <> $2`

	keyColumns = `tenant_id, key_id, principal_id, name, env, mac, scopes, limits, created_at, expires_at, revoked_at, last_used_at, replaces`
	insertKey  = `INSERT INTO api_key (` + keyColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, $11)`
	selectKey  = `SELECT ` + keyColumns + ` FROM api_key WHERE tenant_id = $1 AND key_id = $2`
	listKeys   = `SELECT ` + keyColumns + ` FROM api_key WHERE tenant_id = $1 AND key_id > $2 AND ($3 = '' OR principal_id = $3) ORDER BY key_id LIMIT $4`
	// Compare and set: whoever rotates or revokes at the same time loses.
	expireKey    = `UPDATE api_key SET expires_at = $3 WHERE tenant_id = $1 AND key_id = $2 AND expires_at = $4 AND revoked_at = 0`
	successors   = `SELECT count(*) FROM api_key WHERE tenant_id = $1 AND replaces = $2 AND revoked_at = 0`
	revokeKey    = `UPDATE api_key SET revoked_at = $3 WHERE tenant_id = $1 AND key_id = $2 AND revoked_at = 0`
	countLive    = `SELECT count(*) FROM api_key WHERE principal_id = $1 AND revoked_at = 0 AND (expires_at = 0 OR expires_at > $2)`
	updateUsedAt = `UPDATE api_key SET last_used_at = $3 WHERE tenant_id = $1 AND key_id = $2 AND last_used_at < $3`
)

func scanAccount(row db.Scanner) (a Account, err error) {
	err = row.Scan(&a.ID, &a.Org, &a.Kind, &a.Name, &a.Email, &a.Status, &a.CreatedAt)
	return a, err
}

// getAccount reads a principal with its bindings; nil when there is none.
func getAccount(ctx context.Context, tx *db.Tx, id domain.PrincipalID) (*Account, error) {
	var found *Account
	err := tx.ForEach(ctx, selectAccount, []any{id}, func(row db.Scanner) error {
		a, err := scanAccount(row)
		found = &a
		return err
	})
	if err != nil || found == nil {
		return nil, err
	}
	found.Bindings, err = getBindings(ctx, tx, found)
	return found, err
}

func getBindings(ctx context.Context, tx *db.Tx, a *Account) (out []Binding, err error) {
	err = tx.ForEach(ctx, selectBindings, []any{a.ID, a.Org}, func(row db.Scanner) error {
		var b Binding
		err := row.Scan(&b.Tenant, &b.Role)
		out = append(out, b)
		return err
	})
	return out, err
}

func scanKey(row db.Scanner) (k Key, err error) {
	var scopes, limits string
	err = row.Scan(&k.Tenant, &k.ID, &k.Principal, &k.Name, &k.Env, &k.mac, &scopes, &limits,
		&k.CreatedAt, &k.ExpiresAt, &k.RevokedAt, &k.LastUsedAt, &k.Replaces)
	if err != nil {
		return k, err
	}
	// What can't be read in full grants nothing.
	if err := json.Unmarshal([]byte(scopes), &k.Scopes); err != nil {
		return k, fmt.Errorf("scopes of key %s: %w", k.ID, err)
	}
	if err := json.Unmarshal([]byte(limits), &k.Limits, json.RejectUnknownMembers(true)); err != nil {
		return k, fmt.Errorf("limits of key %s: %w", k.ID, err)
	}
	return k, nil
}

// getKey reads a key; nil when there is none.
func getKey(ctx context.Context, tx *db.Tx, tenant domain.TenantID, id domain.KeyID) (found *Key, err error) {
	err = tx.ForEach(ctx, selectKey, []any{tenant, id}, func(row db.Scanner) error {
		k, err := scanKey(row)
		found = &k
		return err
	})
	return found, err
}

func putKey(ctx context.Context, tx *db.Tx, k *Key) error {
	scopes, err := json.Marshal(k.Scopes)
	if err != nil {
		return err
	}
	limits, err := json.Marshal(k.Limits)
	if err != nil {
		return err
	}
	k.CreatedAt = tx.Now
	_, err = tx.Exec(ctx, insertKey, k.Tenant, k.ID, k.Principal, k.Name, k.Env, k.mac,
		string(scopes), string(limits), k.CreatedAt, k.ExpiresAt, k.Replaces)
	return err
}
