package auth

import (
	"context"
	"fmt"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

const (
	accountsCalled = `SELECT principal_id FROM principal WHERE org_id = $1 AND (lower(name) LIKE $2 ESCAPE '!' OR principal_id = $3) ORDER BY principal_id LIMIT $4`
	nameOfOne      = `SELECT name FROM principal WHERE org_id = $1 AND principal_id = $2`
)

// maxCalled bounds how many principals one name stands for.
const maxCalled = 500

// Called gives the principals of the caller's organisation whose name holds a
// text, or whose ID it is, disabled ones too: records name them still.
func (s *Service) Called(ctx context.Context, caller *domain.Principal, text string) (out []domain.PrincipalID, err error) {
	like := "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(text)) + "%"
	err = s.db.InSystemReadTx(ctx, "find principals by name", func(tx *db.Tx) error {
		return tx.ForEach(ctx, accountsCalled, []any{caller.Org, like, text, maxCalled}, func(row db.Scanner) error {
			var id domain.PrincipalID
			err := row.Scan(&id)
			out = append(out, id)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("find principals by name: %w", err)
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
	err := s.db.InSystemReadTx(ctx, "find principals by name", func(tx *db.Tx) error {
		for _, id := range ids {
			var name string
			found, err := tx.Get(ctx, nameOfOne, []any{caller.Org, id}, &name)
			if err != nil {
				return err
			}
			if found {
				out[id] = name
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("names of principals: %w", err)
	}
	return out, nil
}
