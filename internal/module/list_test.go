package module

import "testing"

func TestAttestationsAreListed(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		s := f.enrolled(tenantA)
		for n := range uint64(5) {
			if _, err := s.submit(s.attest(n + 1)); err != nil {
				f.t.Fatal(err)
			}
		}
		var all []Attestation
		for cursor := ""; ; {
			page, next, err := f.Attestations(f.t.Context(), tenantA, s.id, "scan", cursor, 2)
			if err != nil {
				f.t.Fatal(err)
			}
			if all = append(all, page...); next == "" {
				break
			}
			cursor = next
		}
		if len(all) != 5 || all[0].Counter != 5 || all[4].Counter != 1 || all[0].Module != s.id || all[0].Name == "" || all[0].At == 0 {
			f.t.Errorf("all: %+v", all)
		}
		for _, c := range []struct{ of, kind string }{{"md_nobody", ""}, {"", "other"}} {
			if none, _, err := f.Attestations(f.t.Context(), tenantA, c.of, c.kind, "", 10); err != nil || len(none) != 0 {
				f.t.Errorf("%+v: %+v, %v", c, none, err)
			}
		}
		if none, _, err := f.Attestations(f.t.Context(), tenantB, "", "", "", 10); err != nil || len(none) != 0 {
			f.t.Errorf("of another tenant: %+v, %v", none, err)
		}
		m, err := f.Module(f.t.Context(), tenantA, s.id)
		if err != nil || m.AttestedAt != int64(all[0].Index) || m.Attested != all[0].At {
			f.t.Errorf("the module: %+v, %v", m, err)
		}
	})
}
