package governance

import (
	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/fault"
)

// Bounds of all detections of one ruleset, which are in memory together.
const (
	maxRulesetBytes = 64 << 20
	maxRulesetRules = 20_000
)

// boundedArchives is asked before compiling, and only when a ruleset is made: one
// that is in force stays so.
func boundedArchives(archives []detect.Archive) error {
	n := 0
	for _, a := range archives {
		n += len(a.Content)
	}
	if n > maxRulesetBytes {
		return tooMany("The detections of the ruleset would have %d bytes together, the limit is %d", n, maxRulesetBytes)
	}
	return nil
}

// boundedRules is asked after compiling.
func boundedRules(rules *detect.Rules) error {
	switch {
	case rules == nil:
		return nil
	case rules.Full():
		return tooMany("The detections of the ruleset would take too much memory together")
	case rules.Set().Len() > maxRulesetRules:
		return tooMany("The ruleset would have %d rules, the limit is %d", rules.Set().Len(), maxRulesetRules)
	}
	return nil
}

func tooMany(format string, args ...any) error {
	f := fault.New(fault.TooLarge, format+"; remove some first.", args...).At("body")
	f.Limit = "detections"
	return f
}
