package receipt

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"
)

const (
	// MaxSize bounds the JSON text of a receipt or of a response that holds one.
	MaxSize = 4 << 20
	// maxURL bounds the address a receipt names.
	maxURL = 2048
)

// Level says how far an entry had got when the receipt was made. In a receipt
// it is the server's claim and is not signed: what counts is what the proofs
// show, Report.Level. Verify refuses a receipt that claims more.
type Level string

// The levels, in the order an entry reaches them.
const (
	// Committed means the entry is durable and in the log's signed tree head.
	Committed Level = "committed"
	// Anchored means that tree head is itself in the log of logs.
	Anchored Level = "anchored"
	// Witnessed means independent witnesses cosigned the log of logs.
	Witnessed Level = "witnessed"
)

// Receipt is the proof that a server hands out for one entry, as JSON.
type Receipt struct {
	// Level is a hint, see Level.
	Level Level `json:"level"`
	// Log is the opaque ID of the log, the last part of the checkpoint's origin.
	Log string `json:"log"`
	// Index is the entry's position in the log.
	Index uint64 `json:"index"`
	// LeafHash is LeafHash(Entry).
	LeafHash Hash `json:"leaf_hash"`
	// Entry is the exact bytes of the header.
	Entry string `json:"entry"`
	// Proof is the c2sp.org/tlog-proof text with the signed checkpoint.
	Proof string `json:"proof"`
	// Anchor shows that the checkpoint in Proof is in the log of logs; nil when
	// it is not there yet.
	Anchor *Anchor `json:"anchor,omitempty"`
	// URL is where the entry can be looked up; it proves nothing.
	URL string `json:"url,omitempty"`
	// Openings reveal the payload behind the header's commitments, by name.
	Openings map[string]Opening `json:"openings,omitempty"`
}

// FromResponse finds the receipt in a decision response: the member "receipt",
// or the whole text when it has no such member.
func FromResponse(data []byte) (*Receipt, error) {
	all, err := members(data)
	if err != nil {
		return nil, fmt.Errorf("response: %w", err)
	}
	if raw, ok := all["receipt"]; ok {
		return Parse(raw)
	}
	return Parse(data)
}

// Parse reads a receipt. Types, sizes and duplicate members are strict and
// names are case-sensitive; members it does not know are ignored, so that an
// old verifier reads a newer receipt. It proves nothing: see Verify.
func Parse(data []byte) (*Receipt, error) {
	all, err := members(data)
	if err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	r := new(Receipt)
	var level, leaf string
	for _, f := range []struct {
		name     string
		into     *string
		limit    int
		required bool
	}{
		{"level", &level, maxName, true},
		{"log", &r.Log, maxLog, true},
		{"leaf_hash", &leaf, 2 * HashSize, true},
		{"entry", &r.Entry, MaxEntrySize, true},
		{"proof", &r.Proof, MaxProofSize, true},
		{"url", &r.URL, maxURL, false},
	} {
		raw, ok := all[f.name]
		if !ok && !f.required {
			continue
		}
		if *f.into, err = decodeString(raw, f.limit); err != nil {
			return nil, fmt.Errorf("receipt: %s: %w", f.name, err)
		}
	}
	if r.Level = Level(level); r.Level != Committed && r.Level != Anchored && r.Level != Witnessed {
		return nil, errors.New("receipt: level: want committed, anchored or witnessed")
	}
	if r.LeafHash, err = ParseHash(leaf); err != nil {
		return nil, fmt.Errorf("receipt: leaf_hash: %w", err)
	}
	if r.Index, err = parseDecimal(string(all["index"])); err != nil || r.Index > MaxInt {
		return nil, errors.New("receipt: index: want an integer from 0 to 2^53-1")
	}
	if raw, ok := all["anchor"]; ok {
		if r.Anchor, err = parseAnchor(raw); err != nil {
			return nil, fmt.Errorf("receipt: anchor: %w", err)
		}
	}
	if raw, ok := all["openings"]; ok {
		if r.Openings, err = parseOpenings(raw); err != nil {
			return nil, fmt.Errorf("receipt: openings: %w", err)
		}
	}
	return r, nil
}

func parseOpenings(data []byte) (map[string]Opening, error) {
	all, err := members(data)
	if err != nil {
		return nil, err
	}
	if len(all) > MaxCommitments {
		return nil, fmt.Errorf("%d openings, at most %d", len(all), MaxCommitments)
	}
	openings := make(map[string]Opening, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) { // the same text gives the same error
		raw := all[name]
		if !isName(name) {
			return nil, errors.New("each must have a lower-case name")
		}
		parts, err := members(raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		var o Opening
		if o.Salt, err = decodeString(parts["salt"], 2*HashSize); err != nil {
			return nil, fmt.Errorf("%s: salt: %w", name, err)
		}
		if o.Value, err = decodeString(parts["value"], MaxSize); err != nil {
			return nil, fmt.Errorf("%s: value: %w", name, err)
		}
		openings[name] = o
	}
	return openings, nil
}

// members splits one JSON object. It exists because encoding/json matches
// names without regard to case and takes the last of duplicates: two verifiers
// could then read two different receipts in the same bytes.
func members(data []byte) (map[string]json.RawMessage, error) {
	switch {
	case len(data) > MaxSize:
		return nil, fmt.Errorf("%d bytes, at most %d", len(data), MaxSize)
	case !utf8.Valid(data):
		return nil, errors.New("not valid UTF-8")
	case !json.Valid(data):
		return nil, errors.New("not valid JSON")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if first, err := dec.Token(); err != nil || first != json.Delim('{') {
		return nil, errors.New("want a JSON object")
	}
	all := make(map[string]json.RawMessage)
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		key, ok := name.(string)
		if !ok {
			return nil, errors.New("want a JSON object")
		}
		if _, ok := all[key]; ok {
			return nil, fmt.Errorf("duplicate member %.80q", key)
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, err
		}
		all[key] = raw
	}
	return all, nil
}

// decodeString reads a JSON string of at most limit bytes; raw is nil when the
// member is missing.
func decodeString(raw json.RawMessage, limit int) (string, error) {
	if raw == nil {
		return "", errors.New("missing")
	}
	if raw[0] != '"' {
		return "", errors.New("want a string")
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return "", err
	}
	if len(s) > limit {
		return "", fmt.Errorf("%d bytes, at most %d", len(s), limit)
	}
	return s, nil
}
