package db

import "context"

// FreshPlans lets the statements of this transaction be planned for the data
// that is there now. PostgreSQL else keeps, for each connection, the plan that it
// made when a table was new: reading all of it, which is right for ten rows and
// goes on when there are a million. It is for statements that look up many rows
// at once, whose planning is small beside their work. SQLite plans by the
// indexes alone.
func (tx *Tx) FreshPlans(ctx context.Context) error {
	if tx.db.Engine != Postgres {
		return nil
	}
	_, err := tx.q.ExecContext(ctx, "SET LOCAL plan_cache_mode = force_custom_plan")
	return err
}
