package receipt

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// maxOrigin bounds the origin line of a checkpoint.
const maxOrigin = 255

// Checkpoint is the head of a log: its name, how many entries it has and the
// Merkle root over them (c2sp.org/tlog-checkpoint).
type Checkpoint struct {
	Origin string
	Size   uint64
	Root   Hash
}

// Text is the body that is signed: three lines, origin, decimal size and
// base64 root. Extension lines are never written.
func (c Checkpoint) Text() string {
	b := make([]byte, 0, len(c.Origin)+72)
	b = append(b, c.Origin...)
	b = append(b, '\n')
	b = strconv.AppendUint(b, c.Size, 10)
	b = append(b, '\n')
	b = base64.StdEncoding.AppendEncode(b, c.Root[:])
	b = append(b, '\n')
	return string(b)
}

// ParseCheckpoint reads exactly what Text writes: three lines, no extension
// lines, no leading zeros, padded standard base64.
func ParseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return Checkpoint{}, errors.New("checkpoint: want exactly three lines, each ended by a newline")
	}
	if !isOrigin(lines[0]) {
		return Checkpoint{}, errors.New("checkpoint: line 1: origin must be 1 to 255 printable ASCII characters without space or plus")
	}
	size, err := parseDecimal(lines[1])
	if err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint: line 2: size: %w", err)
	}
	root, err := parseBase64Hash(lines[2])
	if err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint: line 3: root: %w", err)
	}
	if size == 0 && root != EmptyRoot() {
		return Checkpoint{}, errors.New("checkpoint: size is 0 but the root is not the empty root")
	}
	return Checkpoint{Origin: lines[0], Size: size, Root: root}, nil
}

// ParseSignedCheckpoint reads a signed checkpoint WITHOUT checking any
// signature; the note's UnverifiedSigs name who claims to have signed it.
func ParseSignedCheckpoint(signed []byte) (Checkpoint, *note.Note, error) {
	n, err := note.Open(signed, note.VerifierList())
	var unverified *note.UnverifiedNoteError
	if errors.As(err, &unverified) {
		n, err = unverified.Note, nil
	}
	if err != nil {
		return Checkpoint{}, nil, fmt.Errorf("checkpoint: %w", err)
	}
	for _, s := range n.UnverifiedSigs {
		// x/mod tolerates stray bits after the last byte; RFC 4648 does not.
		if _, err := base64.StdEncoding.Strict().DecodeString(s.Base64); err != nil {
			return Checkpoint{}, nil, fmt.Errorf("checkpoint: signature line of %s: %w", s.Name, err)
		}
	}
	c, err := ParseCheckpoint(n.Text)
	if err != nil {
		return Checkpoint{}, nil, err
	}
	return c, n, nil
}

// errNotTrusted says that no signature is by a key that is pinned; none of a
// pinned key is wrong either.
var errNotTrusted = errors.New("not signed by a trusted key")

// OpenCheckpoint reads a signed checkpoint of the log named origin and checks
// that one of the verifiers, with a key that may speak for that origin, signed
// it. Signatures by unknown keys are ignored, as c2sp.org/signed-note demands
// (that is how keys rotate and witnesses cosign); a bad or repeated signature by
// a known key is an error even beside a good one. The note's Sigs are the good
// ones.
func OpenCheckpoint(signed []byte, origin string, verifiers note.Verifiers) (Checkpoint, *note.Note, error) {
	c, n, err := ParseSignedCheckpoint(signed)
	if err != nil {
		return Checkpoint{}, nil, err
	}
	if c.Origin != origin {
		return Checkpoint{}, nil, fmt.Errorf("checkpoint: origin is %q, want %q", c.Origin, origin)
	}
	claimed := n.UnverifiedSigs
	if err := refuseRepeated(claimed, verifiers); err != nil {
		return Checkpoint{}, nil, err
	}
	n, err = note.Open(signed, verifiers)
	var unverified *note.UnverifiedNoteError
	if errors.As(err, &unverified) {
		return Checkpoint{}, nil, fmt.Errorf("checkpoint: %w, only by %s", errNotTrusted, fingerprints(claimed))
	}
	if err != nil {
		return Checkpoint{}, nil, fmt.Errorf("checkpoint: %w", err)
	}
	if _, ok := signerFor(n.Sigs, origin); !ok {
		return Checkpoint{}, nil, fmt.Errorf("checkpoint: trusted key %s may not sign for origin %q", fingerprints(n.Sigs), origin)
	}
	return c, n, nil
}

// openSignatures reads a signed checkpoint and returns the good signatures of
// the verifiers, which may be none. A bad or repeated one is an error.
func openSignatures(signed []byte, verifiers []note.Verifier) (Checkpoint, []note.Signature, error) {
	c, n, err := ParseSignedCheckpoint(signed)
	if err != nil {
		return Checkpoint{}, nil, err
	}
	known := note.VerifierList(verifiers...)
	if err := refuseRepeated(n.UnverifiedSigs, known); err != nil {
		return Checkpoint{}, nil, err
	}
	n, err = note.Open(signed, known)
	var unverified *note.UnverifiedNoteError
	if errors.As(err, &unverified) {
		return c, nil, nil
	}
	if err != nil {
		return Checkpoint{}, nil, fmt.Errorf("checkpoint: %w", err)
	}
	return c, n.Sigs, nil
}

// refuseRepeated refuses two lines of one known key: x/mod checks only the
// first of them.
func refuseRepeated(sigs []note.Signature, known note.Verifiers) error {
	seen := make(map[string]bool, len(sigs))
	for _, s := range sigs {
		if _, err := known.Verifier(s.Name, s.Hash); err != nil {
			continue
		}
		id := fingerprint(s)
		if seen[id] {
			return fmt.Errorf("checkpoint: two signature lines by %s", id)
		}
		seen[id] = true
	}
	return nil
}

// speaksFor reports whether a key of this name may sign for the origin: one
// key signs for its own name and for every log below it.
func speaksFor(keyName, origin string) bool {
	return origin == keyName || strings.HasPrefix(origin, keyName+"/")
}

// signerFor finds the first signature whose key may sign for origin.
func signerFor(sigs []note.Signature, origin string) (note.Signature, bool) {
	for _, s := range sigs {
		if speaksFor(s.Name, origin) {
			return s, true
		}
	}
	return note.Signature{}, false
}

// fingerprint names a key as in its verifier key: name, plus, key ID
// (c2sp.org/signed-note).
func fingerprint(s note.Signature) string { return fmt.Sprintf("%s+%08x", s.Name, s.Hash) }

func fingerprints(sigs []note.Signature) string {
	all := make([]string, len(sigs))
	for i, s := range sigs {
		all[i] = fingerprint(s)
	}
	return strings.Join(all, ", ")
}

// isOrigin is narrower than the specification, which only recommends the
// absence of spaces and plus signs: every origin of ours is a key name and a
// path.
func isOrigin(s string) bool {
	return s != "" && len(s) <= maxOrigin && isToken(s) && !strings.Contains(s, "+")
}

// isToken reports whether s has only printable ASCII without space, quote and
// backslash: such a string needs no escaping in JSON.
func isToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// parseDecimal reads an ASCII decimal below 2^63 without sign or leading
// zeros.
func parseDecimal(s string) (uint64, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n > math.MaxInt64 || strconv.FormatUint(n, 10) != s {
		return 0, errors.New("want a decimal number below 2^63 without leading zeros")
	}
	return n, nil
}

// parseBase64Hash reads the one canonical base64 form of 32 bytes.
func parseBase64Hash(s string) (Hash, error) {
	// The length is checked first because the decoder skips line breaks.
	if len(s) != base64.StdEncoding.EncodedLen(HashSize) {
		return Hash{}, errors.New("want 32 bytes in padded base64")
	}
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != HashSize {
		return Hash{}, errors.New("want 32 bytes in padded base64")
	}
	return Hash(b), nil
}
