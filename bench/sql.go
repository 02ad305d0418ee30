package main

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// execSQL runs statements one by one on a PostgreSQL.
func execSQL(ctx context.Context, url string, statements ...string) error {
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	for _, s := range statements {
		if _, err = c.Exec(ctx, s); err != nil {
			break
		}
	}
	return errors.Join(err, c.Close(ctx))
}

// databaseBytes is the size of a PostgreSQL database.
func databaseBytes(ctx context.Context, url string) (int64, error) {
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return 0, err
	}
	var n int64
	err = c.QueryRow(ctx, "SELECT pg_database_size(current_database())").Scan(&n)
	return n, errors.Join(err, c.Close(ctx))
}
