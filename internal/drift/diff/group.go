package diff

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// kubernetes is the family whose elements' names are left out of groups: they
// are the names of workloads, not of settings.
const kubernetes = "kubernetes"

// Group gives what equal changes have in common, whichever object and tenant
// they are in: schema, place, and both values.
func Group(types *normal.Types, c *Change) manifest.Hash {
	rules := types.Rules(c.Type)
	h := sha256.New()
	path := c.Path
	if rules.Type().Family == kubernetes {
		path = anyElement(path)
	}
	for _, part := range [2]string{rules.Schema(namesOf(c.Path)), path} {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(part)))
		h.Write(n[:])
		h.Write([]byte(part))
	}
	h.Write(c.FromHash[:])
	h.Write(c.ToHash[:])
	return manifest.Hash(h.Sum(nil))
}

// anyElement writes every element's key as *.
func anyElement(keyed string) string {
	tokens := strings.Split(keyed, "/")
	for i, t := range tokens {
		if isElement(t) {
			tokens[i] = "[*]"
		}
	}
	return strings.Join(tokens, "/")
}
