package auth

import (
	"context"
	"fmt"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

// MaxOverlap bounds how long a rotated key stays valid beside its successor.
const MaxOverlap = 30 * 24 * time.Hour

// issue is everything known when a key is about to be given to a principal.
type issue struct {
	actor  holder
	target *Account
	tenant *tenant.Tenant
	live   int64         // the target's keys in use, in all tenants
	ends   domain.Micros // when the actor's own key expires; 0: never
}

// prepare reads who acts and for whom. Another organisation's tenants and
// principals do not exist.
func (s *Service) prepare(ctx context.Context, actor evidence.Actor, id domain.TenantID, principal domain.PrincipalID) (*issue, error) {
	if actor.Principal == nil {
		return nil, fault.New(fault.Forbidden, "nobody acts")
	}
	t, err := s.tenants.Get(actor.Principal.Org, id)
	if err != nil {
		return nil, err
	}
	i := &issue{tenant: t}
	err = s.db.InSystemReadTx(ctx, "find who is given a key", func(tx *db.Tx) error {
		if i.actor, err = s.holder(ctx, tx, actor.Principal); err != nil {
			return err
		}
		if err := i.actor.need(id, domain.ScopeKeysWrite); err != nil {
			return err
		}
		if i.target, err = getAccount(ctx, tx, principal); err != nil {
			return err
		}
		if i.target == nil || i.target.Org != t.Org {
			return fault.New(fault.NotFound, "no such principal").At("principal_id")
		}
		if i.ends, err = expiryOf(ctx, tx, actor.Principal); err != nil {
			return err
		}
		_, err := tx.Get(ctx, countLive, []any{principal, tx.Now}, &i.live)
		return err
	})
	return i, err
}

// expiryOf is when the key in use expires. What isn't one of our keys (an
// authenticator before us) has no end that we know.
func expiryOf(ctx context.Context, tx *db.Tx, p *domain.Principal) (domain.Micros, error) {
	k, err := getKey(ctx, tx, p.Tenant, p.Key)
	if err != nil || k == nil {
		return 0, err
	}
	return k.ExpiresAt, nil
}

// cap keeps a new key from outliving the key that makes it: who holds a key
// for a day must not turn it into one for ever.
func (i *issue) cap(expires domain.Micros) domain.Micros {
	if i.ends != 0 && (expires == 0 || expires > i.ends) {
		return i.ends
	}
	return expires
}

// allows checks that a key with these scopes and limits gives nobody more than
// they have: not the principal it is for, not the actor who sees its secret.
func (i *issue) allows(scopes []domain.Scope, limits Limits) error {
	if i.target.Status != AccountActive {
		return fault.New(fault.Conflict, "the principal is disabled").At("principal_id")
	}
	if s, bad := missing(scopes, i.actor.scopes(i.tenant.ID)); bad {
		return fault.New(fault.Forbidden, "you don't hold scope %s in tenant %s yourself", s, i.tenant.ID).At("scopes")
	}
	if s, bad := missing(scopes, scopesIn(i.target.Bindings, i.tenant.ID)); bad {
		return fault.New(fault.Forbidden, "the principal's roles don't include scope %s in tenant %s", s, i.tenant.ID).At("scopes")
	}
	return limits.within(i.actor.caller, i.tenant)
}

// CreateKey makes a key and gives its secret, this once. A key for another
// person is an enrolment, possible only while that person has no key: who
// holds someone's key acts as that human in every approval.
func (s *Service) CreateKey(ctx context.Context, actor evidence.Actor, n NewKey) (*Key, Secret, error) {
	if err := n.validate(actor, s.clk.Now()); err != nil {
		return nil, "", err
	}
	i, err := s.prepare(ctx, actor, n.Tenant, n.Principal)
	if err != nil {
		return nil, "", err
	}
	if err := i.allows(n.Scopes, n.Limits); err != nil {
		return nil, "", err
	}
	if i.impersonates() && i.live > 0 {
		return nil, "", fault.New(fault.Forbidden, "this person has a key; only they can make another (or revoke it first)").At("principal_id")
	}
	if n.ExpiresAt != 0 && i.cap(n.ExpiresAt) != n.ExpiresAt {
		return nil, "", fault.New(fault.Forbidden, "the key that you use expires before that; a key made with it must not outlive it").At("expires_at")
	}
	n.ExpiresAt = i.cap(n.ExpiresAt)
	k, secret := s.mint(n)
	err = s.db.InTx(ctx, k.Tenant, func(tx *db.Tx) error {
		if err := putKey(ctx, tx, k); err != nil {
			return err
		}
		return evidence.Audit(ctx, tx, s.clk, keyEntry(actor, "key.create", k))
	})
	if err != nil {
		return nil, "", fmt.Errorf("create key: %w", err)
	}
	return k, secret, nil
}

func (i *issue) impersonates() bool {
	return i.target.Kind == domain.Person && i.target.ID != i.actor.ID
}

func (s *Service) mint(n NewKey) (*Key, Secret) {
	text, secret := newKey(s.clk, s.mac, s.env)
	return &Key{
		ID: text.id, Tenant: n.Tenant, Principal: n.Principal, Name: n.Name, Env: text.env,
		Scopes: n.Scopes, Limits: n.Limits, ExpiresAt: n.ExpiresAt, mac: s.mac.APIKeyMAC(string(text.id), text.secret),
	}, Secret(secret)
}

func keyEntry(actor evidence.Actor, action string, k *Key) evidence.AuditEntry {
	e := actor.Entry(k.Tenant, action, string(k.ID))
	e.Detail = map[string]string{"principal": string(k.Principal), "name": k.Name}
	return e
}

// Key gives a key of a tenant.
func (s *Service) Key(ctx context.Context, id domain.TenantID, key domain.KeyID) (k *Key, err error) {
	err = s.db.InReadTx(ctx, id, func(tx *db.Tx) error {
		k, err = getKey(ctx, tx, id, key)
		return err
	})
	if err == nil && k == nil {
		err = fault.New(fault.NotFound, "no such key")
	}
	return k, err
}

const keyList = "keys"

// Keys lists a tenant's keys by ID, of one principal if named, and gives the
// cursor of the next page.
func (s *Service) Keys(ctx context.Context, id domain.TenantID, principal domain.PrincipalID, cursor string, limit int) (out []Key, next string, err error) {
	var after string
	if err := db.DecodeCursor(keyList, cursor, &after); err != nil {
		return nil, "", err
	}
	size := db.PageSize(limit)
	err = s.db.InReadTx(ctx, id, func(tx *db.Tx) error {
		return tx.ForEach(ctx, listKeys, []any{id, after, principal, size + 1}, func(row db.Scanner) error {
			k, err := scanKey(row)
			out = append(out, k)
			return err
		})
	})
	if err != nil {
		return nil, "", fmt.Errorf("list keys: %w", err)
	}
	if len(out) <= size {
		return out, "", nil
	}
	out = out[:size]
	return out, db.EncodeCursor(keyList, string(out[size-1].ID)), nil
}

// RotateKey makes a successor with the same rights and lifetime, which ends
// with the actor's own key at the latest, and lets the old key expire after the
// overlap.
func (s *Service) RotateKey(ctx context.Context, actor evidence.Actor, id domain.TenantID, key domain.KeyID, overlap time.Duration) (*Key, Secret, error) {
	if overlap < 0 || overlap > MaxOverlap {
		return nil, "", fault.New(fault.Invalid, "overlap_s must be 0 to %d", int64(MaxOverlap.Seconds())).At("overlap_s")
	}
	if actor.Principal == nil {
		return nil, "", fault.New(fault.Forbidden, "nobody acts")
	}
	if _, err := s.tenants.Get(actor.Principal.Org, id); err != nil {
		return nil, "", err
	}
	old, err := s.Key(ctx, id, key)
	if err != nil {
		return nil, "", err
	}
	i, err := s.prepare(ctx, actor, id, old.Principal)
	if err != nil {
		return nil, "", err
	}
	if i.impersonates() {
		return nil, "", fault.New(fault.Forbidden, "only the person may rotate this key; you can revoke it")
	}
	// Scopes that the principal has lost meanwhile are not renewed.
	scopes := intersect(old.Scopes, scopesIn(i.target.Bindings, id))
	if err := i.allows(scopes, old.Limits); err != nil {
		return nil, "", err
	}
	defer s.keys.drop(key)
	next, secret := s.mint(NewKey{Tenant: id, Principal: old.Principal, Name: old.Name, Scopes: scopes, Limits: old.Limits})
	next.Replaces = old.ID
	err = s.db.InTx(ctx, id, func(tx *db.Tx) error { return s.replace(ctx, tx, actor, i, old, next, overlap) })
	if err != nil {
		return nil, "", fmt.Errorf("rotate key: %w", err)
	}
	return next, secret, nil
}

func (s *Service) replace(ctx context.Context, tx *db.Tx, actor evidence.Actor, i *issue, old, next *Key, overlap time.Duration) error {
	if !old.live(tx.Now) {
		return fault.New(fault.Conflict, "the key is %s; create a new one", old.Status(tx.Now))
	}
	var have int64
	if _, err := tx.Get(ctx, successors, []any{old.Tenant, old.ID}, &have); err != nil {
		return err
	}
	if have > 0 {
		return fault.New(fault.Conflict, "the key was rotated already; rotate its successor")
	}
	ends := tx.Now + domain.Micros(overlap.Microseconds())
	if old.ExpiresAt != 0 {
		next.ExpiresAt = tx.Now + old.ExpiresAt - old.CreatedAt
		ends = min(ends, old.ExpiresAt)
	}
	next.ExpiresAt = i.cap(next.ExpiresAt)
	n, err := tx.Exec(ctx, expireKey, old.Tenant, old.ID, ends, old.ExpiresAt)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "the key changed at the same time; look at it again")
	}
	if err := putKey(ctx, tx, next); err != nil {
		return err
	}
	e := keyEntry(actor, "key.rotate", old)
	e.Detail["successor"] = string(next.ID)
	return evidence.Audit(ctx, tx, s.clk, e)
}

// RevokeKey ends a key at once; a second time is no change. Everybody with
// keys:write in its tenant may: in an incident, no rank is asked.
func (s *Service) RevokeKey(ctx context.Context, actor evidence.Actor, id domain.TenantID, key domain.KeyID, reason string) error {
	if err := s.AuthorizeIn(ctx, actor.Principal, id, domain.ScopeKeysWrite); err != nil {
		return err
	}
	if domain.HasHidden(reason) {
		return fault.New(fault.Invalid, "reason holds characters that nobody sees").At("reason")
	}
	k, err := s.Key(ctx, id, key)
	if err != nil {
		return err
	}
	e := keyEntry(actor, "key.revoke", k)
	e.Detail["reason"] = reason
	return s.revoke(ctx, k, e)
}

func (s *Service) revoke(ctx context.Context, k *Key, e evidence.AuditEntry) error {
	// Also after an error: a commit that failed to answer may have happened.
	defer s.keys.drop(k.ID)
	err := s.db.InTx(ctx, k.Tenant, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, revokeKey, k.Tenant, k.ID, tx.Now)
		if err != nil || n == 0 {
			return err
		}
		return evidence.Audit(ctx, tx, s.clk, e)
	})
	if err != nil {
		return fmt.Errorf("revoke key: %w", err)
	}
	return nil
}

// ReportLeak revokes the key whose whole text is presented: who has it could
// use it, so needs no other right to end it. A wrong text is Unauthenticated
// and tells nothing.
func (s *Service) ReportLeak(ctx context.Context, presented, requestID, remote string) error {
	text, err := parseKey(presented)
	if err != nil {
		return err
	}
	entry, err := s.find(ctx, text.id)
	if err != nil {
		return err
	}
	if !s.proves(entry, text) {
		return errKeyText
	}
	e := evidence.AuditEntry{
		Tenant: entry.key.Tenant, Key: entry.key.ID, Action: "key.leak_reported", Target: string(entry.key.ID), Outcome: evidence.AuditOK,
		RequestID: requestID, Remote: remote, Detail: map[string]string{"principal": string(entry.key.Principal), "name": entry.key.Name},
	}
	return s.revoke(ctx, entry.key, e)
}
