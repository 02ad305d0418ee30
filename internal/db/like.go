package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"sync"

	"modernc.org/sqlite"
)

var likeSigns = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// LikeEscaped is a text as a part of a LIKE pattern (ESCAPE '!'), its case kept.
func LikeEscaped(part string) string { return likeSigns.Replace(part) }

// LikeText is the LIKE pattern (ESCAPE '!') of texts that hold a part, for what
// Lower made lower case.
func LikeText(part string) string {
	return "%" + LikeEscaped(strings.ToLower(part)) + "%"
}

// sqliteLower is lower() for all letters: SQLite's own knows those of ASCII only.
const sqliteLower = "frostgate_lower"

// registerLower makes the function known to connections that are opened from then
// on; the driver keeps one list for the process.
var registerLower = sync.OnceValue(func() error {
	return sqlite.RegisterDeterministicScalarFunction(sqliteLower, 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		switch v := args[0].(type) {
		case string:
			return strings.ToLower(v), nil
		case []byte:
			return strings.ToLower(string(v)), nil
		default:
			return v, nil
		}
	})
})

// Lower is the SQL of a column in lower case, for all letters on both engines,
// whatever the locale of the database.
func (d *DB) Lower(column string) string {
	if d.Engine == SQLite {
		return sqliteLower + "(" + column + ")"
	}
	if d.letters == "" {
		return "lower(" + column + ")"
	}
	return "lower(" + column + ` COLLATE "` + d.letters + `")`
}

// Lower is the store's.
func (tx *Tx) Lower(column string) string { return tx.db.Lower(column) }

// lettersOf finds the collation that knows all letters: PostgreSQL 17 brings one,
// older ones have ICU's. Without either the database's locale decides.
func lettersOf(ctx context.Context, pool *sql.DB) (name string, err error) {
	for _, known := range []string{"pg_c_utf8", "und-x-icu"} {
		var n int
		if err := pool.QueryRowContext(ctx, `SELECT count(*) FROM pg_catalog.pg_collation WHERE collname = $1
			AND collnamespace = 'pg_catalog'::regnamespace`, known).Scan(&n); err != nil {
			return "", fmt.Errorf("look for collations: %w", err)
		}
		if n > 0 {
			return known, nil
		}
	}
	return "", nil
}
