package evidence

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

const (
	insertVersion  = `INSERT INTO data_key (tenant_id, purpose, version, wrapped, created_at) VALUES ($1, $2, $3, $4, $5)`
	selectVersions = `SELECT coalesce(min(version), 0), coalesce(max(version), 0) FROM data_key WHERE tenant_id = $1 AND (purpose LIKE 'payload%' OR purpose LIKE 'subject%')`
	deleteVersions = `DELETE FROM data_key WHERE tenant_id = $1 AND version < $2 AND (purpose LIKE 'payload%' OR purpose LIKE 'subject%')`
	selectOldWraps = `SELECT idx, ring, key_ver, wrapped FROM payload WHERE tenant_id = $1 AND idx >= $2 AND idx < $3 AND key_ver < $4 ORDER BY idx`
	updateWrap     = `UPDATE payload SET key_ver = $3, wrapped = $4 WHERE tenant_id = $1 AND idx = $2 AND key_ver = $5`
	countOldWraps  = `SELECT count(*) FROM (SELECT idx FROM payload WHERE tenant_id = $1 AND key_ver < $2 LIMIT 1) AS one`
)

// rekeyChunk bounds the leaves of one transaction.
const rekeyChunk = 256

// rekeyRounds bounds how often the log is gone over: each round after the first
// only finds what was under way under old keys.
const rekeyRounds = 10

// Rekeyed says what rekeying did.
type Rekeyed struct {
	ID       string // log ID and index of the artifact
	Version  int64  // of the keys that everything is wrapped under now
	Payloads uint64 // whose content keys were wrapped anew
	Warning  string
}

// rekeyDoc is what the artifact says.
type rekeyDoc struct {
	Payloads    uint64             `json:"payloads"`
	RequestedBy domain.PrincipalID `json:"requested_by"`
	Version     int64              `json:"version"`
}

// Rekey gives the tenant new payload and subject keys, wraps the content key of
// every payload that is there anew, in transactions of bounded size, and
// destroys the old keys. What was erased is not there, so no key that the
// tenant has left opens it in a backup. A run that was interrupted goes on where
// it stopped when Rekey is called again; decisions go on meanwhile.
func (x *Disposal) Rekey(ctx context.Context, tenant domain.TenantID, by Actor) (*Rekeyed, error) {
	version, err := x.newVersions(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("new keys: %w", err)
	}
	k, err := x.keys.reload(ctx, tenant)
	if err != nil {
		return nil, err
	}
	out := &Rekeyed{Version: version}
	for range rekeyRounds {
		n, err := x.rewrapAll(ctx, k, version)
		out.Payloads += n
		if err != nil {
			return nil, fmt.Errorf("wrap content keys anew: %w", err)
		}
		at, err := x.dropVersions(ctx, k, version, out.Payloads, by)
		if errors.Is(err, errOldWraps) {
			continue // a decision that was sealed before came in meanwhile
		}
		if err != nil {
			return nil, err
		}
		out.ID = certificateID(k.LogID, at)
		if _, err := x.keys.reload(ctx, tenant); err != nil {
			return nil, err
		}
		scrub, cancel := context.WithTimeout(context.WithoutCancel(ctx), scrubWait)
		err = x.db.Scrub(scrub, "payload", "data_key")
		cancel()
		if err != nil {
			out.Warning = "the database files may still hold the old wrapped keys: a reader was at work for long; they go with the next erasure or start"
		}
		return out, nil
	}
	return nil, fault.New(fault.Busy, "decisions sealed under the old keys keep coming in; rekey again")
}

// newVersions stores new keys, or finds those of a run that was interrupted.
func (x *Disposal) newVersions(ctx context.Context, tenant domain.TenantID) (version int64, err error) {
	err = x.db.InTx(ctx, tenant, func(tx *db.Tx) error {
		var least, most int64
		if _, err := tx.Get(ctx, selectVersions, []any{tenant}, &least, &most); err != nil {
			return err
		}
		if most == 0 {
			return fault.New(fault.NotFound, "no such tenant")
		}
		if version = most; least < most {
			return nil
		}
		version = most + 1
		for _, purpose := range purposes() {
			if !strings.HasPrefix(purpose, purposePayload) && !strings.HasPrefix(purpose, purposeSubject) {
				continue
			}
			_, wrapped := x.keys.wrap.NewDataKey(string(tenant), purpose)
			if _, err := tx.Exec(ctx, insertVersion, tenant, purpose, version, wrapped, tx.Now); err != nil {
				return err
			}
		}
		return nil
	})
	return version, err
}

// rewrapAll goes over the log once.
func (x *Disposal) rewrapAll(ctx context.Context, k *TenantKeys, version int64) (n uint64, err error) {
	size, err := x.log.Size(ctx, k.Tenant)
	if err != nil {
		return 0, err
	}
	for from := int64(0); from < size; from += rekeyChunk {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		x.turn.Lock()
		did, err := x.rewrapSome(ctx, k, version, from, from+rekeyChunk)
		x.turn.Unlock()
		n += did
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// rewrapSome wraps the content keys of a stretch of leaves anew.
func (x *Disposal) rewrapSome(ctx context.Context, k *TenantKeys, version, from, to int64) (n uint64, err error) {
	type row struct {
		idx int64
		p   storedPayload
	}
	var rows []row
	read := func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectOldWraps, []any{k.Tenant, from, to, version}, func(s db.Scanner) error {
			var r row
			err := s.Scan(&r.idx, &r.p.ring, &r.p.version, &r.p.wrapped)
			rows = append(rows, r)
			return err
		})
	}
	// What there is to do is found beside the writer.
	if err := x.db.InReadTx(ctx, k.Tenant, read); err != nil || len(rows) == 0 {
		return 0, err
	}
	err = x.db.InTx(ctx, k.Tenant, func(tx *db.Tx) error {
		n = 0
		for i := range rows {
			wrapped, err := k.rewrap(&rows[i].p, x.db.Clock().Random)
			if err != nil {
				return fmt.Errorf("entry %d: %w", rows[i].idx, err)
			}
			did, err := tx.Exec(ctx, updateWrap, k.Tenant, rows[i].idx, version, wrapped, rows[i].p.version)
			if err != nil {
				return err
			}
			n += uint64(did)
		}
		return nil
	})
	return n, err
}

// rewrap gives a payload's wraps under the newest keys of its ring.
func (k *TenantKeys) rewrap(p *storedPayload, random func([]byte)) ([]byte, error) {
	content, err := k.unwrap(p)
	if err != nil {
		return nil, err
	}
	defer clear(content)
	if (len(p.wrapped)-wrapSize)%subjectWrapSize != 0 {
		return nil, fmt.Errorf("%w: %d bytes of wrapped keys", ErrSealed, len(p.wrapped))
	}
	ring := k.rings[p.ring]
	aead, err := ring.payload.get()
	if err != nil {
		return nil, err
	}
	var nonce [nonceSize]byte
	random(nonce[:])
	out := wrap(make([]byte, 0, len(p.wrapped)), aead, nonce[:], content, []byte(k.LogID))
	for rest := p.wrapped[wrapSize:]; len(rest) > 0; rest = rest[subjectWrapSize:] {
		mac := MAC(rest[:MACSize])
		aead, err := ring.subjectAEAD(mac)
		if err != nil {
			return nil, err
		}
		random(nonce[:])
		out = wrap(append(out, mac[:]...), aead, nonce[:], content, mac[:])
	}
	return out, nil
}

// errOldWraps says that a payload under old keys came in.
var errOldWraps = errors.New("payloads are still wrapped under old keys")

// dropVersions destroys the old keys together with the artifact that says so.
// From then on the log writer refuses what was sealed under them.
func (x *Disposal) dropVersions(ctx context.Context, k *TenantKeys, version int64, payloads uint64, by Actor) (uint64, error) {
	entry := by.Entry(k.Tenant, "evidence.rekey", k.LogID)
	entry.Detail = map[string]string{"version": fmt.Sprint(version), "payloads": fmt.Sprint(payloads)}
	group, err := canonicalGroup(KindRekey, &rekeyDoc{Payloads: payloads, RequestedBy: entry.Principal, Version: version})
	if err != nil {
		return 0, err
	}
	c, err := x.log.Append(ctx, &Unit{
		Tenant: k.Tenant, Kind: KindRekey, Time: x.db.Clock().Now(), Prev: -1, Groups: []Group{group},
		Rows: &rekeyRows{x: x, tenant: k.Tenant, version: version, audit: entry},
	})
	return c.Index, err
}

// rekeyRows destroys old key versions in the artifact's transaction.
type rekeyRows struct {
	x       *Disposal
	tenant  domain.TenantID
	version int64
	audit   AuditEntry
}

// Add does nothing: the rows don't depend on the index.
func (*rekeyRows) Add(*Unit, Committed) error { return nil }

// Write deletes the old versions if nothing needs them.
func (r *rekeyRows) Write(ctx context.Context, tx *db.Tx) error {
	var old int64
	if _, err := tx.Get(ctx, countOldWraps, []any{r.tenant, r.version}, &old); err != nil {
		return err
	}
	if old > 0 {
		return errOldWraps
	}
	if _, err := tx.Exec(ctx, deleteVersions, r.tenant, r.version); err != nil {
		return fmt.Errorf("destroy old keys: %w", err)
	}
	return Audit(ctx, tx, r.x.db.Clock(), r.audit)
}

// Reset tells the log writer, in whose goroutine it runs, which keys are gone.
func (r *rekeyRows) Reset(committed bool) {
	if committed {
		r.x.log.retired[r.tenant] = r.version
	}
}
