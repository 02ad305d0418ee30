package evidence

import (
	"context"
	"fmt"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/signing"
	"frostgate.io/frostgate/receipt"

	"golang.org/x/mod/sumdb/note"
)

// The purposes of a tenant's data keys.
const (
	purposeDedup = "dedup"
	purposeIndex = "index"
	// These two exist once per ring, as "subject/RING" and "payload/RING", and
	// once for what belongs to no ring: rings never share a key.
	purposeSubject = "subject"
	purposePayload = "payload"
)

const (
	insertDataKey = `INSERT INTO data_key (tenant_id, purpose, version, wrapped, created_at) VALUES ($1, $2, 1, $3, $4)`
	selectDataKey = `SELECT purpose, version, wrapped FROM data_key WHERE tenant_id = $1 ORDER BY purpose, version`
	selectSlot    = `SELECT log_id, slot FROM tenant WHERE tenant_id = $1`
	selectLogID   = `SELECT log_id FROM tenant WHERE tenant_id = $1`
	insertLog     = `INSERT INTO log_state (tenant_id, size, root, edge, checkpoint, updated_at, mac) VALUES ($1, 1, $2, $3, '', $4, $5)`
)

// Keyring loads and keeps tenants' data keys. It is safe for concurrent use.
type Keyring struct {
	db   *db.DB
	wrap *signing.Custody
	keys *keyCache

	ciphers subjectCiphers
}

// NewKeyring returns a keyring over the store.
func NewKeyring(d *db.DB, wrap *signing.Custody) *Keyring {
	return &Keyring{db: d, wrap: wrap, keys: newKeyCache(maxKeys)}
}

// CreateLog gives a new tenant its data keys and its log, whose first entry,
// the genesis, fixes the tenant's slot in the log of logs. It runs in the
// transaction that creates the tenant, after the tenant's row.
func (r *Keyring) CreateLog(ctx context.Context, tx *db.Tx, tenant domain.TenantID) error {
	k := &TenantKeys{Tenant: tenant, ciphers: &r.ciphers}
	var slot int64
	if found, err := tx.Get(ctx, selectSlot, []any{tenant}, &k.LogID, &slot); err != nil || !found {
		return fmt.Errorf("create log: read tenant (found %v): %w", found, err)
	}
	for _, purpose := range purposes() {
		key, wrapped := r.wrap.NewDataKey(string(tenant), purpose)
		if _, err := tx.Exec(ctx, insertDataKey, tenant, purpose, wrapped, tx.Now); err != nil {
			return fmt.Errorf("store %s key: %w", purpose, err)
		}
		if err := k.set(purpose, key, 1); err != nil {
			return err
		}
	}
	return r.writeGenesis(ctx, tx, k, slot)
}

// writeGenesis writes entry 0 of a log and the state after it.
func (r *Keyring) writeGenesis(ctx context.Context, tx *db.Tx, k *TenantKeys, slot int64) error {
	u := &Unit{
		Tenant: k.Tenant, Kind: KindGenesis, Time: tx.Now, Prev: -1,
		Groups: []Group{{Name: "genesis", Value: fmt.Appendf(nil, `{"log":%q,"slot":%d,"tenant":%q}`, k.LogID, slot, k.Tenant)}},
	}
	if err := k.Seal(u, r.db.Clock()); err != nil {
		return err
	}
	signer := r.wrap.Signer()
	h := receipt.Header{
		Artifact: u.Kind, Commitments: u.sealed.commitments, Key: keyName(signer), Log: k.LogID, Prev: -1, Time: int64(u.Time),
	}
	if err := h.Validate(); err != nil {
		return fmt.Errorf("genesis: %w", err)
	}
	c := Committed{Entry: h.AppendJCS(nil)}
	c.LeafHash = receipt.LeafHash(c.Entry)
	var e edge
	e.append(c.LeafHash)
	root := e.root()
	if _, err := tx.Exec(ctx, insertLog, k.Tenant, root[:], e.marshal(), tx.Now, StateMAC(r.wrap, k.Tenant, 1, root)); err != nil {
		return fmt.Errorf("create log: %w", err)
	}
	for _, rows := range []RowWriter{newArtifactRows(), newPayloadRows()} {
		if err := rows.Add(u, c); err != nil {
			return err
		}
		if err := rows.Write(ctx, tx); err != nil {
			return fmt.Errorf("write genesis: %w", err)
		}
	}
	return nil
}

// KindGenesis is the artifact type of a log's first entry.
const KindGenesis = "genesis"

// keyName is how headers name the signing key.
func keyName(s note.Signer) string { return fmt.Sprintf("%s+%08x", s.Name(), s.KeyHash()) }

// Keys returns the tenant's data keys, from memory while the tenant is busy.
func (r *Keyring) Keys(ctx context.Context, tenant domain.TenantID) (*TenantKeys, error) {
	if k := r.keys.get(tenant); k != nil {
		return k, nil
	}
	k, err := r.read(ctx, tenant)
	if err != nil {
		return nil, err
	}
	return r.keys.add(k), nil
}

// reload reads the tenant's keys again: their versions have changed.
func (r *Keyring) reload(ctx context.Context, tenant domain.TenantID) (*TenantKeys, error) {
	k, err := r.read(ctx, tenant)
	if err != nil {
		return nil, err
	}
	r.keys.replace(k)
	r.ciphers.forget()
	return k, nil
}

func (r *Keyring) read(ctx context.Context, tenant domain.TenantID) (*TenantKeys, error) {
	k := &TenantKeys{Tenant: tenant, ciphers: &r.ciphers}
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
	if err == nil {
		err = k.complete()
	}
	if err != nil {
		return nil, fmt.Errorf("keys of tenant %s: %w", tenant, err)
	}
	return k, nil
}

// open is TenantKeys.open, which reads the keys again where the payload was
// sealed under a version that k was loaded before.
func (r *Keyring) open(ctx context.Context, k *TenantKeys, h *receipt.Header, p *storedPayload) ([]Group, error) {
	if ring := k.rings[p.ring]; ring != nil && p.version > ring.version {
		fresh, err := r.reload(ctx, k.Tenant)
		if err != nil {
			return nil, err
		}
		k = fresh
	}
	return k.open(h, p)
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
		return fault.Wrap(fault.Damaged, err, "the tenant's %s key does not open", purpose)
	}
	return k.set(purpose, key, version)
}

func (k *TenantKeys) set(purpose string, key signing.DataKey, version int64) error {
	kind, ring, _ := strings.Cut(purpose, "/")
	switch kind {
	case purposeDedup:
		k.dedup = newKeyedMAC(key)
	case purposeIndex:
		k.index = newKeyedMAC(key)
	case purposeSubject:
		k.ring(domain.Ring(ring)).subject = newKeyedMAC(key)
	case purposePayload:
		k.ring(domain.Ring(ring)).setPayload(key, version)
	default:
		return fmt.Errorf("unknown key purpose %q", purpose)
	}
	return nil
}

// setPayload takes the next version of a payload key; the greatest seals, the
// others open what is not wrapped anew yet.
func (k *ringKeys) setPayload(key [32]byte, version int64) {
	if k.payload != nil {
		if k.older == nil {
			k.older = make(map[int64]*lazyAEAD)
		}
		k.older[k.version] = k.payload
	}
	k.payload, k.version = &lazyAEAD{key: key}, version
}

// payloadKey returns the payload key of a version, nil when it is not held.
func (k *ringKeys) payloadKey(version int64) *lazyAEAD {
	if version == k.version {
		return k.payload
	}
	return k.older[version]
}

// ProbeKeys returns keys that belong to no tenant and protect nothing, for
// scenarios and probes that run beside the store.
func ProbeKeys() *TenantKeys {
	return &TenantKeys{dedup: newKeyedMAC([32]byte{}), index: newKeyedMAC([32]byte{})}
}

// ring returns the ring's keys to fill in; it is for loading only.
func (k *TenantKeys) ring(ring domain.Ring) *ringKeys {
	if k.rings == nil {
		k.rings = make(map[domain.Ring]*ringKeys)
	}
	if k.rings[ring] == nil {
		k.rings[ring] = &ringKeys{ciphers: k.ciphers}
	}
	return k.rings[ring]
}

func (k *TenantKeys) complete() error {
	if k.dedup == nil || k.index == nil {
		return fault.New(fault.Damaged, "the tenant's keys are not all there")
	}
	for _, ring := range sealedRings() {
		if r := k.rings[ring]; r == nil || r.payload == nil || r.subject == nil {
			return fault.New(fault.Damaged, "the tenant's keys for ring %q are not all there", ring)
		}
	}
	return nil
}

// sealedRings are the rings that have keys; the empty one is for what belongs
// to none.
func sealedRings() []domain.Ring { return append([]domain.Ring{""}, domain.Rings()...) }

// purposes lists the data keys of a tenant.
func purposes() []string {
	out := []string{purposeDedup, purposeIndex}
	for _, ring := range sealedRings() {
		if ring == "" {
			out = append(out, purposeSubject, purposePayload)
			continue
		}
		out = append(out, purposeSubject+"/"+string(ring), purposePayload+"/"+string(ring))
	}
	return out
}
