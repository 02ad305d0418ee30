package inventory

import (
	"context"
	"encoding/hex"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// ItemFilter selects items; empty fields take all.
type ItemFilter struct {
	Source string    // kind/name
	Type   string    // name or label of a type, or a part that only one has
	Text   string    // in the name or the ID, whatever the letters' case
	State  ItemState // Present, Missing or Unseen
}

const itemList = "inventory items"

// A present item was last seen by the run that last looked at its type.
const (
	itemColumns = `SELECT i.source, i.type, i.id, i.name, i.template, i.hash, i.state,
		coalesce(f.run_id, ''), coalesce(f.closed_at, 0), coalesce(c.run_id, ''), coalesce(c.closed_at, 0), coalesce(l.run_id, ''), coalesce(l.closed_at, 0)
		FROM inventory_item i
		LEFT JOIN inventory_coverage k ON k.tenant_id = i.tenant_id AND k.source = i.source AND k.type = i.type
		LEFT JOIN inventory_run f ON f.tenant_id = i.tenant_id AND f.seq = i.first_seen
		LEFT JOIN inventory_run c ON c.tenant_id = i.tenant_id AND c.seq = i.changed_in
		LEFT JOIN inventory_run l ON l.tenant_id = i.tenant_id
			AND l.seq = CASE WHEN i.state = 'present' THEN coalesce(k.seen, i.changed_in) ELSE i.last_seen END
		WHERE i.tenant_id = $1`
	itemsPage = ` AND (i.source, i.type, i.id) > ($2, $3, $4) AND ($5 = '' OR i.source = $5) AND ($6 = '' OR i.type = $6)
		AND ($7 = '' OR i.state = $7) AND ($8 = '' OR %s LIKE $8 ESCAPE '!' OR %s LIKE $8 ESCAPE '!')
		ORDER BY i.source, i.type, i.id LIMIT $9`
	itemOne = ` AND i.source = $2 AND i.type = $3 AND i.id = $4`
)

func (i *Item) scan(row db.Scanner) error {
	var hash []byte
	err := row.Scan(&i.Source, &i.Type, &i.ID, &i.Name, &i.Template, &hash, &i.State, &i.FirstSeen, &i.FirstAt, &i.ChangedIn, &i.ChangedAt, &i.LastSeen, &i.SeenAt)
	i.Hash = hex.EncodeToString(hash)
	return err
}

// Items lists items by source, type and ID, and gives the cursor of the next page.
func (s *Service) Items(ctx context.Context, tenant domain.TenantID, f ItemFilter, cursor string, limit int) (items []Item, next string, err error) {
	var source, kind, id string
	if err := db.DecodeCursor(itemList, cursor, &source, &kind, &id); err != nil {
		return nil, "", err
	}
	if f.Type, err = s.typeName(f.Type); err != nil {
		return nil, "", err
	}
	like := ""
	if f.Text != "" {
		like = db.LikeText(f.Text)
	}
	size := db.PageSize(limit)
	args := []any{tenant, source, kind, id, f.Source, f.Type, string(f.State), like, size + 1}
	err = s.readMany(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, itemColumns+fmt.Sprintf(itemsPage, tx.Lower("i.name"), tx.Lower("i.id")), args, func(row db.Scanner) error {
			var i Item
			err := i.scan(row)
			items = append(items, i)
			return err
		})
	})
	if len(items) > size {
		items = items[:size]
		last := items[size-1]
		next = db.EncodeCursor(itemList, last.Source, last.Type, last.ID)
	}
	return items, next, err
}

// typeName is the type that a person's word means; a word that no listed type
// has is taken as it is.
func (s *Service) typeName(word string) (string, error) {
	if word == "" {
		return "", nil
	}
	switch found := s.Types.Find(word); len(found) {
	case 0:
		return word, nil
	case 1:
		return found[0].Name, nil
	default:
		return "", fault.New(fault.Invalid, "type %q may mean several: %s, %s...", word, found[0].Name, found[1].Name).At("type")
	}
}

// ItemDetail is an item with what was last seen of it and how it came to be so.
type ItemDetail struct {
	Item
	Content []byte // canonical JSON
	Past    []ItemPast
}

// ItemPast is one change of an item, the newest first: what it was until a run
// saw the change.
type ItemPast struct {
	Run   RunID // that saw it
	At    domain.Micros
	State ItemState // before
	Hash  string    // before, hex
}

const selectPast = `SELECT coalesce(r.run_id, ''), coalesce(r.closed_at, 0), h.state, h.hash FROM inventory_history h
	LEFT JOIN inventory_run r ON r.tenant_id = h.tenant_id AND r.seq = h.seq
	WHERE h.tenant_id = $1 AND h.source = $2 AND h.type = $3 AND h.id = $4 ORDER BY h.seq DESC LIMIT 500`

// Item returns one item of a source (kind/name) with its content and its last
// 500 changes.
func (s *Service) Item(ctx context.Context, tenant domain.TenantID, source, kind, id string) (*ItemDetail, error) {
	var d *ItemDetail
	var hash manifest.Hash
	err := s.readMany(ctx, tenant, func(tx *db.Tx) error {
		err := tx.ForEach(ctx, itemColumns+itemOne, []any{tenant, source, kind, id}, func(row db.Scanner) (err error) {
			d = &ItemDetail{}
			if err := d.scan(row); err != nil {
				return err
			}
			hash, err = manifest.ParseHash(d.Hash)
			return err
		})
		if err != nil || d == nil {
			return err
		}
		return tx.ForEach(ctx, selectPast, []any{tenant, source, kind, id}, func(row db.Scanner) error {
			var p ItemPast
			var was []byte
			err := row.Scan(&p.Run, &p.At, &p.State, &was)
			p.Hash = hex.EncodeToString(was)
			d.Past = append(d.Past, p)
			return err
		})
	})
	if err == nil && d == nil {
		err = fault.New(fault.NotFound, "source %s has no %s %q", source, kind, id)
	}
	if err != nil {
		return nil, err
	}
	return d, s.Contents(ctx, tenant, []manifest.Hash{hash}, func(_ manifest.Hash, b []byte) error {
		d.Content = b
		return nil
	})
}

// Contents gives contents by their hashes, checked; one that is not there is an
// error.
func (s *Service) Contents(ctx context.Context, tenant domain.TenantID, hashes []manifest.Hash, each func(manifest.Hash, []byte) error) error {
	return partsStore{svc: s, tenant: tenant}.Contents(ctx, hashes, each)
}

var selectThere = unionOf(idsPage, itemColumns+` AND i.source = $2 AND i.type = $3 AND i.state <> 'missing' AND i.id = `, 4, "")

// Present gives those of some items of a type that are not missing, by ID.
func (s *Service) Present(ctx context.Context, tenant domain.TenantID, source, kind string, ids []string) (map[string]Item, error) {
	out := make(map[string]Item, len(ids))
	err := s.readMany(ctx, tenant, func(tx *db.Tx) error {
		for len(ids) > 0 {
			n := min(len(ids), idsPage)
			args := []any{tenant, source, kind}
			for i := range idsPage {
				id := ""
				if i < n {
					id = ids[i]
				}
				args = append(args, id)
			}
			err := tx.ForEach(ctx, selectThere, args, func(row db.Scanner) error {
				var i Item
				err := i.scan(row)
				out[i.ID] = i
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

const selectEach = `SELECT id, name, state, hash FROM inventory_item
	WHERE tenant_id = $1 AND source = $2 AND type = $3 AND state <> 'missing' AND id > $4 ORDER BY id LIMIT $5`

// EachPresent gives all items of some types that are not missing, with their
// contents, in order of ID within each type.
func (s *Service) EachPresent(ctx context.Context, tenant domain.TenantID, source string, kinds []string, each func(ItemChange) error) error {
	for _, kind := range kinds {
		after := ""
		for {
			page, err := s.presentPage(ctx, tenant, source, kind, after)
			if err != nil {
				return err
			}
			if len(page) == 0 {
				break
			}
			after = page[len(page)-1].ID
			for i := range page {
				if err := each(page[i]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (s *Service) presentPage(ctx context.Context, tenant domain.TenantID, source, kind, after string) (page []ItemChange, err error) {
	err = s.readMany(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectEach, []any{tenant, source, kind, after, projectPage}, func(row db.Scanner) error {
			c := ItemChange{Type: kind}
			var hash []byte
			err := row.Scan(&c.ID, &c.Name, &c.State, &hash)
			copy(c.Hash[:], hash)
			page = append(page, c)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	at := map[manifest.Hash][]int{}
	hashes := make([]manifest.Hash, len(page))
	for i := range page {
		hashes[i] = page[i].Hash
		at[hashes[i]] = append(at[hashes[i]], i)
	}
	return page, s.Contents(ctx, tenant, hashes, func(h manifest.Hash, b []byte) error {
		for _, i := range at[h] {
			page[i].Content = b
		}
		return nil
	})
}
