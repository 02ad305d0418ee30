package detect

import (
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/sigma"
)

// partialRule is how decisions call an event that was too costly to be matched in
// full.
const partialRule = "rule:detections_partial"

// partialHit says that detections may be missing, and ones whose exceptions were
// not seen may be there: who pads an event so far must not get a clean decision.
func partialHit() domain.RuleHit {
	return domain.RuleHit{Rule: partialRule, Title: "The event was too costly to match in full", Matched: true, Points: levelPoints(sigma.Medium)}
}
