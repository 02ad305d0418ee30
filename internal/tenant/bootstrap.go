package tenant

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
)

// Names of what the first start makes.
const (
	FirstOrganisation = "First organisation"
	FirstTenant       = "default"
)

// Bootstrap makes the first organisation and tenant of an empty store and
// calls people in the same transaction, so that all of it exists or nothing. On
// a store that has an organisation it does nothing and returns nil.
func (s *Service) Bootstrap(ctx context.Context, people func(ctx context.Context, tx *db.Tx, t *Tenant) error) (*Tenant, error) {
	var made *Tenant
	err := s.change(ctx, "", func() error {
		return s.db.InSystemTx(ctx, "first start", func(tx *db.Tx) error {
			orgs := 0
			err := tx.ForEach(ctx, selectOrgs, nil, func(row db.Scanner) error {
				orgs++
				return row.Scan(new(string), new(string), new(int64))
			})
			if err != nil || orgs > 0 {
				return err
			}
			org := domain.OrgID(NewID(s.clk, "org_"))
			if _, err := tx.Exec(ctx, insertOrg, org, FirstOrganisation, tx.Now); err != nil {
				return err
			}
			t := &Tenant{ID: domain.TenantID(NewID(s.clk, "tn_")), Org: org, Name: FirstTenant, LogID: newLogID(s.clk), Status: Active}
			if err := s.add(ctx, tx, evidence.Actor{}, t); err != nil {
				return err
			}
			if err := people(ctx, tx, t); err != nil {
				return err
			}
			made = t
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("first start: %w", err)
	}
	return made, nil
}
