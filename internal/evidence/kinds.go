package evidence

import "slices"

// kinds are the names under which entries of a tenant's log are recorded, in
// the order of the alphabet. Whoever records another kind adds it: the absence
// of a word that names nothing would always be shown, and mean nothing.
var kinds = [...]string{
	"anomaly_model",
	"attestation",
	KindAuditPrune,
	"break_glass", // is not recorded yet; that there was none is what auditors ask first
	kindDecision,
	"document",
	"drift_baseline",
	"drift_comparison",
	"drift_rules",
	"drift_triage",
	KindErasure,
	"feedback",
	KindGenesis,
	"inventory_run",
	KindKey,
	"mission",
	"module",
	KindPrune,
	KindRekey,
	"ruleset",
	"ruleset_activation",
}

// Kinds are the kinds of entries that this build knows, in order.
func Kinds() []string { return slices.Clone(kinds[:]) }

// KnownKind reports whether this build knows a kind of entry, spelled exactly so.
func KnownKind(name string) bool { return slices.Contains(kinds[:], name) }
