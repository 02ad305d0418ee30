package signing

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// Column is a place in the store that holds values under the master key. The
// features that own the tables name them; signing only replaces a value by
// the same one under another key.
type Column struct {
	Table, Name string
	// Key are the columns that, after tenant_id, make the primary key.
	Key []string
	// Purpose is what the values were sealed for; empty: wrapped data keys, whose
	// purpose stands in their column of that name, one of Key.
	Purpose string
}

// resealRows is how many values one transaction seals anew.
const resealRows = 500

// Reseal seals everything in the store anew under the current master key, in
// bounded transactions that can be cut off anywhere: what is done stays done,
// the next call goes on. It returns how many values it changed. Values that
// don't open stay as they are and are reported together, by place.
func (c *Custody) Reseal(ctx context.Context, d *db.DB, columns []Column) (changed int64, err error) {
	done, err := c.resealed(ctx, d)
	if err != nil || done {
		return 0, err
	}
	var damaged error
	for _, col := range columns {
		tenants, err := col.tenants(ctx, d)
		if err != nil {
			return changed, err
		}
		for _, t := range tenants {
			n, err := c.resealTenant(ctx, d, col, t)
			changed += n
			if err != nil && !errors.Is(err, ErrSealed) {
				return changed, err
			}
			damaged = errors.Join(damaged, err)
		}
	}
	if damaged != nil {
		return changed, damaged
	}
	// The store's own check value goes last: it says that all is done.
	return changed, d.InSystemTx(ctx, "all values are under the current master key", func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, updateCheck, checkMaster, c.masterCheck())
		return err
	})
}

// resealed tells whether the store's check value is under the current key.
func (c *Custody) resealed(ctx context.Context, d *db.DB) (done bool, err error) {
	err = d.InSystemReadTx(ctx, "is the store under the current master key", func(tx *db.Tx) error {
		var text string
		found, err := tx.Get(ctx, selectCheck, []any{checkMaster}, &text)
		if err != nil || !found {
			return err
		}
		sealed, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return err
		}
		id, err := c.MasterOf(sealed)
		done = id == c.MasterID()
		return err
	})
	return done, err
}

// resealTenant works until a whole batch changed nothing: then only values that
// don't open are left.
func (c *Custody) resealTenant(ctx context.Context, d *db.DB, col Column, tenant domain.TenantID) (changed int64, err error) {
	for {
		n, damaged, err := c.resealBatch(ctx, d, col, tenant)
		changed += n
		if err != nil {
			return changed, err
		}
		if n == 0 {
			return changed, damaged
		}
	}
}

func (c *Custody) resealBatch(ctx context.Context, d *db.DB, col Column, tenant domain.TenantID) (changed int64, damaged, err error) {
	head := c.head(c.current)
	err = d.InTx(ctx, tenant, func(tx *db.Tx) error {
		changed, damaged = 0, nil
		rows, err := col.others(ctx, tx, tenant, head)
		if err != nil {
			return err
		}
		for _, r := range rows {
			fresh, err := c.resealValue(col, string(tenant), r)
			if err != nil {
				damaged = errors.Join(damaged, fmt.Errorf("%s.%s of tenant %s at %v: %w", col.Table, col.Name, tenant, r.key, err))
				continue
			}
			args := append([]any{tenant, fresh, r.value}, r.key...)
			n, err := tx.Exec(ctx, col.update(), args...)
			if err != nil {
				return fmt.Errorf("seal %s anew: %w", col.Table, err)
			}
			changed += n
		}
		return nil
	})
	return changed, damaged, err
}

func (c *Custody) resealValue(col Column, tenant string, r sealedRow) ([]byte, error) {
	kind, purpose := kindSecret, col.Purpose
	if purpose == "" {
		kind = kindDataKey
		for i, name := range col.Key {
			if name == "purpose" {
				purpose, _ = r.key[i].(string)
			}
		}
	}
	plain, err := c.open(kind, tenant, purpose, r.value)
	if err != nil {
		return nil, err
	}
	defer clear(plain)
	return c.seal(kind, tenant, purpose, plain), nil
}

// UnderMaster counts the values of the store that are sealed under a master key.
func (c *Custody) UnderMaster(ctx context.Context, d *db.DB, columns []Column, id string) (n int64, err error) {
	slot := -1
	for i, m := range c.masters {
		if m.ID == id {
			slot = i
		}
	}
	if slot < 0 {
		return 0, nil
	}
	head := c.head(slot)
	err = d.InSystemReadTx(ctx, "what is under a master key", func(tx *db.Tx) error {
		n = 0
		for _, col := range columns {
			var here int64
			query := fmt.Sprintf("SELECT count(*) FROM %s WHERE substr(%s, 1, %d) = $1", col.Table, col.Name, len(head))
			if _, err := tx.Get(ctx, query, []any{head}, &here); err != nil {
				return fmt.Errorf("count in %s: %w", col.Table, err)
			}
			n += here
		}
		var text string
		if _, err := tx.Get(ctx, selectCheck, []any{checkMaster}, &text); err != nil {
			return err
		}
		sealed, err := base64.StdEncoding.DecodeString(text)
		if of, ofErr := c.MasterOf(sealed); err == nil && ofErr == nil && of == id {
			n++
		}
		return err
	})
	return n, err
}

// sealedRow is one value with its place.
type sealedRow struct {
	key   []any
	value []byte
}

// tenants lists who has values in the column.
func (col Column) tenants(ctx context.Context, d *db.DB) (out []domain.TenantID, err error) {
	err = d.InSystemReadTx(ctx, "who has values under the master key", func(tx *db.Tx) error {
		return tx.ForEach(ctx, fmt.Sprintf("SELECT DISTINCT tenant_id FROM %s ORDER BY tenant_id", col.Table), nil, func(s db.Scanner) error {
			var t domain.TenantID
			err := s.Scan(&t)
			out = append(out, t)
			return err
		})
	})
	return out, err
}

// others reads values under another key than the one whose values start with
// head. An empty value is a secret that was forgotten on purpose.
func (col Column) others(ctx context.Context, tx *db.Tx, tenant domain.TenantID, head []byte) (out []sealedRow, err error) {
	query := fmt.Sprintf(`SELECT %s, %s FROM %s WHERE tenant_id = $1 AND length(%s) > 0 AND substr(%s, 1, %d) <> $2 LIMIT %d`,
		strings.Join(col.Key, ", "), col.Name, col.Table, col.Name, col.Name, len(head), resealRows)
	err = tx.ForEach(ctx, query, []any{tenant, head}, func(s db.Scanner) error {
		r := sealedRow{key: make([]any, len(col.Key))}
		dest := make([]any, 0, len(col.Key)+1)
		for i := range r.key {
			dest = append(dest, &r.key[i])
		}
		err := s.Scan(append(dest, &r.value)...)
		out = append(out, r)
		return err
	})
	return out, err
}

// update replaces a value that is still the one that was read.
func (col Column) update() string {
	var b strings.Builder
	fmt.Fprintf(&b, "UPDATE %s SET %s = $2 WHERE tenant_id = $1 AND %s = $3", col.Table, col.Name, col.Name)
	for i, k := range col.Key {
		fmt.Fprintf(&b, " AND %s = $%d", k, i+4)
	}
	return b.String()
}
