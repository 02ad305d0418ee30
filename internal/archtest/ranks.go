package archtest

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// module is the module path; packages below are named relative to it.
const module = "frostgate.io/frostgate"

// public is the rank of packages that outsiders import: nothing internal may
// appear in their API or their build, so they import nothing of ours.
const public = -1

// top is the rank of what nothing imports: commands, end-to-end tests,
// benchmarks, tools.
const top = 6

// ranks gives each feature its rank. A folder stands for the packages below it
// too, unless a longer entry names one of them.
var ranks = map[string]int{
	"receipt": public,
	"sigma":   public,
	"sdk/go":  public,
	"api":     public,
	"web":     public,

	"internal/domain":      0,
	"internal/fault":       0,
	"internal/clock":       0,
	"internal/evtx":        0,
	"internal/jsondoc":     0,
	"internal/testdata":    0,
	"internal/witnesstest": 0,

	"internal/db":   1,
	"internal/obs":  1,
	"internal/bus":  1,
	"internal/blob": 1,

	"internal/detect":   2,
	"internal/policy":   2,
	"internal/doctrine": 2,
	"internal/impact":   2,
	// Built-in rules are data that pure code reads; the registry above it isn't.
	"internal/governance/defaults": 2,
	// What observations look like and how they differ, without a store: the
	// command line compares folders with the same code.
	"internal/inventory/normal":   2,
	"internal/inventory/manifest": 2,
	"internal/drift/diff":         2,
	"internal/drift/rename":       2,

	"internal/decision":   3,
	"internal/evidence":   3,
	"internal/governance": 3,
	"internal/inventory":  3,
	"internal/module":     3,
	"internal/drift":      3,
	"internal/enforce":    3,
	"internal/tenant":     3,
	"internal/auth":       3,
	"internal/signing":    3,
	"internal/billing":    3,
	"internal/connector":  3,
	"internal/notify":     3,
	"internal/agent":      3,
	"internal/ops":        3,

	"internal/httpapi": 4,
	"internal/app":     5,

	"cmd":               top,
	"e2e":               top,
	"bench":             top,
	"tools":             top,
	"internal/archtest": top,
}

// edge is an import between two features of one rank.
type edge struct{ from, to string }

// sameRank lists the only imports between features of one rank.
var sameRank = map[edge]string{
	{"internal/governance", "internal/decision"}:                 "simulation replays history through the pipeline",
	{"internal/drift", "internal/inventory"}:                     "drift compares what inventory observed",
	{"internal/auth", "internal/tenant"}:                         "a principal belongs to a tenant",
	{"internal/billing", "internal/tenant"}:                      "plans and usage belong to a tenant",
	{"internal/agent", "internal/connector"}:                     "the agent runs connectors on a host",
	{"internal/evidence", "internal/signing"}:                    "checkpoints are signed with custody keys",
	{"internal/inventory/manifest", "internal/inventory/normal"}: "a snapshot lists normalised objects",
	{"internal/drift/diff", "internal/inventory/manifest"}:       "a comparison joins two manifests",
	{"internal/drift/rename", "internal/drift/diff"}:             "what is matched by name is compared like the rest",
	{"internal/drift/rename", "internal/inventory/manifest"}:     "a snapshot is shown as another tenant would see it",
	{"internal/drift/rename", "internal/inventory/normal"}:       "names are where the types say",
	{"internal/drift/diff", "internal/inventory/normal"}:         "a diff follows the types' keys and order",
	{"sdk/go", "receipt"}:                                        "the client verifies the receipts it gets",
}

// evidence may be imported by every feature, for each of them records; signing
// may not, because evidence signs through it.
const (
	evidence = "internal/evidence"
	signing  = "internal/signing"
)

// pureRank is the rank whose packages decide from their arguments alone: they
// import rank 0 and public packages of ours, and nothing that does I/O.
const pureRank = 2

// impure lists standard packages that reach outside the process; a pure package
// must not import them, nor what is below them. Reading the time or
// randomness is forbidigo's to find (.golangci.yml).
var impure = []string{
	"database/sql", "log", "math/rand", "net", "net/http", "net/rpc",
	"net/smtp", "os", "plugin", "syscall",
}

// pureNet lists what is below an impure path and yet only computes.
var pureNet = []string{"net/mail", "net/netip", "net/textproto", "net/url"}

// testOnly lists packages that use testing and belong in no binary.
var testOnly = []string{"internal/evidence/logtest", "internal/testdata", "internal/witnesstest"}

// featureOf gives the entry of ranks that a package (relative path) belongs to,
// the longest that fits.
func featureOf(pkg string) (string, bool) {
	for p := pkg; p != "." && p != "/" && p != ""; p = path.Dir(p) {
		if _, ok := ranks[p]; ok {
			return p, true
		}
	}
	return "", false
}

// checkImport says what is wrong with pkg importing imp, or nothing. Test files
// may use other features of their rank to set a scene, and the operating system.
func checkImport(pkg, imp string, inTest bool) error {
	from, ok := featureOf(pkg)
	if !ok {
		return fmt.Errorf("%s has no rank: add it to ranks in internal/archtest/ranks.go and to ARCHITECTURE.md", pkg)
	}
	own, ok := strings.CutPrefix(imp, module+"/")
	if !ok {
		if ranks[from] == pureRank && !inTest && isImpure(imp) {
			return fmt.Errorf("%s is pure (rank %d) and imports %s", pkg, pureRank, imp)
		}
		return nil
	}
	if slices.Contains(testOnly, own) && !inTest && !strings.HasSuffix(path.Base(pkg), "test") {
		return fmt.Errorf("%s imports %s outside a test", pkg, own)
	}
	to, ok := featureOf(own)
	if !ok {
		return fmt.Errorf("%s imports %s, which has no rank", pkg, own)
	}
	return checkFeatures(from, to, inTest)
}

func checkFeatures(from, to string, inTest bool) error {
	a, b := ranks[from], ranks[to]
	_, listed := sameRank[edge{from, to}]
	switch {
	case from == to, listed:
		return nil
	case from == "internal/domain" && !inTest:
		return fmt.Errorf("%s imports %s: plain data imports nothing of ours", from, to)
	case a == public && !(inTest && slices.Contains(testOnly, to)):
		return fmt.Errorf("%s is public and imports %s", from, to)
	case a == public:
		return nil // its tests look for real data as all others do
	case b == public:
		return nil
	case a == pureRank && b != 0 && !inTest:
		return fmt.Errorf("%s is pure (rank %d) and imports %s (rank %d)", from, a, to, b)
	case b < a:
		return nil
	case b > a:
		return fmt.Errorf("%s (rank %d) imports upward: %s (rank %d)", from, a, to, b)
	case a == 0, a == 3 && to == evidence && from != signing, inTest && a < top:
		return nil
	}
	return fmt.Errorf("%s imports %s of its own rank %d: not on the written list", from, to, a)
}

func isImpure(imp string) bool {
	if slices.Contains(pureNet, imp) {
		return false
	}
	for _, bad := range impure {
		if imp == bad || strings.HasPrefix(imp, bad+"/") {
			return true
		}
	}
	return false
}
