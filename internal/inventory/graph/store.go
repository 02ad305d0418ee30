package graph

import (
	"context"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/inventory"
)

const (
	deleteObject = `DELETE FROM graph_object WHERE tenant_id = $1 AND source = $2 AND type = $3 AND id = $4`
	deleteSome   = `DELETE FROM graph_object WHERE tenant_id = $1 AND source = $2 AND (type, id) IN
		(SELECT type, id FROM graph_object WHERE tenant_id = $1 AND source = $2 LIMIT $3)`
	selectState = `SELECT generation, rules FROM graph_state WHERE tenant_id = $1 AND source = $2`
	upsertState = `INSERT INTO graph_state (tenant_id, source, generation, rules) VALUES ($1, $2, 1, $3)
		ON CONFLICT (tenant_id, source) DO UPDATE SET generation = graph_state.generation + 1, rules = excluded.rules`
	bumpState = `INSERT INTO graph_state (tenant_id, source, generation, rules) VALUES ($1, $2, 1, '')
		ON CONFLICT (tenant_id, source) DO UPDATE SET generation = graph_state.generation + 1`
	selectObjects    = `SELECT type, id, standing, refs FROM graph_object WHERE tenant_id = $1 AND source = $2 ORDER BY type, id`
	selectUnassigned = `SELECT type, id FROM graph_object
		WHERE tenant_id = $1 AND source = $2 AND standing = $3 AND (type > $4 OR type = $4 AND id > $5) ORDER BY type, id LIMIT $6`
	countStanding = `SELECT type, count(*) FROM graph_object WHERE tenant_id = $1 AND source = $2 AND standing = $3 GROUP BY type ORDER BY type`
)

// rows are the writes of one transaction.
type rows struct {
	key  sourceKey
	bulk *db.Bulk
	gone [][2]string
}

func newRows(k sourceKey) *rows {
	return &rows{key: k, bulk: db.NewBulk("graph_object",
		db.Column{Name: "tenant_id", Type: db.Text}, db.Column{Name: "source", Type: db.Text},
		db.Column{Name: "type", Type: db.Text}, db.Column{Name: "id", Type: db.Text},
		db.Column{Name: "standing", Type: db.Int}, db.Column{Name: "refs", Type: db.Blob},
	).OnConflict("(tenant_id, source, type, id) DO UPDATE SET standing = excluded.standing, refs = excluded.refs")}
}

func (w *rows) len() int { return w.bulk.Len() + len(w.gone) }

func (w *rows) delete(typ, id string) { w.gone = append(w.gone, [2]string{typ, id}) }

func (w *rows) upsert(typ, id string, st standing, refs []byte) {
	w.bulk.Text(0, string(w.key.tenant))
	w.bulk.Text(1, w.key.source)
	w.bulk.Text(2, typ)
	w.bulk.Text(3, id)
	w.bulk.Int(4, int64(st))
	w.bulk.Blob(5, refs)
}

// flush writes the rows and lets graphs in memory know.
func (s *Service) flush(ctx context.Context, w *rows) error {
	if w.len() == 0 {
		return nil
	}
	err := s.DB.InTx(ctx, w.key.tenant, func(tx *db.Tx) error {
		changed := int64(w.bulk.Len())
		for _, g := range w.gone {
			n, err := tx.Exec(ctx, deleteObject, w.key.tenant, w.key.source, g[0], g[1])
			if err != nil {
				return err
			}
			changed += n
		}
		if changed == 0 {
			return nil
		}
		if err := tx.Insert(ctx, w.bulk); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, bumpState, w.key.tenant, w.key.source)
		return err
	})
	w.bulk.Reset()
	w.gone = w.gone[:0]
	return err
}

// state gives the generation of a source's rows and the rules they were made
// by; zero for a source without any.
func (s *Service) state(ctx context.Context, k sourceKey) (generation int64, rules string, err error) {
	err = s.DB.InReadTx(ctx, k.tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectState, []any{k.tenant, k.source}, func(row db.Scanner) error {
			return row.Scan(&generation, &rules)
		})
	})
	return generation, rules, err
}

// upToDate makes the rows of a source anew when other rules made them, or
// nobody did; false: it is no source that was observed. In projecting, a source
// without coverage is one that is observed for the first time: all its items
// come by. The caller holds the source's lock. A rebuild that breaks off begins
// again: the rules are noted last.
func (s *Service) upToDate(ctx context.Context, k sourceKey, projecting bool) (bool, error) {
	_, rules, err := s.state(ctx, k)
	if err != nil || rules == s.extract.set.version {
		return err == nil, err
	}
	covered, err := s.Inventory.Coverage(ctx, k.tenant, k.source)
	if err != nil || len(covered) == 0 && !projecting {
		return false, err
	}
	if len(covered) > 0 {
		if err := s.rebuild(ctx, k, covered); err != nil {
			return false, err
		}
	}
	return true, s.DB.InTx(ctx, k.tenant, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, upsertState, k.tenant, k.source, s.extract.set.version)
		return err
	})
}

// rebuild makes the rows of a source from inventory.
func (s *Service) rebuild(ctx context.Context, k sourceKey, covered []inventory.TypeCoverage) error {
	for more := true; more; {
		err := s.DB.InTx(ctx, k.tenant, func(tx *db.Tx) error {
			n, err := tx.Exec(ctx, deleteSome, k.tenant, k.source, batch)
			more = n > 0
			return err
		})
		if err != nil {
			return err
		}
	}
	var types []string
	for i := range covered {
		if !s.extract.plan(covered[i].Type).empty() {
			types = append(types, covered[i].Type)
		}
	}
	var page []inventory.ItemChange
	err := s.Inventory.EachPresent(ctx, k.tenant, k.source, types, func(c inventory.ItemChange) error {
		if page = append(page, c); len(page) < batch {
			return nil
		}
		err := s.keep(ctx, k, page)
		page = page[:0]
		return err
	})
	if err != nil {
		return err
	}
	return s.keep(ctx, k, page)
}
