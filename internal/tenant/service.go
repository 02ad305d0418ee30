package tenant

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
)

// Logs gives a new tenant its log and data keys, in the transaction that
// creates the tenant.
type Logs interface {
	CreateLog(ctx context.Context, tx *db.Tx, tenant domain.TenantID) error
}

// Service owns the organisation and tenant tables and the tenants in memory.
type Service struct {
	db   *db.DB
	clk  clock.Clock
	logs Logs // may be nil in tests

	// lane lets one change at a time commit and replace the snapshot, so that
	// snapshots follow each other as commits do. Reading never waits for it.
	lane chan struct{}
	now  atomic.Pointer[snapshot]
}

// snapshot is all tenants at one moment; immutable.
type snapshot struct {
	byID map[domain.TenantID]*Tenant
	orgs map[domain.OrgID]Organisation
}

// New returns a service without tenants; Load reads them.
func New(d *db.DB, clk clock.Clock, logs Logs) *Service {
	s := &Service{db: d, clk: clk, logs: logs, lane: make(chan struct{}, 1)}
	s.now.Store(&snapshot{byID: map[domain.TenantID]*Tenant{}, orgs: map[domain.OrgID]Organisation{}})
	return s
}

// Load reads all tenants into memory. The server does so once at start: it is
// the only writer of its store.
func (s *Service) Load(ctx context.Context) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	return s.reload(ctx)
}

// reload needs the lane.
func (s *Service) reload(ctx context.Context) error {
	next := &snapshot{byID: map[domain.TenantID]*Tenant{}, orgs: map[domain.OrgID]Organisation{}}
	err := s.db.InSystemReadTx(ctx, "load all tenants", func(tx *db.Tx) error {
		err := tx.ForEach(ctx, selectOrgs, nil, func(row db.Scanner) error {
			var o Organisation
			err := row.Scan(&o.ID, &o.Name, &o.CreatedAt)
			next.orgs[o.ID] = o
			return err
		})
		if err != nil {
			return err
		}
		return tx.ForEach(ctx, selectAll, nil, func(row db.Scanner) error {
			t, err := scanTenant(row)
			if err == nil {
				next.byID[t.ID] = t
			}
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("load tenants: %w", err)
	}
	s.now.Store(next)
	return nil
}

func (s *Service) enter(ctx context.Context) error {
	select {
	case s.lane <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Service) leave() { <-s.lane }

// Lookup gives a tenant from memory.
func (s *Service) Lookup(id domain.TenantID) (*Tenant, error) {
	if t := s.now.Load().byID[id]; t != nil {
		return t, nil
	}
	return nil, fault.New(fault.NotFound, "no such tenant")
}

// Get gives a tenant of an organisation; another organisation's does not exist.
func (s *Service) Get(org domain.OrgID, id domain.TenantID) (*Tenant, error) {
	t, err := s.Lookup(id)
	if err != nil {
		return nil, err
	}
	if t.Org != org {
		return nil, fault.New(fault.NotFound, "no such tenant")
	}
	return t, nil
}

// Organisation gives an organisation from memory.
func (s *Service) Organisation(id domain.OrgID) (Organisation, error) {
	o, ok := s.now.Load().orgs[id]
	if !ok {
		return o, fault.New(fault.NotFound, "no such organisation")
	}
	return o, nil
}

// All gives every tenant by slot, for work that the server does on its own.
func (s *Service) All() []*Tenant {
	return slices.SortedFunc(maps.Values(s.now.Load().byID), func(a, b *Tenant) int { return int(a.Slot - b.Slot) })
}

const tenantList = "tenants"

// List gives an organisation's tenants by ID and the cursor of the next page.
// only narrows to tenants that the caller may see; nil is every one.
func (s *Service) List(org domain.OrgID, only []domain.TenantID, cursor string, limit int) ([]*Tenant, string, error) {
	var after string
	if err := db.DecodeCursor(tenantList, cursor, &after); err != nil {
		return nil, "", err
	}
	var out []*Tenant
	for _, t := range s.now.Load().byID {
		if t.Org == org && string(t.ID) > after && (only == nil || slices.Contains(only, t.ID)) {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b *Tenant) int { return strings.Compare(string(a.ID), string(b.ID)) })
	size := db.PageSize(limit)
	if len(out) <= size {
		return out, "", nil
	}
	out = out[:size]
	return out, db.EncodeCursor(tenantList, string(out[size-1].ID)), nil
}

// Create makes a tenant of an organisation, with its log and data keys.
// settings is a JSON object or empty. The caller has checked that the actor
// may create tenants in this organisation.
func (s *Service) Create(ctx context.Context, actor evidence.Actor, org domain.OrgID, name string, settings []byte) (*Tenant, error) {
	if err := CheckName("name", name); err != nil {
		return nil, err
	}
	t := &Tenant{ID: domain.TenantID(NewID(s.clk, "tn_")), Org: org, Name: name, LogID: newLogID(s.clk), Status: Active}
	if len(settings) > 0 {
		var err error
		if t.stored, err = t.stored.patch(settings); err != nil {
			return nil, err
		}
	}
	err := s.change(ctx, t.ID, func() error {
		return s.db.InSystemTx(ctx, "create a tenant", func(tx *db.Tx) error {
			if found, err := tx.Get(ctx, selectOrg, []any{org}, new(string)); err != nil || !found {
				return orNotFound(err, "no such organisation")
			}
			return s.add(ctx, tx, actor, t)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("create tenant: %w", err)
	}
	return t, nil
}

func orNotFound(err error, msg string) error {
	if err != nil {
		return err
	}
	return fault.New(fault.NotFound, "%s", msg)
}

// add stores a tenant with its log and audit entries. Who acts from another
// tenant finds the entry there too.
func (s *Service) add(ctx context.Context, tx *db.Tx, actor evidence.Actor, t *Tenant) error {
	if err := put(ctx, tx, t); err != nil {
		return err
	}
	if s.logs != nil {
		if err := s.logs.CreateLog(ctx, tx, t.ID); err != nil {
			return err
		}
	}
	homes := []domain.TenantID{t.ID}
	if actor.Principal != nil && actor.Principal.Tenant != t.ID {
		homes = append(homes, actor.Principal.Tenant)
	}
	for _, home := range homes {
		e := actor.Entry(home, "tenant.create", string(t.ID))
		e.Detail = map[string]string{"name": t.Name, "log_id": t.LogID}
		if err := evidence.Audit(ctx, tx, s.clk, e); err != nil {
			return err
		}
	}
	return nil
}

// change runs one change of a tenant alone and reads the tenant anew, whatever
// came of it: a commit that failed to answer may have happened. An empty ID reads
// all: with many tenants, that takes longer than the change.
func (s *Service) change(ctx context.Context, id domain.TenantID, fn func() error) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	err := fn()
	// The change stands even if the request has ended by now.
	ctx = context.WithoutCancel(ctx)
	again := s.reload
	if id != "" {
		again = func(ctx context.Context) error { return s.refresh(ctx, id) }
	}
	if rerr := again(ctx); err == nil {
		err = rerr
	}
	return err
}

// refresh reads one tenant anew. It needs the lane.
func (s *Service) refresh(ctx context.Context, id domain.TenantID) error {
	var t *Tenant
	err := s.db.InReadTx(ctx, id, func(tx *db.Tx) (err error) {
		t, err = getTenant(ctx, tx, id)
		return err
	})
	if fault.CodeOf(err) == fault.NotFound {
		return nil // it was not made
	}
	if err != nil {
		return fmt.Errorf("load tenant %s: %w", id, err)
	}
	was := s.now.Load()
	next := &snapshot{byID: maps.Clone(was.byID), orgs: was.orgs}
	next.byID[id] = t
	s.now.Store(next)
	return nil
}

// Update is a change of a tenant; nil and empty fields stay as they are.
type Update struct {
	Name     *string
	Status   *Status
	Settings []byte // JSON object, merged over the settings
}

// Update changes a tenant of an organisation. The caller has checked that the
// actor may change this tenant.
func (s *Service) Update(ctx context.Context, actor evidence.Actor, org domain.OrgID, id domain.TenantID, u Update) (*Tenant, error) {
	if _, err := s.Get(org, id); err != nil {
		return nil, err
	}
	err := s.change(ctx, id, func() error {
		return s.db.InTx(ctx, id, func(tx *db.Tx) error {
			t, err := getTenant(ctx, tx, id)
			if err != nil {
				return err
			}
			detail, err := t.apply(u)
			if err != nil || len(detail) == 0 {
				return err
			}
			settings, err := t.stored.encode()
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, updateState, id, t.Name, string(t.Status), settings); err != nil {
				return err
			}
			e := actor.Entry(id, "tenant.update", string(id))
			e.Detail = detail
			return evidence.Audit(ctx, tx, s.clk, e)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("update tenant %s: %w", id, err)
	}
	return s.Get(org, id)
}

// apply changes t and tells for the audit what changed.
func (t *Tenant) apply(u Update) (map[string]string, error) {
	detail := map[string]string{}
	if u.Name != nil && *u.Name != t.Name {
		if err := CheckName("name", *u.Name); err != nil {
			return nil, err
		}
		detail["name"], detail["name_before"] = *u.Name, t.Name
		t.Name = *u.Name
	}
	if u.Status != nil && *u.Status != t.Status {
		if !t.Status.may(*u.Status) {
			return nil, fault.New(fault.Conflict, "a tenant that is %s can't become %.20q", t.Status, string(*u.Status)).At("status")
		}
		detail["status"], detail["status_before"] = string(*u.Status), string(t.Status)
		t.Status = *u.Status
	}
	if len(u.Settings) > 0 {
		next, err := t.stored.patch(u.Settings)
		if err != nil {
			return nil, err
		}
		if next != t.stored {
			detail["settings"] = string(u.Settings)
			t.stored = next
		}
	}
	return detail, nil
}
