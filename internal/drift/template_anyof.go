package drift

import (
	"crypto/sha256"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// alternatives takes the changes at a place away if one of its values is there;
// else it shows all that would have been right.
func (c *templateCheck) alternatives(rules *normal.Rules, a *alternatives, changes []diff.Change, body []byte) ([]diff.Change, error) {
	if !slices.ContainsFunc(changes, a.has) {
		return changes, nil
	}
	for _, variant := range a.variants[1:] {
		other, err := c.differ.Desired(rules, variant, body)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(other, a.has) {
			return slices.DeleteFunc(changes, a.has), nil
		}
	}
	for i := range changes {
		if changes[i].Path == a.path {
			changes[i].From, changes[i].FromHash = a.text, sha256.Sum256(a.text)
		}
	}
	return changes, nil
}

// has says that a change is at the place or within it.
func (a *alternatives) has(c diff.Change) bool {
	return c.Path == a.path || strings.HasPrefix(c.Path, a.path+"/")
}
