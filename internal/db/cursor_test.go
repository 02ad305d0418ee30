package db_test

import (
	"math"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/fault"
)

func TestCursorRoundTrip(t *testing.T) {
	t.Parallel()
	for _, at := range []int64{0, -1, math.MaxInt64, math.MinInt64} {
		for _, id := range []string{"", "x", "ü\x00", strings.Repeat("k", 300)} {
			var gotAt int64
			var gotID string
			if err := db.DecodeCursor("audit", db.EncodeCursor("audit", at, id), &gotAt, &gotID); err != nil {
				t.Fatal(err)
			}
			if gotAt != at || gotID != id {
				t.Errorf("got (%d, %q), want (%d, %q)", gotAt, gotID, at, id)
			}
		}
	}
	id := "untouched"
	if err := db.DecodeCursor("audit", "", &id); err != nil || id != "untouched" {
		t.Errorf("empty cursor: %v, %q", err, id)
	}
}

func TestCursorRefusals(t *testing.T) {
	t.Parallel()
	good := db.EncodeCursor("keys", "a")
	for name, cursor := range map[string]string{
		"other list":    db.EncodeCursor("audit", "a"),
		"other type":    db.EncodeCursor("keys", int64(1)),
		"too few":       db.EncodeCursor("keys"),
		"too many":      db.EncodeCursor("keys", "a", "b"),
		"not base64":    "!!",
		"padded":        good + "=",
		"cut":           good[:len(good)-2],
		"other version": "Ag",
		"too long":      strings.Repeat("A", 2000),
	} {
		var id string
		if err := db.DecodeCursor("keys", cursor, &id); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: error = %v, want %s", name, err, fault.Invalid)
		}
	}
}

func FuzzDecodeCursor(f *testing.F) {
	f.Add(db.EncodeCursor("l", int64(5), "id"))
	f.Add("")
	f.Add("AQFsaQpzAmlk")
	f.Fuzz(func(t *testing.T, cursor string) {
		var at int64
		var id string
		err := db.DecodeCursor("l", cursor, &at, &id)
		if err != nil && fault.CodeOf(err) != fault.Invalid {
			t.Fatalf("error = %v", err)
		}
		if err == nil && cursor != "" {
			var at2 int64
			var id2 string
			if err := db.DecodeCursor("l", db.EncodeCursor("l", at, id), &at2, &id2); err != nil || at2 != at || id2 != id {
				t.Fatalf("not stable: %v", err)
			}
		}
	})
}
