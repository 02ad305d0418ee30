package db

import (
	"bytes"
	"context"
	"os"
	"testing"

	"frostgate.io/frostgate/internal/clock"
)

// The write-ahead log must not grow with what is written: under a steady writer
// it starts over.
func TestWriteAheadLogStartsOver(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d, err := Open(ctx, Config{URL: "sqlite:" + t.TempDir() + "/frostgate.db"}, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := d.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	blob := bytes.Repeat([]byte("x"), 1<<20)
	write := func(n int) { // n new rows: SQLite writes no page that does not change
		for i := range n {
			if err := d.InSystemTx(ctx, "test", func(tx *Tx) error {
				_, err := tx.Exec(ctx, `INSERT INTO tile (tenant_id, level, idx, hashes, root) VALUES ('a', $3, $1, $2, $2)
					ON CONFLICT (tenant_id, level, idx) DO UPDATE SET hashes = excluded.hashes`, i%4, blob, n)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
	pages := func() int {
		n, err := checkpoint(ctx, d.read, "NOOP")
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	size := func() int64 {
		st, err := os.Stat(d.path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		return st.Size()
	}
	write(8)
	before, bytesBefore := pages(), size()
	if before < 1000 {
		t.Fatalf("log of %d pages after writing 8 MiB", before)
	}
	d.restartLog(ctx, d.read)
	write(4)
	if after := pages(); after == 0 || after >= before {
		t.Errorf("log of %d pages after a restart and 4 MiB more, %d before", after, before)
	}
	if after := size(); after != bytesBefore {
		t.Errorf("file of %d bytes, want its %d from before", after, bytesBefore)
	}
}
