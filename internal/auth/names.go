package auth

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// Name is what people call a principal or a key.
type Name struct {
	ID     string
	Name   string
	Kind   string // person, service or key
	Active bool   // not disabled, expired or revoked
}

// kindOfKey is the kind of a Name that is a key's; the others are principals'.
const kindOfKey = "key"

const (
	namesOfAccounts = `SELECT principal_id, name, kind, status FROM principal WHERE org_id = $1 AND principal_id IN (%s)`
	namesOfKeys     = `SELECT key_id, name, expires_at, revoked_at FROM api_key WHERE tenant_id = $1 AND key_id IN (%s)`
	accountsCalled  = `SELECT principal_id FROM principal WHERE org_id = $1 AND (%s LIKE $2 ESCAPE '!' OR principal_id = $3) ORDER BY principal_id LIMIT $4`
	accountsAble    = `SELECT principal_id, name, kind FROM principal
		WHERE org_id = $1 AND status = 'active' AND (name > $2 OR name = $2 AND principal_id > $3)
		  AND %s LIKE $4 ESCAPE '!'
		  AND EXISTS (SELECT 1 FROM role_binding b WHERE b.principal_id = principal.principal_id AND b.org_id = $1
		       AND b.tenant_id IN ('', $5) AND $6 LIKE '%% ' || b.role || ' %%')
		ORDER BY name, principal_id LIMIT $7`
)

// Names tells what principals of the caller's organisation and keys of a tenant
// are called, in the order that was asked. What does not exist is left out: who
// has an ID from a record may read the name behind it, nothing is listed.
func (s *Service) Names(ctx context.Context, caller *domain.Principal, id domain.TenantID, ids []string) ([]Name, error) {
	if err := s.enters(ctx, caller, id); err != nil {
		return nil, err
	}
	known := map[string]Name{}
	err := s.db.InSystemReadTx(ctx, "read names of principals", func(tx *db.Tx) error {
		clear(known) // a transaction may run again
		return namesOf(ctx, tx, caller.Org, ids, known)
	})
	if err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	if err := s.namesOfKeys(ctx, id, ids, known); err != nil {
		return nil, err
	}
	out := make([]Name, 0, len(known))
	for _, one := range ids {
		if n, ok := known[one]; ok {
			out = append(out, n)
			delete(known, one) // once
		}
	}
	return out, nil
}

// NamesOf tells what principals of the caller's organisation are called. Who has
// an ID from a record may read the name behind it.
func (s *Service) NamesOf(ctx context.Context, caller *domain.Principal, ids []domain.PrincipalID) (map[domain.PrincipalID]string, error) {
	out := make(map[domain.PrincipalID]string, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = string(id)
	}
	known := map[string]Name{}
	err := s.db.InSystemReadTx(ctx, "find principals by name", func(tx *db.Tx) error {
		return namesOf(ctx, tx, caller.Org, texts, known)
	})
	if err != nil {
		return nil, fmt.Errorf("names of principals: %w", err)
	}
	for id, n := range known {
		out[domain.PrincipalID(id)] = n.Name
	}
	return out, nil
}

// namesOf adds the principals of an organisation among ids.
func namesOf(ctx context.Context, tx *db.Tx, org domain.OrgID, ids []string, known map[string]Name) error {
	for some := range slices.Chunk(ids, maxIn) {
		list, args := oneOf([]any{org}, some)
		err := tx.ForEach(ctx, fmt.Sprintf(namesOfAccounts, list), args, func(row db.Scanner) error {
			var n Name
			var status AccountStatus
			err := row.Scan(&n.ID, &n.Name, &n.Kind, &status)
			n.Active = status == AccountActive
			known[n.ID] = n
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// maxIn bounds the values of one IN.
const maxIn = 512

// oneOf is the list of an IN with the arguments behind it. Its length is one of
// few, so that statements are prepared once: the last value fills it up.
func oneOf(args []any, values []string) (string, []any) {
	size := 8
	for size < len(values) {
		size *= 8
	}
	marks := make([]string, size)
	for i := range marks {
		args = append(args, values[min(i, len(values)-1)])
		marks[i] = "$" + strconv.Itoa(len(args))
	}
	return strings.Join(marks, ", "), args
}

// namesOfKeys adds the keys among ids that are no principal's.
func (s *Service) namesOfKeys(ctx context.Context, id domain.TenantID, ids []string, known map[string]Name) error {
	rest := slices.DeleteFunc(slices.Clone(ids), func(one string) bool { _, is := known[one]; return is })
	if len(rest) == 0 {
		return nil
	}
	err := s.db.InReadTx(ctx, id, func(tx *db.Tx) error {
		for some := range slices.Chunk(rest, maxIn) {
			list, args := oneOf([]any{id}, some)
			err := tx.ForEach(ctx, fmt.Sprintf(namesOfKeys, list), args, func(row db.Scanner) error {
				var k Key
				err := row.Scan(&k.ID, &k.Name, &k.ExpiresAt, &k.RevokedAt)
				known[string(k.ID)] = Name{ID: string(k.ID), Name: k.Name, Kind: kindOfKey, Active: k.live(s.clk.Now())}
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read names of keys: %w", err)
	}
	return nil
}

// maxCalled bounds how many principals one name stands for.
const maxCalled = 500

// Called gives the principals of the caller's organisation whose name holds a
// text, or whose ID it is, disabled ones too: records name them still. A text
// that fits more than 500 is refused.
func (s *Service) Called(ctx context.Context, caller *domain.Principal, text string) (out []domain.PrincipalID, err error) {
	err = s.db.InSystemReadTx(ctx, "find principals by name", func(tx *db.Tx) error {
		out = nil // a transaction may run again
		args := []any{caller.Org, db.LikeText(text), text, maxCalled + 1}
		return tx.ForEach(ctx, fmt.Sprintf(accountsCalled, tx.Lower("name")), args, func(row db.Scanner) error {
			var id domain.PrincipalID
			err := row.Scan(&id)
			out = append(out, id)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("find principals by name: %w", err)
	}
	if len(out) > maxCalled {
		return nil, fault.New(fault.Invalid, "more than %d people and service accounts are called like that: name more of the name", maxCalled).At("who")
	}
	return out, nil
}

// enters refuses who has no right at all in a tenant; another organisation's
// does not exist.
func (s *Service) enters(ctx context.Context, caller *domain.Principal, id domain.TenantID) error {
	if caller == nil {
		return fault.New(fault.Forbidden, "nobody acts")
	}
	if id == caller.Tenant {
		return nil
	}
	if _, err := s.tenants.Get(caller.Org, id); err != nil {
		return err
	}
	return s.db.InSystemReadTx(ctx, "find what a principal may do", func(tx *db.Tx) error {
		h, err := s.holder(ctx, tx, caller)
		if err != nil {
			return err
		}
		if len(h.scopes(id)) == 0 {
			return fault.New(fault.Forbidden, "you have no role in tenant %s", id)
		}
		return nil
	})
}

const nameList = "names"

// Able lists by name the active principals whose roles give a scope in a tenant,
// for choosing one, and gives the cursor of the next page. text narrows to names
// that hold it. Who may do a thing, or may read people, may see who else may.
func (s *Service) Able(ctx context.Context, caller *domain.Principal, id domain.TenantID, scope domain.Scope, text, cursor string, limit int) (out []Name, next string, err error) {
	var afterName, afterID string
	if err := db.DecodeCursor(nameList, cursor, &afterName, &afterID); err != nil {
		return nil, "", err
	}
	if err := s.AuthorizeIn(ctx, caller, id, scope); err != nil {
		if s.AuthorizeIn(ctx, caller, id, domain.ScopePeopleRead) != nil {
			return nil, "", err
		}
	}
	size := db.PageSize(limit)
	err = s.db.InSystemReadTx(ctx, "read names of principals", func(tx *db.Tx) error {
		return tx.ForEach(ctx, fmt.Sprintf(accountsAble, tx.Lower("name")), []any{caller.Org, afterName, afterID, db.LikeText(text), id, rolesWith(scope), size + 1}, func(row db.Scanner) error {
			n := Name{Active: true}
			err := row.Scan(&n.ID, &n.Name, &n.Kind)
			out = append(out, n)
			return err
		})
	})
	if err != nil || len(out) <= size {
		return out, "", err
	}
	out = out[:size]
	return out, db.EncodeCursor(nameList, out[size-1].Name, out[size-1].ID), nil
}

// rolesWith names the roles that give a scope, with a space around each.
func rolesWith(scope domain.Scope) string {
	text := " "
	for _, r := range Roles() {
		if slices.Contains(r.Scopes(), scope) {
			text += string(r) + " "
		}
	}
	return text
}
