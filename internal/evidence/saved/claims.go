package saved

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Members that a receipt and its parts are read from. The url is not among
// them: it proves nothing, so it is told as not covered.
var (
	receiptMembers = [...]string{"level", "log", "index", "leaf_hash", "entry", "proof", "anchor", "openings"}
	anchorMembers  = [...]string{"slot", "path", "entry", "proof"}
	openedMembers  = [...]string{"salt", "value"}
)

// claims is what a saved file says beside what its receipt was read from.
type claims struct {
	decision object // in an answer's words; empty when there are none
	at       string // where decision stands in the file
	event    any    // of a saved decision or snapshot
	hasEvent bool
	rest     []string // members that no part of a proof speaks of
	erasure  object   // what a verified erasure says, in a certificate's words
}

// claimsOf takes the claims out of a saved file. The receipt stands where Read
// looks for it: member receipt, decision.receipt, decision, or the whole.
func claimsOf(data []byte) (claims, error) {
	v, err := parseAny(jsontext.Value(data))
	if err != nil {
		return claims{}, err
	}
	all, _ := v.(object)
	_, outer := all["receipt"]
	decision, answer := all["decision"].(object)
	if !answer { // an answer, or a bare receipt
		c := claims{}
		c.decision = c.without(all, "")
		return c, nil
	}
	c := claims{at: "decision", decision: decision}
	if outer {
		c.own(all["receipt"], "receipt")
	} else {
		c.decision = c.without(decision, "decision")
	}
	c.event, c.hasEvent = all["event"]
	for name := range all {
		if name != "decision" && name != "event" && name != "receipt" {
			c.rest = append(c.rest, join("", name))
		}
	}
	return c, nil
}

// without is what an object says beside the receipt that it holds or is.
func (c *claims) without(holder object, at string) object {
	rest := maps.Clone(holder)
	if rc, ok := holder["receipt"]; ok {
		delete(rest, "receipt")
		c.own(rc, join(at, "receipt"))
		return rest
	}
	c.parts(holder, at)
	for _, name := range receiptMembers {
		delete(rest, name)
	}
	return rest
}

// own notes the members of a receipt that it was not read from.
func (c *claims) own(rc any, at string) {
	o, _ := rc.(object)
	c.beside(o, at, receiptMembers[:])
	c.parts(o, at)
}

// parts notes the same of a receipt's anchor and openings.
func (c *claims) parts(rc object, at string) {
	anchor, _ := rc["anchor"].(object)
	c.beside(anchor, join(at, "anchor"), anchorMembers[:])
	openings, _ := rc["openings"].(object)
	for name, v := range openings {
		o, _ := v.(object)
		c.beside(o, join(join(at, "openings"), name), openedMembers[:])
	}
}

func (c *claims) beside(o object, at string, known []string) {
	for name := range o {
		if !slices.Contains(known, name) {
			c.rest = append(c.rest, join(at, name))
		}
	}
}

// join makes the path of a member; names that could be taken for a path or for
// several are quoted.
func join(at, name string) string {
	plain := name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == ""
	if !plain {
		name = strconv.Quote(name)
	}
	if at == "" {
		return name
	}
	return at + "." + name
}
