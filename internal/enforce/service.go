package enforce

import (
	"strconv"
	"sync"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// DefaultApprovalTTL is how long a decision waits for a human.
const DefaultApprovalTTL = 24 * time.Hour

// DefaultMaxAllow bounds the live allow-list entries of one tenant.
const DefaultMaxAllow = 100_000

// Config holds the limits; a zero field means its default.
type Config struct {
	ApprovalTTL time.Duration
	MaxAllow    int64
}

// Service lists, revokes and keeps allow-lists. It is safe for concurrent use.
type Service struct {
	db  *db.DB
	cfg Config

	mu    sync.RWMutex
	lists map[domain.TenantID]*tenantList // guarded by mu
}

// New returns the service on a store.
func New(d *db.DB, cfg Config) *Service {
	if cfg.ApprovalTTL <= 0 {
		cfg.ApprovalTTL = DefaultApprovalTTL
	}
	if cfg.MaxAllow <= 0 {
		cfg.MaxAllow = DefaultMaxAllow
	}
	return &Service{db: d, cfg: cfg, lists: map[domain.TenantID]*tenantList{}}
}

// Names of the lists in cursors.
const (
	enforcementList = "enforcements"
	approvalList    = "approvals"
	allowListName   = "allowlists"
)

// Page says which part of a list to return.
type Page struct {
	Cursor string // next_cursor of the page before; empty for the first
	Limit  int    // see db.PageSize
}

// where collects conditions with their $n arguments.
type where struct {
	text string
	args []any
}

func newWhere(tenant domain.TenantID) *where {
	return &where{text: " WHERE tenant_id = $1", args: []any{string(tenant)}}
}

// and adds a condition; each %-sign in it becomes the next argument.
func (w *where) and(cond string, args ...any) {
	out := make([]byte, 0, len(cond)+8)
	n := 0
	for i := range len(cond) {
		if cond[i] != '%' {
			out = append(out, cond[i])
			continue
		}
		w.args = append(w.args, args[n])
		n++
		out = append(out, '$')
		out = strconv.AppendInt(out, int64(len(w.args)), 10)
	}
	w.text += " AND (" + string(out) + ")"
}
