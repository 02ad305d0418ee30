package receipt

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The identifiers of what modules sign.
const (
	// StatementPayloadType is the DSSE type of an in-toto statement.
	StatementPayloadType = "application/vnd.in-toto+json"
	// StatementType is in-toto's Statement v1 (in-toto.io/attestation/spec/v1).
	StatementType = "https://in-toto.io/Statement/v1"
	// AttestationType is the predicate that FrostGate records.
	AttestationType = "https://frostgate.io/attestation/v1"

	maxSubjects = 1024
	maxDigests  = 16
	maxText     = 4096
)

// Statement is an in-toto Statement v1. Members it does not know are ignored,
// as in-toto demands: the signature covers them.
type Statement struct {
	Subjects      []StatementSubject
	PredicateType string
	// Predicate is the exact text of the predicate, an object.
	Predicate []byte
}

// StatementSubject is what a statement speaks of.
type StatementSubject struct {
	Name   string
	Digest map[string]string // algorithm to value; never empty
}

// ParseStatement reads the payload of an envelope. Every subject must have a
// digest: without one the statement would speak of whatever has its name.
func ParseStatement(payload []byte) (*Statement, error) {
	all, err := members(payload)
	if err != nil {
		return nil, fmt.Errorf("statement: %w", err)
	}
	kind, err := decodeString(all["_type"], maxText)
	if err != nil || kind != StatementType {
		return nil, fmt.Errorf("statement: _type: want %s", StatementType)
	}
	s := new(Statement)
	if s.PredicateType, err = decodeString(all["predicateType"], maxText); err != nil || s.PredicateType == "" {
		return nil, errors.New("statement: predicateType: want a URI")
	}
	if s.Predicate = all["predicate"]; len(s.Predicate) == 0 || s.Predicate[0] != '{' {
		return nil, errors.New("statement: predicate: want an object")
	}
	if s.Subjects, err = parseSubjects(all["subject"]); err != nil {
		return nil, fmt.Errorf("statement: subject: %w", err)
	}
	return s, nil
}

func parseSubjects(raw json.RawMessage) ([]StatementSubject, error) {
	var list []json.RawMessage
	if len(raw) == 0 || raw[0] != '[' {
		return nil, errors.New("want an array")
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, err
	}
	if len(list) == 0 || len(list) > maxSubjects {
		return nil, fmt.Errorf("have %d, want 1 to %d", len(list), maxSubjects)
	}
	out := make([]StatementSubject, len(list))
	for i := range list {
		all, err := members(list[i])
		if err != nil {
			return nil, fmt.Errorf("%d: %w", i, err)
		}
		if name, ok := all["name"]; ok {
			if out[i].Name, err = decodeString(name, maxText); err != nil {
				return nil, fmt.Errorf("%d: name: %w", i, err)
			}
		}
		if out[i].Digest, err = parseDigests(all["digest"]); err != nil {
			return nil, fmt.Errorf("%d: digest: %w", i, err)
		}
	}
	return out, nil
}

func parseDigests(raw json.RawMessage) (map[string]string, error) {
	if raw == nil {
		return nil, errors.New("missing")
	}
	all, err := members(raw)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 || len(all) > maxDigests {
		return nil, fmt.Errorf("have %d, want 1 to %d", len(all), maxDigests)
	}
	out := make(map[string]string, len(all))
	for _, algorithm := range slices.Sorted(maps.Keys(all)) { // the same text gives the same error
		text, err := decodeString(all[algorithm], maxText)
		if err != nil {
			return nil, fmt.Errorf("%.80q: %w", algorithm, err)
		}
		if algorithm == "" || text == "" || digestSize(algorithm) != 0 && !isHex(text, digestSize(algorithm)) {
			return nil, fmt.Errorf("%.80q: want a digest", algorithm)
		}
		out[algorithm] = text
	}
	return out, nil
}

// digestSize is the length in hexadecimal digits of the common algorithms, 0
// for others.
func digestSize(algorithm string) int {
	switch algorithm {
	case "sha256", "sha3_256", "sha512_256":
		return 64
	case "sha384", "sha3_384":
		return 96
	case "sha512", "sha3_512":
		return 128
	}
	return 0
}

// Attestation is the predicate of a module's signed statement.
type Attestation struct {
	// Module is the ID of the module that speaks.
	Module string
	// Counter grows with each attestation of the module; it starts at 1.
	Counter uint64
	// Time is when the module signed, RFC 3339. Whoever judges it parses it.
	Time string
	// Type says what is attested.
	Type string
	// Data is the exact text of what is attested, an object.
	Data []byte
}

// Attestation reads the statement's predicate. It has exactly the members
// module, counter, time, type and data.
func (s *Statement) Attestation() (*Attestation, error) {
	if s.PredicateType != AttestationType {
		return nil, fmt.Errorf("attestation: predicateType: want %s", AttestationType)
	}
	all, err := exactMembers(s.Predicate, "module", "counter", "time", "type", "data")
	if err != nil {
		return nil, fmt.Errorf("attestation: %w", err)
	}
	a := new(Attestation)
	for _, f := range []struct {
		name string
		into *string
	}{{"module", &a.Module}, {"time", &a.Time}, {"type", &a.Type}} {
		if *f.into, err = decodeString(all[f.name], maxLog); err != nil {
			return nil, fmt.Errorf("attestation: %s: %w", f.name, err)
		}
	}
	if a.Module == "" || !isToken(a.Module) || strings.Contains(a.Module, "+") {
		return nil, errors.New("attestation: module: want the ID of a module")
	}
	if !isName(a.Type) {
		return nil, errors.New("attestation: type: want a lower-case name")
	}
	if a.Counter, err = parseDecimal(string(all["counter"])); err != nil || a.Counter == 0 || a.Counter > MaxInt {
		return nil, errors.New("attestation: counter: want an integer from 1 to 2^53-1")
	}
	if a.Data = all["data"]; len(a.Data) == 0 || a.Data[0] != '{' {
		return nil, errors.New("attestation: data: want an object")
	}
	return a, nil
}
