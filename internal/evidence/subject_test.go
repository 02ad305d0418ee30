package evidence

import (
	"context"
	"slices"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

func ipSubject(value string) domain.Subject {
	return domain.Subject{Kind: domain.SubjectIP, Value: value}
}

// fillSubjects writes subject rows without the log around them: n leaves, two
// subjects each, one of them on every step-th leaf.
func fillSubjects(t testing.TB, d *db.DB, k *TenantKeys, rare domain.Subject, n, step int) {
	t.Helper()
	ctx := context.Background()
	rows := newPayloadRows()
	for from := 0; from < n; from += 20_000 {
		rows.Reset(true)
		for i := from; i < min(from+20_000, n); i++ {
			for _, mac := range []MAC{k.Subject(domain.Subject{Kind: domain.SubjectUser, Value: "u"}), k.Subject(rare)} {
				if mac == k.Subject(rare) && i%step != 0 {
					continue
				}
				rows.subject.Text(0, "a")
				rows.subject.Int(1, Epoch(uint64(i)))
				rows.subject.Blob(2, mac[:])
				rows.subject.Int(3, int64(i))
			}
		}
		if err := d.InTx(ctx, "a", func(tx *db.Tx) error { return tx.Insert(ctx, rows.subject) }); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSubjectLeavesAreFoundInLogOrder(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		f := newFixture(t, d)
		k, err := f.keyring.Keys(ctx, "a")
		if err != nil {
			t.Fatal(err)
		}
		// More epochs than one statement searches.
		const n, step = 140_000, 997
		rare := ipSubject("203.0.113.9")
		fillSubjects(t, d, k, rare, n, step)
		var want []uint64
		for i := 0; i < n; i += step {
			want = append(want, uint64(i))
		}
		err = d.InReadTx(ctx, "a", func(tx *db.Tx) error {
			got, err := f.keyring.SubjectLeaves(ctx, tx, "a", rare)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%d leaves, want %d: %v", len(got), len(want), err)
			}
			var rest []uint64
			for idx, err := range EachSubjectLeaf(ctx, tx, "a", k.Subject(rare), step+1) {
				if err != nil {
					t.Fatal(err)
				}
				rest = append(rest, idx)
			}
			if !slices.Equal(rest, want[2:]) {
				t.Errorf("from %d on: %d leaves", step+1, len(rest))
			}
			none, err := f.keyring.SubjectLeaves(ctx, tx, "a", ipSubject("203.0.113.10"))
			if err != nil || len(none) != 0 {
				t.Errorf("unknown subject: %v %v", none, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		err = d.InReadTx(ctx, "b", func(tx *db.Tx) error {
			got, err := f.keyring.SubjectLeaves(ctx, tx, "b", rare)
			if len(got) != 0 {
				t.Errorf("another tenant finds %d leaves", len(got))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestCanonicalSubject(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   domain.Subject
		want string
	}{
		{ipSubject("::ffff:192.0.2.1"), "192.0.2.1"},
		{ipSubject("2001:DB8::1"), "2001:db8::1"},
		{domain.Subject{Kind: domain.SubjectUser, Value: "Bob"}, "Bob"},
	} {
		if got, err := CanonicalSubject(c.in); err != nil || got.Value != c.want {
			t.Errorf("%v: %v %v", c.in, got, err)
		}
	}
	for _, bad := range []domain.Subject{{}, ipSubject("x"), {Kind: "person", Value: "x"}, {Kind: domain.SubjectUser, Value: "a\x00"}} {
		if _, err := CanonicalSubject(bad); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

func BenchmarkSubjectLeavesOfAMillion(b *testing.B) {
	ctx := context.Background()
	d := dbtest.OpenSQLite(b, clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)))
	f := newFixture(b, d)
	k, err := f.keyring.Keys(ctx, "a")
	if err != nil {
		b.Fatal(err)
	}
	rare := ipSubject("203.0.113.9")
	fillSubjects(b, d, k, rare, 1_000_000, 997)
	for b.Loop() {
		err := d.InReadTx(ctx, "a", func(tx *db.Tx) error {
			got, err := f.keyring.SubjectLeaves(ctx, tx, "a", rare)
			if len(got) != 1004 {
				b.Errorf("%d leaves", len(got))
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
