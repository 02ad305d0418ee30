package module

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

func TestAttestationsAreRecorded(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		s := f.enrolled(tenantA)
		envelope := s.attest(5)
		a, err := s.submit(envelope)
		if err != nil {
			t.Fatal(err)
		}
		trust, err := receipt.NewTrust(f.custody.VerifierKey())
		if err != nil {
			t.Fatal(err)
		}
		report, err := receipt.Verify(a.Receipt, trust)
		if err != nil {
			t.Fatal(err)
		}
		h := report.Header
		if h.Artifact != KindAttestation || h.Counter != 5 || h.Key != s.key.ID || a.Module != s.id || a.Type != "scan" || a.Replayed {
			t.Errorf("header %+v, attestation %+v", h, a)
		}
		// The same envelope again is the same attestation, also outside the window.
		f.clk.Advance(time.Hour)
		again, err := s.submit(envelope)
		if err != nil || !again.Replayed || again.ID != a.ID || !same(again.Receipt, a.Receipt) {
			t.Errorf("again: %+v, %v", again, err)
		}
		if _, err := receipt.Verify(again.Receipt, trust); err != nil {
			t.Error(err)
		}
		read, err := f.Attestation(context.Background(), tenantA, a.ID)
		if err != nil || !same(read.Receipt, a.Receipt) || read.Receipt.Openings[EnvelopeGroup] != a.Receipt.Openings[EnvelopeGroup] {
			t.Errorf("read: %+v, %v", read, err)
		}
		for _, id := range []string{"", "x", a.ID + "0", "log-a-0", "log-a-+1", "log-b-" + fmt.Sprint(a.Index)} {
			_, err := f.Attestation(context.Background(), tenantA, id)
			f.refused(id, err, fault.NotFound)
		}
		_, err = f.Attestation(context.Background(), tenantB, a.ID)
		f.refused("other tenant", err, fault.NotFound)
	})
}

func TestEachRefusalHasItsCode(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		s, other, foreign := f.enrolled(tenantA), f.enrolled(tenantA), f.enrolled(tenantB)
		if _, err := s.submit(s.attest(10)); err != nil {
			t.Fatal(err)
		}
		before := f.size(tenantA)
		impostor := *other
		impostor.id = s.id
		unnamed := impostor
		unnamed.key.ID = ""
		wrongName := *s
		wrongName.key.ID = other.key.ID
		at := func(offset time.Duration) (string, string) {
			now := time.UnixMicro(int64(f.clk.Now())).UTC()
			return now.Format(time.RFC3339Nano), now.Add(offset).Format(time.RFC3339Nano)
		}
		moved := func(offset time.Duration) []byte { old, next := at(offset); return s.attest(11, old, next) }
		now, _ := at(0)
		refusals := 0
		for name, c := range map[string]struct {
			envelope []byte
			want     fault.Code
		}{
			"too large":                {bytes.Repeat([]byte("x"), receipt.MaxEnvelopeSize+1), fault.TooLarge},
			"not an envelope":          {[]byte(`{}`), fault.Invalid},
			"not a statement":          {s.attest(11, receipt.StatementType, "x"), fault.Invalid},
			"other predicate":          {s.attest(11, receipt.AttestationType, "x"), fault.Invalid},
			"not a time":               {s.attest(11, now, "yesterday"), fault.Invalid},
			"unknown module":           {s.attest(11, s.id, "mod_gone"), fault.ModuleUnknown},
			"other tenant's module":    {foreign.attest(11), fault.ModuleUnknown},
			"signed by another module": {impostor.attest(11), fault.SignatureInvalid},
			"without a hint":           {unnamed.attest(11), fault.SignatureInvalid},
			"hint of another module":   {wrongName.attest(11), fault.SignatureInvalid},
			"type not allowed":         {s.attest(11, `"scan"`, `"firmware"`), fault.Forbidden},
			"counter again":            {s.attest(10, "CVE-1", "CVE-2"), fault.CounterReplayed},
			"counter before":           {s.attest(9), fault.CounterReplayed},
			"too old":                  {moved(-10*time.Minute - time.Second), fault.OutsideWindow},
			"in the future":            {moved(10*time.Minute + time.Second), fault.OutsideWindow},
			"very far":                 {s.attest(11, now, "9999-12-31T23:59:59Z"), fault.OutsideWindow},
			"long ago":                 {s.attest(11, now, "0000-01-01T00:00:00Z"), fault.OutsideWindow},
		} {
			_, err := s.f.Submit(context.Background(), tenantA, c.envelope, by())
			f.refused(name, err, c.want)
			if c.want != fault.Invalid && c.want != fault.TooLarge {
				refusals++
			}
		}
		if n := len(f.audited(tenantA, "attestation.submit", "denied")); n != refusals {
			t.Errorf("%d of %d refusals are audited", n, refusals)
		}
		if after := f.size(tenantA); after != before {
			t.Errorf("refusals left %d entries", after-before)
		}
		// The order of the checks: a bad signature hides nothing of the counter.
		_, err := s.submit(impostor.attest(10))
		f.refused("signature before counter", err, fault.SignatureInvalid)
		if _, err := s.submit(moved(-10 * time.Minute)); err != nil {
			t.Errorf("at the edge of the window: %v", err)
		}
	})
}

// Of many with the same counter one passes, whatever the order.
func TestRacingCountersPassOnce(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		s, other := f.enrolled(tenantA), f.enrolled(tenantA)
		const n = 24
		errs, others := make([]error, n), make([]error, n)
		var wg sync.WaitGroup
		for i := range n {
			envelope := s.attest(7, "CVE-1", fmt.Sprintf("CVE-%d", 100+i))
			wg.Go(func() { _, errs[i] = s.submit(envelope) })
			// Another module's attestations in the same batches all pass or fail by
			// their own counters.
			wg.Go(func() { _, others[i] = other.submit(other.attest(uint64(i + 1))) })
		}
		wg.Wait()
		won := 0
		for i := range n {
			if errs[i] == nil {
				won++
			} else {
				f.refused("the others", errs[i], fault.CounterReplayed)
			}
			if others[i] != nil {
				f.refused("another module", others[i], fault.CounterReplayed)
			}
		}
		if won != 1 {
			t.Errorf("%d passed", won)
		}
		// The identical envelope many times at once: one entry, one receipt for all.
		before := f.size(tenantA)
		envelope := s.attest(8)
		ids := make([]string, n)
		for i := range n {
			wg.Go(func() {
				if a, err := s.submit(envelope); err != nil {
					t.Error(err)
				} else {
					ids[i] = a.ID
				}
			})
		}
		wg.Wait()
		if strings.Join(ids, " ") != strings.TrimSpace(strings.Repeat(ids[0]+" ", n)) || f.size(tenantA) != before+1 {
			t.Errorf("one envelope became %v", ids)
		}
		if v, err := f.Log.VerifyChain(context.Background(), tenantA); err != nil || !v.Valid {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

// Revocation and submission are ordered by the log: after the revocation
// nothing of the module is recorded.
func TestNothingIsRecordedAfterRevocation(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		s := f.enrolled(tenantA)
		var wg sync.WaitGroup
		indexes := make([]uint64, 30)
		for i := range indexes {
			wg.Go(func() {
				if a, err := s.submit(s.attest(uint64(i + 1))); err == nil {
					indexes[i] = a.Index
				}
			})
		}
		m, err := f.Revoke(context.Background(), tenantA, s.id, "", by())
		wg.Wait()
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range indexes {
			if int64(at) > m.LastIndex {
				t.Errorf("attestation at %d, revoked at %d", at, m.LastIndex)
			}
		}
	})
}

// No flipped bit of an envelope passes.
func TestEveryFlippedBitIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		s := f.enrolled(tenantA)
		good := s.attest(1)
		before := f.size(tenantA)
		for i := range good {
			bad := bytes.Clone(good)
			bad[i] ^= 1 << (i % 8)
			if _, err := s.submit(bad); err == nil {
				t.Fatalf("bit %d of byte %d (%q) passes", i%8, i, good[i])
			}
		}
		if after := f.size(tenantA); after != before {
			t.Errorf("%d entries", after-before)
		}
		if _, err := s.submit(good); err != nil {
			t.Error(err)
		}
	})
}

// A stranger with the log's key, the attestation's receipt and the receipt of
// the module's enrolment checks the module's word without us: everything below
// is of the public package receipt.
func TestStrangerVerifiesAnAttestationOffline(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		s := f.enrolled(tenantA)
		a, err := s.submit(s.attest(3))
		if err != nil {
			t.Fatal(err)
		}
		m, err := f.Module(context.Background(), tenantA, s.id)
		if err != nil {
			t.Fatal(err)
		}
		enrolled, err := f.Log.Receipt(context.Background(), tenantA, uint64(m.Keys[0].Index), true)
		if err != nil {
			t.Fatal(err)
		}
		verify := func(attested, enrolment *receipt.Receipt) error {
			return verifyOffline(f.custody.VerifierKey(), mustJSON(t, attested), mustJSON(t, enrolment))
		}
		if err := verify(a.Receipt, enrolled); err != nil {
			t.Fatal(err)
		}
		// Another module's enrolment does not vouch for it.
		other := f.enrolled(tenantA)
		om, err := f.Module(context.Background(), tenantA, other.id)
		if err != nil {
			t.Fatal(err)
		}
		wrong, err := f.Log.Receipt(context.Background(), tenantA, uint64(om.Keys[0].Index), true)
		if err != nil {
			t.Fatal(err)
		}
		if err := verify(a.Receipt, wrong); err == nil {
			t.Error("verified with another module's key")
		}
		o := a.Receipt.Openings[EnvelopeGroup]
		o.Value = strings.Replace(o.Value, "eyJf", "eyJg", 1)
		a.Receipt.Openings[EnvelopeGroup] = o
		if err := verify(a.Receipt, enrolled); err == nil {
			t.Error("verified an altered envelope")
		}
	})
}

// verifyOffline uses nothing but package receipt and JSON.
func verifyOffline(logKey string, attested, enrolment []byte) error {
	trust, err := receipt.NewTrust(logKey)
	if err != nil {
		return err
	}
	open := func(data []byte, group string) (*receipt.Header, []byte, error) {
		r, err := receipt.Parse(data)
		if err != nil {
			return nil, nil, err
		}
		report, err := receipt.Verify(r, trust)
		if err != nil {
			return nil, nil, err
		}
		return report.Header, []byte(r.Openings[group].Value), nil
	}
	h, text, err := open(enrolment, "module")
	if err != nil {
		return err
	}
	var change struct{ Action, Module, Key string }
	if err := json.Unmarshal(text, &change); err != nil || h.Artifact != "module" || change.Action != "enrol" {
		return fmt.Errorf("enrolment: %s, %w", text, err)
	}
	module, key, err := receipt.ParseModuleKey(change.Key)
	if err != nil || module != change.Module {
		return fmt.Errorf("key of %s: %w", module, err)
	}
	h, text, err = open(attested, "envelope")
	if err != nil {
		return err
	}
	var envelope string
	if err := json.Unmarshal(text, &envelope); err != nil {
		return err
	}
	signed, err := receipt.VerifyDSSE([]byte(envelope), key)
	if err != nil {
		return err
	}
	statement, err := receipt.ParseStatement(signed.Payload)
	if err != nil {
		return err
	}
	a, err := statement.Attestation()
	if err != nil {
		return err
	}
	if h.Artifact != "attestation" || h.Key != key.ID || h.Counter != a.Counter || a.Module != module {
		return fmt.Errorf("the header names key %s and counter %d, the envelope %s and %d", h.Key, h.Counter, key.ID, a.Counter)
	}
	return nil
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
