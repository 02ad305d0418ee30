package archtest

import (
	"strconv"
	"testing"
)

// Every import in the tree goes downward or is on the list.
func TestImportsFollowTheRanks(t *testing.T) {
	t.Parallel()
	for _, src := range load(t) {
		if _, ok := featureOf(src.pkg); !ok {
			t.Errorf("%s: package %s has no rank: add it to ranks in internal/archtest/ranks.go and to ARCHITECTURE.md", src.file, src.pkg)
			continue
		}
		for _, spec := range src.ast.Imports {
			imp, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if err := checkImport(src.pkg, imp, src.test); err != nil {
				t.Errorf("%s: %v", src.file, err)
			}
		}
	}
}

// The rules themselves, case by case: a rule that catches nothing is worse than
// none.
func TestCheckImport(t *testing.T) {
	t.Parallel()
	const own = module + "/"
	cases := []struct {
		pkg, imp string
		test     bool
		bad      bool
	}{
		{pkg: "internal/clock", imp: own + "internal/domain"},
		{pkg: "internal/domain", imp: own + "internal/fault", bad: true},
		{pkg: "internal/domain", imp: own + "receipt", bad: true},
		{pkg: "internal/fault", imp: own + "internal/db", bad: true},
		{pkg: "internal/db/dbtest", imp: own + "internal/db"},
		{pkg: "internal/db/dbtest", imp: own + "internal/testdata"},
		{pkg: "internal/db", imp: own + "internal/testdata", bad: true},
		{pkg: "internal/db", imp: own + "internal/testdata", test: true},
		{pkg: "internal/evidence", imp: own + "internal/witnesstest", bad: true},
		{pkg: "internal/evidence", imp: own + "internal/witnesstest", test: true},
		{pkg: "internal/db", imp: own + "internal/obs", bad: true},
		{pkg: "internal/db", imp: own + "internal/evidence", bad: true},
		{pkg: "internal/db", imp: own + "internal/evidence", test: true, bad: true},

		{pkg: "internal/policy", imp: own + "internal/domain"},
		{pkg: "internal/policy", imp: own + "internal/db", bad: true},
		{pkg: "internal/policy", imp: own + "internal/doctrine", bad: true},
		{pkg: "internal/detect", imp: own + "sigma"},
		{pkg: "internal/policy", imp: "os", bad: true},
		{pkg: "internal/policy", imp: "os", test: true},
		{pkg: "internal/policy", imp: "os/exec", bad: true},
		{pkg: "internal/policy", imp: "net/http", bad: true},
		{pkg: "internal/policy", imp: "net/netip"},
		{pkg: "internal/policy", imp: "database/sql/driver", bad: true},
		{pkg: "internal/governance/defaults", imp: "os", bad: true},
		{pkg: "internal/governance/defaults", imp: "embed"},
		{pkg: "internal/governance/defaults", imp: own + "internal/governance", bad: true},
		{pkg: "internal/governance", imp: own + "internal/governance/defaults"},
		{pkg: "internal/decision", imp: "net/http"},

		{pkg: "internal/decision", imp: own + "internal/evidence"},
		{pkg: "internal/evidence", imp: own + "internal/decision", bad: true},
		{pkg: "internal/evidence", imp: own + "internal/signing"},
		{pkg: "internal/signing", imp: own + "internal/evidence", bad: true},
		{pkg: "internal/governance", imp: own + "internal/decision"},
		{pkg: "internal/decision", imp: own + "internal/governance", bad: true},
		{pkg: "internal/auth", imp: own + "internal/tenant"},
		{pkg: "internal/tenant", imp: own + "internal/auth", bad: true},
		{pkg: "internal/tenant", imp: own + "internal/auth", test: true},
		{pkg: "internal/agent", imp: own + "internal/connector/syslog"},
		{pkg: "internal/connector/syslog", imp: own + "internal/connector"},
		{pkg: "internal/decision", imp: own + "internal/httpapi", bad: true},
		{pkg: "internal/decision", imp: own + "internal/httpapi", test: true, bad: true},
		{pkg: "internal/httpapi", imp: own + "internal/decision"},
		{pkg: "internal/app", imp: own + "internal/httpapi"},
		{pkg: "internal/httpapi", imp: own + "internal/app", bad: true},
		{pkg: "cmd/frostgate", imp: own + "internal/app"},
		{pkg: "e2e/fault", imp: own + "bench", bad: true},
		{pkg: "internal/app", imp: own + "cmd/frostgate", bad: true},

		{pkg: "receipt", imp: own + "internal/domain", bad: true},
		{pkg: "receipt", imp: "golang.org/x/mod/sumdb/note"},
		{pkg: "sdk/go", imp: own + "receipt"},
		{pkg: "sdk/go", imp: own + "sigma", bad: true},
		{pkg: "receipt", imp: own + "sdk/go", bad: true},

		{pkg: "internal/surprise", imp: "fmt", bad: true},
		{pkg: "internal/app", imp: own + "internal/surprise", bad: true},
	}
	for _, c := range cases {
		if err := checkImport(c.pkg, c.imp, c.test); (err != nil) != c.bad {
			t.Errorf("%s imports %s (test %t): got error %v, want one: %t", c.pkg, c.imp, c.test, err, c.bad)
		}
	}
}
