package inventory

import (
	"context"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// itemRow is a row of inventory_item.
type itemRow struct {
	kind, id, name, template string
	hash                     manifest.Hash
	state                    ItemState
	first, changed, last     int64 // runs by seq
}

// itemBefore is an item as it was before a run.
type itemBefore struct {
	itemRow
	now  ItemState     // in the table, which may show the run already
	have manifest.Hash // likewise
	born bool          // the run itself brought it: there was none before
}

// differs says whether the row must be written.
func (r *itemRow) differs(before *itemBefore) bool {
	return before == nil || r.state != before.now || r.hash != before.have || r.name != before.name || r.template != before.template
}

func itemBulks() (items, past *db.Bulk) {
	column := func(name string, t db.ColumnType) db.Column { return db.Column{Name: name, Type: t} }
	items = db.NewBulk("inventory_item", column("tenant_id", db.Text), column("source", db.Text), column("type", db.Text), column("id", db.Text),
		column("name", db.Text), column("template", db.Text), column("hash", db.Blob), column("state", db.Text),
		column("first_seen", db.Int), column("changed_in", db.Int), column("last_seen", db.Int),
	).OnConflict(`(tenant_id, source, type, id) DO UPDATE SET name = excluded.name, template = excluded.template, hash = excluded.hash,
		state = excluded.state, changed_in = excluded.changed_in, last_seen = excluded.last_seen`)
	past = db.NewBulk("inventory_history", column("tenant_id", db.Text), column("source", db.Text), column("type", db.Text), column("id", db.Text),
		column("seq", db.Int), column("state", db.Text), column("hash", db.Blob),
	).OnConflict(`(tenant_id, source, type, id, seq) DO NOTHING`)
	return items, past
}

func (r *itemRow) addTo(b *db.Bulk, tenant domain.TenantID, source string) {
	for i, v := range []string{string(tenant), source, r.kind, r.id, r.name, r.template} {
		b.Text(i, v)
	}
	b.Blob(6, r.hash[:])
	b.Text(7, string(r.state))
	b.Int(8, r.first)
	b.Int(9, r.changed)
	b.Int(10, r.last)
}

// addTo notes what an item was, unless its name alone changes.
func (i *itemBefore) addTo(b *db.Bulk, tenant domain.TenantID, source string, now *itemRow, seq int64) {
	if i.born || i.state == now.state && i.hash == now.hash {
		return
	}
	for at, v := range []string{string(tenant), source, i.kind, i.id} {
		b.Text(at, v)
	}
	b.Int(4, seq)
	b.Text(5, string(i.state))
	b.Blob(6, i.hash[:])
}

const idsPage = 32

// What an item was before run $3: its history at that run tells, if the run was
// projected in part already. An item that the run itself brought was not there.
var selectBefore = unionOf(idsPage, `SELECT i.id, i.name, i.template, i.hash, i.state, i.first_seen, i.changed_in, i.last_seen,
	coalesce(h.state, i.state), coalesce(h.hash, i.hash)
	FROM inventory_item i LEFT JOIN inventory_history h
		ON h.tenant_id = i.tenant_id AND h.source = i.source AND h.type = i.type AND h.id = i.id AND h.seq = $3
	WHERE i.tenant_id = $1 AND i.source = $2 AND i.type = $4 AND i.id = `, 5, "")

// itemsBefore looks items up as they were before a run.
func (s *Service) itemsBefore(ctx context.Context, tenant domain.TenantID, source string, seq int64, pairs []manifest.Pair) (map[[2]string]*itemBefore, error) {
	out := make(map[[2]string]*itemBefore, len(pairs))
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		for len(pairs) > 0 {
			n := 1
			for n < min(len(pairs), idsPage) && pairs[n].Type == pairs[0].Type {
				n++
			}
			args := []any{tenant, source, seq, pairs[0].Type}
			for i := range idsPage {
				id := "" // nothing has it
				if i < n {
					id = pairs[i].ID
				}
				args = append(args, id)
			}
			err := tx.ForEach(ctx, selectBefore, args, func(row db.Scanner) error {
				i := &itemBefore{}
				var have, hash []byte
				err := row.Scan(&i.id, &i.name, &i.template, &have, &i.now, &i.first, &i.changed, &i.last, &i.state, &hash)
				if err != nil {
					return err
				}
				i.kind = pairs[0].Type
				i.born = i.first == seq
				copy(i.have[:], have)
				copy(i.hash[:], hash)
				out[[2]string{i.kind, i.id}] = i
				return nil
			})
			if err != nil {
				return err
			}
			pairs = pairs[n:]
		}
		return nil
	})
	return out, err
}

// noItems says that a source has no items yet.
func (s *Service) noItems(ctx context.Context, tenant domain.TenantID, source string) (none bool, err error) {
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		const query = `SELECT first_seen FROM inventory_item WHERE tenant_id = $1 AND source = $2 ORDER BY type, id LIMIT 1`
		var first int64
		found, err := tx.Get(ctx, query, []any{tenant, source}, &first)
		none = !found
		return err
	})
	return none, err
}

// Those that the run itself made missing are given again if it was broken off.
const selectUnseen = `SELECT i.id, i.hash FROM inventory_item i WHERE i.tenant_id = $1 AND i.source = $2 AND i.type = $3
	AND i.state <> 'present' AND (i.state = 'unknown' OR (i.changed_in = $4 AND EXISTS (SELECT 1 FROM inventory_history h
		WHERE h.tenant_id = i.tenant_id AND h.source = i.source AND h.type = i.type AND h.id = i.id AND h.seq = $4 AND h.state = 'unknown')))
	AND i.id > $5 ORDER BY i.id LIMIT $6`

// unseenItems gives the next items of a type that earlier runs could not see, as
// pairs that are only on the side of before.
func (s *Service) unseenItems(ctx context.Context, tenant domain.TenantID, source, kind string, seq int64, after string) (out []manifest.Pair, err error) {
	err = s.readMany(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectUnseen, []any{tenant, source, kind, seq, after, projectPage}, func(row db.Scanner) error {
			p := manifest.Pair{Type: kind, InFrom: true}
			var hash []byte
			err := row.Scan(&p.ID, &hash)
			copy(p.From[:], hash)
			out = append(out, p)
			return err
		})
	})
	return out, err
}
