package evidence

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// Copy tells of rows that hold a subject's value in the clear beside the log.
type Copy struct {
	// Kept says why rows were kept; empty: the value was removed from them.
	Kept string `json:"kept"`
	Rows int64  `json:"rows"`
	What string `json:"what"`
}

// Eraser is a feature that holds clear copies of subjects in rows of its own.
type Eraser interface {
	// EraseSubject removes the tenant's copies of a subject and says what it
	// removed and what it kept. It only counts when dry is set.
	EraseSubject(ctx context.Context, tx *db.Tx, tenant domain.TenantID, s domain.Subject, dry bool) ([]Copy, error)
}

// LeafEraser is an Eraser that also holds personal values in rows that belong to
// leaves.
type LeafEraser interface {
	// EraseLeaves removes what has ended of what the leaves set in force.
	EraseLeaves(ctx context.Context, tx *db.Tx, tenant domain.TenantID, leaves []uint64) error
}

// Holder is a feature that still needs the payloads of some leaves.
type Holder interface {
	// InForce returns the leaves between two, both included, that something in
	// force rests on.
	InForce(ctx context.Context, tx *db.Tx, tenant domain.TenantID, first, last uint64) ([]uint64, error)
}

// Disposal ends payloads before their log ends: on demand (Erase), when their
// retention is over (Prune), and under new keys, so that backups open nothing
// that was erased (Rekey). It is safe for concurrent use.
type Disposal struct {
	db      *db.DB
	keys    *Keyring
	log     *Sequencer
	erasers []Eraser
	holders []Holder

	// turn is held by whoever destroys payloads: what it found must still be
	// there when it acts.
	turn sync.Mutex
}

// NewDisposal returns the service over a log and the features with rows beside
// it.
func NewDisposal(d *db.DB, keys *Keyring, log *Sequencer, erasers []Eraser, holders []Holder) *Disposal {
	return &Disposal{db: d, keys: keys, log: log, erasers: append([]Eraser{auditCopies{}}, erasers...), holders: holders}
}

// auditCopies says what of a subject stands in the audit. The audit is the
// record of who did what; it ends by its own retention.
type auditCopies struct{}

const countAudit = `SELECT count(*) FROM audit WHERE tenant_id = $1 AND (target = $2 OR remote = $2 OR remote LIKE $3 ESCAPE '!' OR detail LIKE $4 ESCAPE '!')`

// EraseSubject counts and keeps.
func (auditCopies) EraseSubject(ctx context.Context, tx *db.Tx, tenant domain.TenantID, s domain.Subject, _ bool) ([]Copy, error) {
	plain := strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(s.Value)
	quoted, err := canonicalGroup("value", s.Value)
	if err != nil {
		return nil, err
	}
	inDetail := "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(string(quoted.Value)) + "%"
	var n int64
	if _, err := tx.Get(ctx, countAudit, []any{tenant, s.Value, plain + ":%", inDetail}, &n); err != nil {
		return nil, fmt.Errorf("count audit entries: %w", err)
	}
	if n == 0 {
		return nil, nil
	}
	return []Copy{{What: "audit entries", Rows: n, Kept: "the audit says who did what and is kept for accountability; it ends by audit_retention_days"}}, nil
}
