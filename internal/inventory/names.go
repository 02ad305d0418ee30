package inventory

import (
	"context"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// Known is what an item is called and what is known of it.
type Known struct {
	Name  string
	State ItemState
}

// One row by its whole key: no state of the table's counts makes another plan
// of it, so that the statement is planned once.
var selectNames = unionOf(idsPage, `SELECT id, name, state FROM inventory_item
	WHERE tenant_id = $1 AND source = $2 AND type = $3 AND state <> 'missing' AND id = `, 4, "")

// Names gives the names of those of some items of a type that are not missing,
// by ID. It is Present for those who need no more.
func (s *Service) Names(ctx context.Context, tenant domain.TenantID, source, kind string, ids []string) (map[string]Known, error) {
	out := make(map[string]Known, len(ids))
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		args := make([]any, 3+idsPage)
		args[0], args[1], args[2] = tenant, source, kind
		for len(ids) > 0 {
			n := min(len(ids), idsPage)
			for i := range idsPage {
				args[3+i] = ids[min(i, n-1)]
			}
			err := tx.ForEach(ctx, selectNames, args, func(row db.Scanner) error {
				var id string
				var k Known
				err := row.Scan(&id, &k.Name, &k.State)
				out[id] = k
				return err
			})
			if err != nil {
				return err
			}
			ids = ids[n:]
		}
		return nil
	})
	return out, err
}
