package attack

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"testing"

	"frostgate.io/frostgate/receipt"
	frostgate "frostgate.io/frostgate/sdk/go"
)

// small are bundles of tenant b, each of a kind, as the server made them: with
// witnesses, pruned payloads and openings.
func (f *fixture) small(t *testing.T) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, kind := range []string{"tenant", "range", "subject", "decision", "absence"} {
		b, ok := f.bundles["b "+kind]
		if !ok {
			t.Fatalf("no %s bundle", kind)
		}
		out[kind] = b
	}
	return out
}

// bundlesTamper flips a bit of each byte (of every fifth in a long one) and cuts at each record of a bundle of
// each kind; who verifies it offline, with keys pinned from before, must see it,
// hear where, and never panic.
func (f *fixture) bundlesTamper(t *testing.T) {
	t.Parallel()
	for kind, b := range f.small(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			if rep, err := receipt.VerifyBundle(bytes.NewReader(b), f.policy.Trust()); err != nil || rep.Level != receipt.Witnessed {
				t.Fatalf("%v\n%s", err, rep)
			}
			f.flipEach(t, b)
			f.cutEach(t, b)
		})
	}
}

func (f *fixture) flipEach(t *testing.T, b []byte) {
	t.Helper()
	step := 1
	switch { // the format knows no engine, and checks a long bundle like a short one
	case testing.Short() || f.today.postgres():
		step = 17
	case len(b) > 10_000:
		step = 5
	}
	trust := f.policy.Trust()
	bad := bytes.Clone(b)
	for i := 0; i < len(b); i += step {
		bad[i] ^= 1 << (i % 8)
		rep, err := receipt.VerifyBundle(bytes.NewReader(bad), trust)
		var format *receipt.FormatError
		switch {
		case err == nil:
			t.Fatalf("a flipped bit of byte %d of %d is not seen", i, len(b))
		case errors.As(err, &format):
		case rep.Failure == nil || rep.Failure.Location == nil || rep.Failure.Detail == "":
			t.Fatalf("byte %d: the report does not say where: %v", i, err)
		}
		bad[i] = b[i]
	}
}

// cutEach ends the file behind each record, and in the middle of each.
func (f *fixture) cutEach(t *testing.T, b []byte) {
	t.Helper()
	ends := records(t, b)
	for i, end := range ends[:len(ends)-1] {
		for _, at := range []int{end, (end + ends[i+1]) / 2} {
			rep, err := receipt.VerifyBundle(bytes.NewReader(b[:at]), f.policy.Trust())
			if err == nil {
				t.Fatalf("a bundle that ends at byte %d of %d is valid", at, len(b))
			}
			if rep.Valid || rep.Failure == nil || rep.Failure.Location == nil {
				t.Fatalf("cut at byte %d: the report does not say where: %v", at, err)
			}
		}
	}
}

// records finds where each record of a bundle ends, the trailer last.
func records(t *testing.T, b []byte) (ends []int) {
	t.Helper()
	at := bytes.IndexByte(b, '\n') + 1
	for ends = append(ends, at); ; ends = append(ends, at) {
		line, _, ok := bytes.Cut(b[at:], []byte("\n"))
		if !ok {
			t.Fatalf("no record at byte %d", at)
		}
		words := bytes.Fields(line)
		n, err := strconv.Atoi(string(words[len(words)-1]))
		if bytes.HasPrefix(line, []byte("frostgate.io/bundle/v1 ")) {
			return append(ends, len(b))
		}
		if err != nil {
			t.Fatalf("record %q at byte %d", line, at)
		}
		at += len(line) + 1 + n + 1
	}
}

// exportBundles saves bundles of each kind.
func (f *fixture) exportBundles(t *testing.T, s *server, name string, p *party) {
	t.Helper()
	c := s.client(p.key)
	var decision struct {
		ID string `json:"decision_id"`
	}
	decode(t, f.receipts[name], &decision)
	for kind, q := range map[string]frostgate.BundleQuery{
		"tenant": {All: true}, "range": {From: f.began, To: f.ended}, "subject": {Subject: "ip:" + ip(2)},
		"decision": {Decision: decision.ID}, "absence": {Absent: "module", From: f.began, To: f.ended},
	} {
		if name == "a" && kind == "absence" {
			q.Absent = "prune"
		}
		var out bytes.Buffer
		_, err := c.Bundle(context.Background(), q, &out)
		if err != nil {
			t.Fatalf("bundle %s of %s: %v", kind, name, err)
		}
		f.bundles[name+" "+kind] = out.Bytes()
	}
}
