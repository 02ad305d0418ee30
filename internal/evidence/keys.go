package evidence

import (
	"context"
	"fmt"
	"sync"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/signing"
)

// The purposes of a tenant's data keys.
const (
	purposeDedup   = "dedup"
	purposeIndex   = "index"
	purposeSubject = "subject"
	purposePayload = "payload"
)

const (
	insertDataKey = `INSERT INTO data_key (tenant_id, purpose, version, wrapped, created_at) VALUES ($1, $2, 1, $3, $4)`
	selectDataKey = `SELECT purpose, version, wrapped FROM data_key WHERE tenant_id = $1 ORDER BY purpose, version`
	selectLogID   = `SELECT log_id FROM tenant WHERE tenant_id = $1`
	insertLog     = `INSERT INTO log_state (tenant_id, size, root, edge, checkpoint, updated_at) VALUES ($1, 0, $2, $3, '', $4)`
)

// Keyring loads and keeps tenants' data keys. It is safe for concurrent use.
type Keyring struct {
	db   *db.DB
	wrap *signing.Custody
	keys sync.Map // domain.TenantID -> *TenantKeys
}

// NewKeyring returns a keyring over the store.
func NewKeyring(d *db.DB, wrap *signing.Custody) *Keyring { return &Keyring{db: d, wrap: wrap} }

// CreateLog gives a new tenant its data keys and an empty log, in the
// transaction that creates the tenant.
func (r *Keyring) CreateLog(ctx context.Context, tx *db.Tx, tenant domain.TenantID) error {
	for _, purpose := range []string{purposeDedup, purposeIndex, purposeSubject, purposePayload} {
		_, wrapped := r.wrap.NewDataKey(string(tenant), purpose)
		if _, err := tx.Exec(ctx, insertDataKey, tenant, purpose, wrapped, tx.Now); err != nil {
			return fmt.Errorf("store %s key: %w", purpose, err)
		}
	}
	var e edge
	root := e.root()
	if _, err := tx.Exec(ctx, insertLog, tenant, root[:], e.marshal(), tx.Now); err != nil {
		return fmt.Errorf("create log: %w", err)
	}
	return nil
}

// Keys returns the tenant's data keys, from memory after the first call.
func (r *Keyring) Keys(ctx context.Context, tenant domain.TenantID) (*TenantKeys, error) {
	if v, ok := r.keys.Load(tenant); ok {
		return v.(*TenantKeys), nil
	}
	k := &TenantKeys{Tenant: tenant}
	err := r.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		found, err := tx.Get(ctx, selectLogID, []any{tenant}, &k.LogID)
		if err != nil {
			return err
		}
		if !found {
			return fault.New(fault.NotFound, "no such tenant")
		}
		return tx.ForEach(ctx, selectDataKey, []any{tenant}, func(s db.Scanner) error { return r.load(s, k) })
	})
	if err != nil {
		return nil, fmt.Errorf("keys of tenant %s: %w", tenant, err)
	}
	if k.payload == nil || k.dedup == ([32]byte{}) || k.index == ([32]byte{}) || k.subject == ([32]byte{}) {
		return nil, fmt.Errorf("keys of tenant %s are incomplete", tenant)
	}
	v, _ := r.keys.LoadOrStore(tenant, k)
	return v.(*TenantKeys), nil
}

func (r *Keyring) load(s db.Scanner, k *TenantKeys) error {
	var purpose string
	var version int64
	var wrapped []byte
	if err := s.Scan(&purpose, &version, &wrapped); err != nil {
		return err
	}
	key, err := r.wrap.Unwrap(string(k.Tenant), purpose, wrapped)
	if err != nil {
		return fmt.Errorf("%s key: %w", purpose, err)
	}
	switch purpose {
	case purposeDedup:
		k.dedup = key
	case purposeIndex:
		k.index = key
	case purposeSubject:
		k.subject = key
	case purposePayload:
		if k.payload, err = newGCM(key[:]); err != nil {
			return err
		}
		k.payloadVersion = version
	default:
		return fmt.Errorf("unknown key purpose %q", purpose)
	}
	return nil
}
