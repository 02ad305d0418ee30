package auth

import (
	"context"
	"fmt"
	"net/mail"
	"slices"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

// AccountStatus tells whether a principal may act.
type AccountStatus string

// The statuses of a principal.
const (
	AccountActive   AccountStatus = "active"
	AccountDisabled AccountStatus = "disabled" // all its keys stop
)

// Account is a stored principal, a person or a service account, with its roles.
type Account struct {
	ID        domain.PrincipalID
	Org       domain.OrgID
	Kind      domain.PrincipalKind
	Name      string
	Email     string // may be empty; identifies nobody
	Status    AccountStatus
	CreatedAt domain.Micros
	Bindings  []Binding // by tenant, then role
}

// NewAccount is a principal to be made.
type NewAccount struct {
	Kind     domain.PrincipalKind
	Name     string
	Email    string
	Bindings []Binding
}

func (n NewAccount) validate() error {
	if n.Kind != domain.Person && n.Kind != domain.ServiceAccount {
		return fault.New(fault.Invalid, "kind must be %s or %s", domain.Person, domain.ServiceAccount).At("kind")
	}
	if err := tenant.CheckName("name", n.Name); err != nil {
		return err
	}
	if n.Email != "" {
		if a, err := mail.ParseAddress(n.Email); err != nil || a.Address != n.Email || len(n.Email) > 254 {
			return fault.New(fault.Invalid, "email must be one plain address").At("email")
		}
	}
	return nil
}

// canBind checks that the holder may give or take a role: people:write there
// and every scope of the role. Otherwise an administrator could make an owner.
func (s *Service) canBind(h holder, b Binding) error {
	want := b.Role.Scopes()
	if want == nil {
		return fault.New(fault.Invalid, "role must be one of %v", Roles()).At("role")
	}
	if b.Tenant != "" {
		if _, err := s.tenants.Get(h.Org, b.Tenant); err != nil {
			return err
		}
	}
	if err := h.need(b.Tenant, domain.ScopePeopleWrite); err != nil {
		return err
	}
	if lacks, found := missing(want, h.scopes(b.Tenant)); found {
		return fault.New(fault.Forbidden, "role %s has scope %s, which you don't hold yourself", b.Role, lacks)
	}
	return nil
}

// target reads a principal that the holder may see: of the same organisation
// and, without a role in the whole organisation, with a role in the key's
// tenant.
func (s *Service) target(ctx context.Context, tx *db.Tx, h holder, id domain.PrincipalID, scope domain.Scope) (*Account, error) {
	a, err := getAccount(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	none := fault.New(fault.NotFound, "no such principal")
	if a == nil || a.Org != h.Org {
		return nil, none
	}
	if view := h.view(scope); view != "" {
		a.Bindings = visible(a.Bindings, view)
		if len(a.Bindings) == 0 {
			return nil, none
		}
	}
	return a, nil
}

// view is the tenant whose people the holder may see; empty is the whole
// organisation.
func (h holder) view(scope domain.Scope) domain.TenantID {
	if slices.Contains(h.scopes(""), scope) {
		return ""
	}
	return h.caller.Tenant
}

func visible(all []Binding, view domain.TenantID) []Binding {
	return slices.DeleteFunc(slices.Clone(all), func(b Binding) bool { return b.Tenant != "" && b.Tenant != view })
}

// CreatePrincipal makes a person or service account in the actor's
// organisation. An actor without a role in the whole organisation must give it
// a role in a tenant.
func (s *Service) CreatePrincipal(ctx context.Context, actor evidence.Actor, n NewAccount) (*Account, error) {
	if err := n.validate(); err != nil {
		return nil, err
	}
	var made *Account
	err := s.changePeople(ctx, actor, func(tx *db.Tx, h holder) error {
		if len(n.Bindings) == 0 {
			if err := h.need("", domain.ScopePeopleWrite); err != nil {
				return err
			}
		}
		for _, b := range n.Bindings {
			if err := s.canBind(h, b); err != nil {
				return err
			}
		}
		a := &Account{
			ID: domain.PrincipalID(tenant.NewID(s.clk, "pr_")), Org: h.Org, Kind: n.Kind, Name: n.Name, Email: n.Email,
			Status: AccountActive, CreatedAt: tx.Now,
		}
		if err := s.putAccount(ctx, tx, actor, a, n.Bindings, h.caller.Tenant); err != nil {
			return err
		}
		var err error
		made, err = getAccount(ctx, tx, a.ID)
		return err
	})
	return made, err
}

// putAccount stores a principal with its roles and audits each.
func (s *Service) putAccount(ctx context.Context, tx *db.Tx, actor evidence.Actor, a *Account, bindings []Binding, home domain.TenantID) error {
	if _, err := tx.Exec(ctx, insertAccount, a.ID, a.Org, string(a.Kind), a.Name, a.Email, string(a.Status), a.CreatedAt); err != nil {
		return err
	}
	e := actor.Entry(home, "person.create", string(a.ID))
	e.Detail = map[string]string{"kind": string(a.Kind), "name": a.Name}
	if err := s.auditIn(ctx, tx, e, home); err != nil {
		return err
	}
	for _, b := range bindings {
		if err := s.bind(ctx, tx, actor, a, b, home); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) bind(ctx context.Context, tx *db.Tx, actor evidence.Actor, a *Account, b Binding, home domain.TenantID) error {
	n, err := tx.Exec(ctx, insertBinding, a.ID, a.Org, b.Tenant, string(b.Role), tx.Now)
	if err != nil || n == 0 {
		return err
	}
	return s.auditIn(ctx, tx, bindingEntry(actor, "role.grant", a.ID, b), home, b.Tenant)
}

func bindingEntry(actor evidence.Actor, action string, id domain.PrincipalID, b Binding) evidence.AuditEntry {
	e := actor.Entry("", action, string(id))
	e.Detail = map[string]string{"role": string(b.Role), "tenant": string(b.Tenant)}
	return e
}

// changePeople runs a change of principals or roles, then forgets every cached
// key: what any of them may do can have changed.
func (s *Service) changePeople(ctx context.Context, actor evidence.Actor, fn func(tx *db.Tx, h holder) error) error {
	// Also after an error: a commit that failed to answer may have happened.
	defer s.keys.clear()
	err := s.db.InSystemTx(ctx, "change principals and roles", func(tx *db.Tx) error {
		h, err := s.holder(ctx, tx, actor.Principal)
		if err != nil {
			return err
		}
		return fn(tx, h)
	})
	if err != nil {
		return fmt.Errorf("change people: %w", err)
	}
	return nil
}

// Principal gives a principal that the caller may see.
func (s *Service) Principal(ctx context.Context, caller *domain.Principal, id domain.PrincipalID) (a *Account, err error) {
	err = s.db.InSystemReadTx(ctx, "read principals", func(tx *db.Tx) error {
		h, err := s.holder(ctx, tx, caller)
		if err != nil {
			return err
		}
		a, err = s.target(ctx, tx, h, id, domain.ScopePeopleRead)
		return err
	})
	return a, err
}

// Self gives the caller with all roles, whatever else they may read.
func (s *Service) Self(ctx context.Context, caller *domain.Principal) (a *Account, err error) {
	err = s.db.InSystemReadTx(ctx, "read principals", func(tx *db.Tx) error {
		h, err := s.holder(ctx, tx, caller)
		a = h.Account
		return err
	})
	return a, err
}

const peopleList = "people"

// Principals lists the principals that the caller may see, by ID, and the
// cursor of the next page.
func (s *Service) Principals(ctx context.Context, caller *domain.Principal, cursor string, limit int) (out []Account, next string, err error) {
	var after string
	if err := db.DecodeCursor(peopleList, cursor, &after); err != nil {
		return nil, "", err
	}
	size := db.PageSize(limit)
	err = s.db.InSystemReadTx(ctx, "read principals", func(tx *db.Tx) error {
		h, err := s.holder(ctx, tx, caller)
		if err != nil {
			return err
		}
		view := h.view(domain.ScopePeopleRead)
		err = tx.ForEach(ctx, listAccounts, []any{h.Org, after, view, size + 1}, func(row db.Scanner) error {
			a, err := scanAccount(row)
			out = append(out, a)
			return err
		})
		if err != nil {
			return err
		}
		for i := range out {
			if out[i].Bindings, err = getBindings(ctx, tx, &out[i]); err != nil {
				return err
			}
			if view != "" {
				out[i].Bindings = visible(out[i].Bindings, view)
			}
		}
		return nil
	})
	if err != nil || len(out) <= size {
		return out, "", err
	}
	out = out[:size]
	return out, db.EncodeCursor(peopleList, string(out[size-1].ID)), nil
}

// GrantRole gives a principal a role; doing so twice is no change.
func (s *Service) GrantRole(ctx context.Context, actor evidence.Actor, id domain.PrincipalID, b Binding) error {
	return s.changePeople(ctx, actor, func(tx *db.Tx, h holder) error {
		a, err := getAccount(ctx, tx, id)
		if err != nil {
			return err
		}
		if a == nil || a.Org != h.Org {
			return fault.New(fault.NotFound, "no such principal")
		}
		if err := s.canBind(h, b); err != nil {
			return err
		}
		return s.bind(ctx, tx, actor, a, b, h.caller.Tenant)
	})
}

// RemoveRole takes a role from a principal, but never the last owner's.
func (s *Service) RemoveRole(ctx context.Context, actor evidence.Actor, id domain.PrincipalID, b Binding) error {
	return s.changePeople(ctx, actor, func(tx *db.Tx, h holder) error {
		a, err := s.target(ctx, tx, h, id, domain.ScopePeopleWrite)
		if err != nil {
			return err
		}
		if err := s.canBind(h, b); err != nil {
			return err
		}
		if b == (Binding{Role: Owner}) {
			if err := keepOwner(ctx, tx, a); err != nil {
				return err
			}
		}
		n, err := tx.Exec(ctx, deleteBinding, a.ID, a.Org, b.Tenant, string(b.Role))
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "the principal does not have this role")
		}
		return s.auditIn(ctx, tx, bindingEntry(actor, "role.remove", a.ID, b), h.caller.Tenant, b.Tenant)
	})
}

// keepOwner refuses a change after which no active person owns the
// organisation.
func keepOwner(ctx context.Context, tx *db.Tx, a *Account) error {
	var others int64
	if _, err := tx.Get(ctx, countOwners, []any{a.Org, a.ID}, &others); err != nil {
		return err
	}
	if others == 0 && a.Kind == domain.Person && slices.Contains(a.Bindings, Binding{Role: Owner}) {
		return fault.New(fault.Conflict, "This is the organisation’s last owner: make somebody else an owner first.")
	}
	return nil
}

// SetPrincipalStatus disables a principal, whose keys stop at once, or lets it
// act again. The actor must be able to give every role that it has.
func (s *Service) SetPrincipalStatus(ctx context.Context, actor evidence.Actor, id domain.PrincipalID, status AccountStatus) error {
	if status != AccountActive && status != AccountDisabled {
		return fault.New(fault.Invalid, "status must be %s or %s", AccountActive, AccountDisabled).At("status")
	}
	return s.changePeople(ctx, actor, func(tx *db.Tx, h holder) error {
		seen, err := s.target(ctx, tx, h, id, domain.ScopePeopleWrite)
		if err != nil {
			return err
		}
		a, err := getAccount(ctx, tx, seen.ID) // with the roles that the holder can't see
		if err != nil {
			return err
		}
		if len(a.Bindings) == 0 {
			if err := h.need("", domain.ScopePeopleWrite); err != nil {
				return err
			}
		}
		for _, b := range a.Bindings {
			if err := s.canBind(h, b); err != nil {
				return err
			}
		}
		if status == AccountDisabled {
			if err := keepOwner(ctx, tx, a); err != nil {
				return err
			}
		}
		n, err := tx.Exec(ctx, updateStatus, a.Org, a.ID, string(status))
		if err != nil || n == 0 {
			return err
		}
		e := actor.Entry("", "person."+map[AccountStatus]string{AccountActive: "enable", AccountDisabled: "disable"}[status], string(a.ID))
		return s.auditIn(ctx, tx, e, h.caller.Tenant)
	})
}
