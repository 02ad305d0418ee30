package auth_test

import (
	"database/sql"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
)

// scopesBefore is what the version before migration 12 stored for keys with all
// scopes of a role.
var scopesBefore = map[auth.Role]string{
	auth.Owner: `["defend:write","decisions:read","evidence:read","rules:read","rules:write","missions:read","missions:write",` +
		`"enforcements:read","enforcements:write","audit:read","usage:read","tenants:read","tenants:write","people:read","people:write",` +
		`"keys:read","keys:write","webhooks:read","webhooks:write","ops:read"]`,
	auth.Admin: `["defend:write","decisions:read","evidence:read","rules:read","rules:write","missions:read","missions:write",` +
		`"enforcements:read","enforcements:write","audit:read","usage:read","tenants:read","people:read","people:write",` +
		`"keys:read","keys:write","webhooks:read","webhooks:write","ops:read"]`,
	auth.Analyst: `["defend:write","decisions:read","evidence:read","rules:read","missions:read","enforcements:read","usage:read"]`,
	auth.Editor: `["defend:write","decisions:read","evidence:read","rules:read","rules:write","missions:read","missions:write",` +
		`"enforcements:read","enforcements:write","usage:read","webhooks:read","webhooks:write"]`,
	auth.Auditor: `["decisions:read","evidence:read","rules:read","missions:read","enforcements:read","audit:read","usage:read","tenants:read",` +
		`"people:read","keys:read","webhooks:read","ops:read"]`,
	auth.Viewer:   `["decisions:read","rules:read","missions:read","enforcements:read"]`,
	auth.Approver: `["decisions:read","evidence:read","rules:read","missions:read","enforcements:read","enforcements:write"]`,
}

// Keys that held all that a role gave hold what it gives now; others stay.
func TestUpgradeWidensWholeKeys(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "frostgate.db")
		upgrade(t, "sqlite:"+path, "sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	})
	t.Run("postgres", func(t *testing.T) {
		url := dbtest.PostgresURL(t)
		upgrade(t, url, "pgx", url)
	})
}

func upgrade(t *testing.T, url, driver, source string) {
	s, raw := openTwice(t, url, driver, source)
	secrets := map[auth.Role]auth.Secret{}
	for role, before := range scopesBefore {
		k, secret := s.key(s.person(domain.Person, auth.Binding{Role: role}).ID, s.first.Tenant.ID, role.Scopes()...)
		secrets[role] = secret
		rewrite(t, raw, `UPDATE api_key SET scopes = $1 WHERE key_id = $2`, before, string(k.ID))
	}
	const narrow = `["defend:write","decisions:read"]`
	cut, _ := s.key(s.person(domain.Person, auth.Binding{Role: auth.Owner}).ID, s.first.Tenant.ID, domain.ScopeDefendWrite, domain.ScopeDecisionsRead)

	for _, name := range []string{"0012_scopes.sql", "0020_scopes_inventory.sql"} {
		text, err := fs.ReadFile(db.Migrations(s.db.Engine), name)
		if err != nil {
			t.Fatal(err)
		}
		rewrite(t, raw, string(text))
	}

	for role, secret := range secrets {
		got, want := s.login(secret).Principal.Scopes, role.Scopes()
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", role, got, want)
		}
	}
	var left string
	if err := raw.QueryRow(`SELECT scopes FROM api_key WHERE key_id = $1`, string(cut.ID)).Scan(&left); err != nil || left != narrow {
		t.Errorf("a narrow key became %s, %v", left, err)
	}
}

// openTwice opens a new store, and its file or database past the store.
func openTwice(t *testing.T, url, driver, source string) (*scene, *sql.DB) {
	t.Helper()
	clk := newClock()
	d, err := db.Open(t.Context(), db.Config{URL: url}, clk)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	raw, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = raw.Close() })
	return newScene(t, d, clk), raw
}

// rewrite runs statements in one transaction, as a migration does.
func rewrite(t *testing.T, raw *sql.DB, text string, args ...any) {
	t.Helper()
	tx, err := raw.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), text, args...); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}
