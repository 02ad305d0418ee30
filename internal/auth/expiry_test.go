package auth_test

import (
	"testing"
	"time"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// Who holds a key for a day must not turn it into one for ever.
func TestKeysDoNotOutliveTheKeyThatMadeThem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *scene) {
		ctx, home := t.Context(), s.first.Tenant.ID
		day := domain.Micros((24 * time.Hour).Microseconds())
		ends := s.clk.Now() + day
		scopes := []domain.Scope{domain.ScopeKeysWrite, domain.ScopeDefendWrite}
		lasting, _ := s.key("", "", scopes...)
		temp, secret, err := s.auth.CreateKey(ctx, s.owner, auth.NewKey{Name: "for a day", Scopes: scopes, ExpiresAt: ends})
		if err != nil {
			t.Fatal(err)
		}
		holder := s.login(secret)
		for name, tc := range map[string]struct {
			ask, want domain.Micros // want 0: refused
		}{
			"no expiry": {0, ends}, "sooner": {ends - 1, ends - 1}, "the same": {ends, ends}, "later": {ends + 1, 0},
		} {
			k, _, err := s.auth.CreateKey(ctx, holder, auth.NewKey{Name: "child", Scopes: scopes, ExpiresAt: tc.ask})
			switch {
			case tc.want == 0:
				wantCode(t, name, err, fault.Forbidden)
			case err != nil:
				t.Fatalf("%s: %v", name, err)
			case k.ExpiresAt != tc.want:
				t.Errorf("%s: ends at %d, want %d", name, k.ExpiresAt, tc.want)
			}
		}
		s.clk.Advance(time.Hour)
		for _, old := range []domain.KeyID{lasting.ID, temp.ID} {
			next, _, err := s.auth.RotateKey(ctx, holder, home, old, time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			if next.ExpiresAt != ends {
				t.Errorf("successor ends at %d, want %d", next.ExpiresAt, ends)
			}
			kept, err := s.auth.Key(ctx, home, next.ID)
			if err != nil || kept.ExpiresAt != ends {
				t.Errorf("stored: %+v %v", kept, err)
			}
		}
		// A key that does not expire gives what is asked.
		if k, _, err := s.auth.CreateKey(ctx, s.owner, auth.NewKey{Name: "later", Scopes: scopes, ExpiresAt: ends + day}); err != nil || k.ExpiresAt != ends+day {
			t.Errorf("%+v %v", k, err)
		}
	})
}
