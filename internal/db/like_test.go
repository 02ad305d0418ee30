package db_test

import (
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
)

// Letters of all scripts are found whatever their case; signs of a pattern are
// signs.
func TestLikeKnowsAllLetters(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, c := range []struct {
			name, part string
			want       int
		}{
			{"Åsa Öberg", "Åsa", 1},
			{"Åsa Öberg", "åSA ö", 1},
			{"ÅSA", "åsa", 1},
			{"Ирина", "ИРИ", 1},
			{"ΑΘΗΝΑ", "θην", 1},
			{"Asa", "åsa", 0},
			{"100% sure", "0% S", 1},
			{"100 sure", "0%", 0},
			{"a_b", "A_", 1},
			{"axb", "a_", 0},
			{"wow!", "W!", 1},
			{"", "", 1},
		} {
			var n int
			err := d.InSystemTx(t.Context(), "test", func(tx *db.Tx) error {
				if _, err := tx.Exec(t.Context(), "DELETE FROM organisation"); err != nil {
					return err
				}
				if _, err := tx.Exec(t.Context(), "INSERT INTO organisation (org_id, name, created_at) VALUES ('org_1', $1, 1)", c.name); err != nil {
					return err
				}
				_, err := tx.Get(t.Context(), "SELECT count(*) FROM organisation WHERE "+tx.Lower("name")+" LIKE $1 ESCAPE '!'", []any{db.LikeText(c.part)}, &n)
				return err
			})
			if err != nil || n != c.want {
				t.Errorf("%q in %q: %d, want %d, %v", c.part, c.name, n, c.want, err)
			}
		}
	})
}
