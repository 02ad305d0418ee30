package evidence

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/receipt"
)

// BenchmarkBundleOf10000 makes and verifies a bundle of ten thousand decisions
// with payloads of the usual size.
func BenchmarkBundleOf10000(b *testing.B) {
	f := newFixture(b, dbtest.OpenSQLite(b, clock.System{}))
	if err := f.Anchors.Open(b.Context()); err != nil {
		b.Fatal(err)
	}
	k, err := f.keyring.Keys(b.Context(), "a")
	if err != nil {
		b.Fatal(err)
	}
	text := strings.Repeat("rule:ssh_bruteforce matched; ", 60)
	var units []*Unit
	for range 10_000 {
		u := timed("a", kindDecision, f.clock.Now(), "192.0.2.1")
		u.Groups = []Group{{Name: "decision", Value: []byte(`{"brief":"` + text + `"}`)}, {Name: "event", Value: []byte(`{"payload":{"src_ip":"192.0.2.1"}}`)}}
		if err := k.Seal(u, f.clock); err != nil {
			b.Fatal(err)
		}
		for f.Reserve(u) != nil { // the queue is full: the oldest goes first
			if _, err := units[0].Wait(); err != nil {
				b.Fatal(err)
			}
			units = units[1:]
		}
		f.Ready(u)
		units = append(units, u)
	}
	for _, u := range units {
		if _, err := u.Wait(); err != nil {
			b.Fatal(err)
		}
	}
	if err := f.Anchors.CloseEpoch(b.Context()); err != nil {
		b.Fatal(err)
	}
	trust, err := receipt.NewTrust(f.custody.VerifierKey())
	if err != nil {
		b.Fatal(err)
	}
	write := func(w io.Writer) {
		made, err := f.Bundle(b.Context(), "a", BundleQuery{Kind: receipt.BundleTenant})
		if err == nil {
			err = made.Write(b.Context(), w)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	var file bytes.Buffer
	write(&file)
	b.Run("make", func(b *testing.B) {
		b.SetBytes(int64(file.Len()))
		for b.Loop() {
			write(io.Discard)
		}
	})
	b.Run("verify", func(b *testing.B) {
		b.SetBytes(int64(file.Len()))
		for b.Loop() {
			if rep, err := receipt.VerifyBundle(bytes.NewReader(file.Bytes()), trust); err != nil || rep.Payloads.Opened != 10_001 {
				b.Fatal(err)
			}
		}
	})
}
