package drift

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"maps"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

const (
	findingPrefix    = "fnd_"
	comparisonPrefix = "cmp_"
	idBytes          = 16
)

// namer makes the IDs of one baseline's findings. One goroutine uses it.
type namer struct {
	h      hash.Hash
	prefix []byte
	buf    []byte
}

// newNamer begins with what the findings have in common. The scope is the source
// with its filters: a run of fewer types sees the same findings.
func newNamer(tenant domain.TenantID, scope string, baseline BaselineID) *namer {
	n := &namer{h: sha256.New()}
	n.prefix = appendParts(nil, "frostgate finding v1", string(tenant), scope, string(baseline))
	return n
}

// id names the change; equal changes have equal IDs.
func (n *namer) id(c *diff.Change) [idBytes]byte {
	n.buf = appendParts(append(n.buf[:0], n.prefix...), c.Type, c.ID, c.Path)
	n.buf = append(append(n.buf, c.FromHash[:]...), c.ToHash[:]...)
	n.h.Reset()
	_, _ = n.h.Write(n.buf)
	var sum [sha256.Size]byte
	return [idBytes]byte(n.h.Sum(sum[:0]))
}

func findingID(id [idBytes]byte) FindingID {
	return FindingID(findingPrefix + hex.EncodeToString(id[:]))
}

// parseFinding reads a finding's whole ID.
func parseFinding(id FindingID) (out [idBytes]byte, err error) {
	text, ok := strings.CutPrefix(string(id), findingPrefix)
	if ok && len(text) == 2*idBytes {
		if b, err := hex.DecodeString(text); err == nil && findingID([idBytes]byte(b)) == id {
			return [idBytes]byte(b), nil
		}
	}
	return out, fault.New(fault.Invalid, "%.100q is no finding's ID", string(id))
}

// scopeOf is what findings of one source and selection have in common.
func scopeOf(root *manifest.Root) string {
	parts := []string{root.Source}
	for _, k := range slices.Sorted(maps.Keys(root.Filters)) {
		parts = append(parts, k, root.Filters[k])
	}
	return digest(parts...)
}

// comparisonID names the comparison of a run with a version of a baseline.
func comparisonID(tenant domain.TenantID, run inventory.RunID, baseline BaselineID, version int64) ComparisonID {
	return ComparisonID(comparisonPrefix + digest("frostgate comparison v1", string(tenant), string(run), string(baseline), string(binary.AppendVarint(nil, version))))
}

// digest is 32 hex digits that stand for the parts.
func digest(parts ...string) string {
	sum := sha256.Sum256(appendParts(nil, parts...))
	return hex.EncodeToString(sum[:idBytes])
}

// appendParts writes texts so that no two lists of them give the same bytes.
func appendParts(b []byte, parts ...string) []byte {
	for _, p := range parts {
		b = append(binary.AppendUvarint(b, uint64(len(p))), p...)
	}
	return b
}
