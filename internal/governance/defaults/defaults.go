// Package defaults holds the documents of the built-in ruleset: scenarios,
// policy, doctrine and detections, as versioned data.
//
// Invariant: the documents are bytes in the binary and never change at run
// time; their hashes are those of the files beside this one. It must not hold
// logic: what a document means is the matter of detect, policy and doctrine.
package defaults

import _ "embed"

//go:embed scenarios.yaml
var scenarios string

//go:embed policy.rego
var policyRego string

//go:embed policy_test.rego
var policyTest string

//go:embed doctrine.json
var doctrineJSON string

// The kinds of the documents.
const (
	KindScenarios  = "scenarios"
	KindPolicy     = "policy"
	KindDoctrine   = "doctrine"
	KindDetections = "detections"
	KindTuning     = "tuning" // a default ruleset tunes nothing
)

// Version is the version of all default documents; it changes with any of them.
const Version = "2"

// Document is one document version as the registry stores it.
type Document struct {
	Kind    string
	Name    string
	Version string
	Content []byte
}

// Documents returns the documents that decide, in a fixed order. The content is
// a copy.
func Documents() []Document {
	return []Document{
		{KindScenarios, "default", Version, []byte(scenarios)},
		{KindPolicy, "default", Version, []byte(policyRego)},
		{KindDoctrine, "default", Version, []byte(doctrineJSON)},
		{KindDetections, BuiltinDetections, Version, Detections()},
	}
}

// PolicyTests returns the Rego unit tests of the default policy. They belong to
// it but don't decide, so they are no document of the ruleset.
func PolicyTests() []byte { return []byte(policyTest) }
