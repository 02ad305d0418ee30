package receipt

import (
	"fmt"

	"golang.org/x/mod/sumdb/note"
)

// Trust is the set of log keys a verifier has pinned. Get them from somewhere
// other than the server whose receipts they check. The zero value pins nothing.
type Trust struct {
	verifiers []note.Verifier
}

// NewTrust pins log keys given as verifier keys (c2sp.org/signed-note), for
// example "logs.example/7f3a+0a1b2c3d+ATx...". List old and new keys to verify
// receipts from before and after a rotation.
func NewTrust(vkeys ...string) (Trust, error) {
	var t Trust
	seen := make(map[string]bool)
	for i, vkey := range vkeys {
		v, err := note.NewVerifier(vkey)
		if err != nil {
			return Trust{}, fmt.Errorf("verifier key %d: %w", i+1, err)
		}
		id := fmt.Sprintf("%s+%08x", v.Name(), v.KeyHash())
		// The same key twice would make every signature of it ambiguous.
		if !seen[id] {
			seen[id] = true
			t.verifiers = append(t.verifiers, v)
		}
	}
	return t, nil
}

// Pinned reports whether any key is pinned.
func (t Trust) Pinned() bool { return len(t.verifiers) > 0 }
