package receipt

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Trust is what a verifier has pinned: log keys and, with a policy, witnesses.
// Get them from somewhere other than the server whose receipts they check. The
// zero value pins nothing.
type Trust struct {
	verifiers []note.Verifier
	policy    *Policy // nil when no policy was given
	accept    Level   // empty: what the policy asks for
}

// NewTrust pins log keys given as verifier keys (c2sp.org/signed-note), for
// example "logs.example/7f3a+0a1b2c3d+ATx...". List old and new keys to verify
// receipts from before and after a rotation.
func NewTrust(vkeys ...string) (Trust, error) {
	var t Trust
	seen := make(map[string]bool)
	for i, vkey := range vkeys {
		v, err := note.NewVerifier(vkey)
		if err == nil {
			err = refuseWeak(rawKey(vkey))
		}
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

// ParseTrust reads a file of trust: a policy (see ParsePolicy), or verifier
// keys, one a line. Lines that begin with # are comments in both. A policy
// without a log is refused: nothing would say who signed.
func ParseTrust(text string) (Trust, error) {
	var vkeys []string
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0][0] == '#':
		case len(words) > 1:
			p, err := ParsePolicy(text)
			if err != nil {
				return Trust{}, err
			}
			if len(p.logs) == 0 {
				return Trust{}, errors.New("trust: no log key is pinned: the policy needs a line `log <verifier key>`")
			}
			return p.Trust(), nil
		default:
			vkeys = append(vkeys, words[0])
		}
	}
	if len(vkeys) == 0 {
		return Trust{}, errors.New("trust: no key in the text")
	}
	return NewTrust(vkeys...)
}

// WithPolicy adds the witnesses of a policy and its quorum to the keys that are
// pinned; the logs that the policy names are left out.
func (t Trust) WithPolicy(p *Policy) Trust {
	t.policy = p
	return t
}

// Accepting says with which level the verifier is content. Without it a policy
// that asks for witnesses is required: evidence that is not proven witnessed
// fails, for it is also what a server shows that keeps out of the witnesses'
// sight. With Accepting(Anchored) the log of logs is required, with
// Accepting(Committed) nothing above the log's own signature.
func (t Trust) Accepting(l Level) Trust {
	if levelRank(l) < 0 {
		l = Witnessed
	}
	t.accept = l
	return t
}

// required is the lowest level that does not fail.
func (t Trust) required() Level {
	switch {
	case t.accept != "":
		return t.accept
	case t.policy != nil && t.policy.NeedsWitness():
		return Witnessed
	}
	return Committed
}

// enforce holds the level that was proven against the required one. It returns
// nil when that is enough.
func (t Trust) enforce(proven Level, detail string) error {
	need := t.required()
	if levelRank(proven) >= levelRank(need) {
		return nil
	}
	if detail != "" {
		detail += "; "
	}
	if need == Witnessed && t.policy != nil && t.policy.NeedsWitness() {
		return fmt.Errorf("%sthe policy's quorum of witnesses is not met: only %s is proven", detail, proven)
	}
	return fmt.Errorf("%sonly %s is proven, the verifier asks for %s", detail, proven, need)
}

// unanchored is the check of witnesses for evidence without an anchor. asked is
// false when there is nothing to tell.
func (t Trust) unanchored() (detail string, asked bool, err error) {
	asked = t.required() != Committed || t.policy != nil && t.policy.NeedsWitness()
	detail = "there is no anchor in the log of logs, so no witness confirms it"
	return detail, asked, t.enforce(Committed, detail)
}

// Pinned reports whether any log key is pinned.
func (t Trust) Pinned() bool { return len(t.verifiers) > 0 }

// Policy is the witness policy, or nil.
func (t Trust) Policy() *Policy { return t.policy }

// OpenLog checks that a pinned key signed a checkpoint of origin and returns
// that key's fingerprint, empty when no key is pinned.
func (t Trust) OpenLog(signed []byte, origin string) (string, error) {
	if !t.Pinned() {
		return "", nil
	}
	_, n, err := OpenCheckpoint(signed, origin, note.VerifierList(t.verifiers...))
	if err != nil {
		return "", err
	}
	signer, _ := signerFor(n.Sigs, origin)
	return fingerprint(signer), nil
}

var (
	// errUnasked says that no witness is pinned or none is asked for.
	errUnasked = errors.New("no witness is asked for")
	// errNoQuorum says that too few of the pinned witnesses cosigned.
	errNoQuorum = errors.New("no quorum")
)

// openWitnesses checks the cosignatures of the root log's checkpoint. Only
// witness keys are looked at: a witness must never pass for the log, nor the
// log for a witness.
func (t Trust) openWitnesses(signed []byte) (sigs []Cosignature, detail string, err error) {
	if t.policy == nil {
		return nil, "not checked, no witness is pinned", errUnasked
	}
	if sigs, err = t.policy.Cosignatures(signed); err != nil {
		return nil, "", err
	}
	said := "none of the pinned witnesses cosigned"
	if len(sigs) > 0 {
		said = cosignedText(sigs)
	}
	_, quorum := t.policy.quorumTime(sigs)
	switch {
	case !t.policy.NeedsWitness():
		return sigs, said + "; the policy asks for no witness", errUnasked
	case !t.Pinned():
		return sigs, said + "; no log key is pinned", errUnasked
	case !quorum:
		return sigs, said + "; that is no quorum", errNoQuorum
	}
	return sigs, said + ", a quorum", nil
}
