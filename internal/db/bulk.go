package db

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/domain"
)

// ColumnType is a column's storage class in a bulk insert.
type ColumnType uint8

// The column types.
const (
	Text ColumnType = iota
	Int
	Blob
)

// Column is one column of a bulk insert.
type Column struct {
	Name string
	Type ColumnType
}

// Bulk collects rows of one table, column by column, for one fast insert:
// prepared single-row statements on SQLite, one unnest statement on
// PostgreSQL (COPY and row-level security exclude each other). It is reused
// from batch to batch and used by one goroutine.
type Bulk struct {
	cols   []Column
	multi  map[int]string // SQLite text by rows per statement
	unnest string         // PostgreSQL text
	texts  [][]string
	ints   [][]int64
	blobs  [][][]byte
	args   []any
}

// steps are the rows per statement on SQLite, greatest first: one statement for
// many rows spares most of what a statement costs around the row itself. Few
// sizes keep the statement cache small.
var steps = [...]int{32, 8, 1}

// NewBulk describes a bulk insert. The first column is tenant_id.
func NewBulk(table string, cols ...Column) *Bulk {
	names, marks, arrays := make([]string, len(cols)), make([]string, len(cols)), make([]string, len(cols))
	for i, c := range cols {
		names[i] = c.Name
		marks[i] = "?"
		arrays[i] = "$" + strconv.Itoa(i+1) + "::" + [...]string{"text[]", "bigint[]", "bytea[]"}[c.Type]
	}
	into := "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") "
	row := "(" + strings.Join(marks, ", ") + ")"
	multi := make(map[int]string)
	for _, n := range steps {
		multi[n] = into + "VALUES " + strings.Repeat(row+", ", n-1) + row
	}
	return &Bulk{
		cols:   cols,
		multi:  multi,
		unnest: into + "SELECT * FROM unnest(" + strings.Join(arrays, ", ") + ")",
		texts:  make([][]string, len(cols)),
		ints:   make([][]int64, len(cols)),
		blobs:  make([][][]byte, len(cols)),
		args:   make([]any, len(cols)*steps[0]),
	}
}

// OnConflict makes the insert an upsert: clause is what follows ON CONFLICT. It
// is for a new bulk. Rows of one insert must have distinct keys.
func (b *Bulk) OnConflict(clause string) *Bulk {
	for n, q := range b.multi {
		b.multi[n] = q + " ON CONFLICT " + clause
	}
	b.unnest += " ON CONFLICT " + clause
	return b
}

// Reset empties the bulk and keeps its memory.
func (b *Bulk) Reset() {
	for i := range b.cols {
		clear(b.texts[i])
		clear(b.blobs[i])
		b.texts[i], b.ints[i], b.blobs[i] = b.texts[i][:0], b.ints[i][:0], b.blobs[i][:0]
	}
}

// Text appends a value to text column i.
func (b *Bulk) Text(i int, v string) { b.texts[i] = append(b.texts[i], v) }

// Int appends a value to integer column i.
func (b *Bulk) Int(i int, v int64) { b.ints[i] = append(b.ints[i], v) }

// Blob appends a value to bytes column i.
func (b *Bulk) Blob(i int, v []byte) { b.blobs[i] = append(b.blobs[i], v) }

// Len is the number of rows; columns of unequal length are a bug that Insert
// refuses.
func (b *Bulk) Len() int { return b.colLen(0) }

func (b *Bulk) colLen(i int) int {
	switch b.cols[i].Type {
	case Text:
		return len(b.texts[i])
	case Int:
		return len(b.ints[i])
	}
	return len(b.blobs[i])
}

// Insert writes the collected rows in the transaction.
func (tx *Tx) Insert(ctx context.Context, b *Bulk) error {
	n := b.Len()
	for i, c := range b.cols {
		if b.colLen(i) != n {
			return fmt.Errorf("db: bulk column %s has %d values, want %d", c.Name, b.colLen(i), n)
		}
	}
	if n == 0 {
		return nil
	}
	if tx.scope == scopeTenant {
		for _, t := range b.texts[0] {
			if b.cols[0].Name != "tenant_id" || domain.TenantID(t) != tx.Tenant {
				return fmt.Errorf("db: bulk row of tenant %q in a transaction of tenant %q", t, tx.Tenant)
			}
		}
	}
	if tx.db.Engine == Postgres {
		return tx.insertUnnest(ctx, b)
	}
	for row := 0; row < n; {
		for _, size := range steps {
			if n-row < size {
				continue
			}
			if _, err := tx.q.ExecContext(ctx, b.multi[size], b.rows(row, size)...); err != nil {
				return err
			}
			row += size
			break
		}
	}
	return nil
}

// rows lays out the arguments of size rows from one on.
func (b *Bulk) rows(from, size int) []any {
	args := b.args[:size*len(b.cols)]
	for i, c := range b.cols {
		for r := range size {
			at := r*len(b.cols) + i
			switch c.Type {
			case Text:
				args[at] = b.texts[i][from+r]
			case Int:
				args[at] = b.ints[i][from+r]
			default:
				args[at] = b.blobs[i][from+r]
			}
		}
	}
	return args
}

func (tx *Tx) insertUnnest(ctx context.Context, b *Bulk) error {
	args := make([]any, len(b.cols))
	for i, c := range b.cols {
		switch c.Type {
		case Text:
			args[i] = b.texts[i]
		case Int:
			args[i] = b.ints[i]
		default:
			args[i] = b.blobs[i]
		}
	}
	_, err := tx.q.ExecContext(ctx, b.unnest, args...)
	return err
}
