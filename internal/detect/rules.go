package detect

import "frostgate.io/frostgate/internal/fault"

// Archive is one document of detections: an archive of Sigma files with their
// exact bytes (sigma.AppendArchive), so that file and line stay true.
type Archive struct {
	Name    string
	Content []byte
}

// Rules are compiled detections.
type Rules struct{}

// CompileRules compiles the detections of all archives together.
func CompileRules([]Archive) (*Rules, error) {
	return nil, fault.New(fault.Invalid, "detections can't be compiled yet")
}

// Documents are what a ruleset detects by. Rules may be nil.
type Documents struct {
	Scenarios []byte
	Rules     *Rules
	Tuning    []byte // a tuning document; empty: none
}
