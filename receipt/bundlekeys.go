package receipt

import (
	"fmt"

	"golang.org/x/mod/sumdb/note"
)

// checkKeys holds the checkpoints' signers against the key history.
func (v *bundleVerification) checkKeys() error {
	v.report.Keys = v.keys
	for _, k := range v.keys {
		if name, _, _, _ := parseVKey(k.Key); name != v.root.Origin {
			return v.fault("keys", fmt.Errorf("root entry %d is about key %s, which is not of log %s", k.Index, k.Key, v.root.Origin))
		}
	}
	if err := v.usable(v.root.signers, v.root.Size, "the root checkpoint"); err != nil {
		return fault(v.root.place, "keys", err)
	}
	for _, h := range []*signedHead{&v.checkpoint, v.start} {
		if h == nil {
			continue
		}
		if h.vouched {
			if err := v.historic(h); err != nil {
				return fault(h.place, "keys", err)
			}
		}
		if err := v.usable(h.signers, h.anchor.Epoch, "the checkpoint"); err != nil {
			return fault(h.place, "keys", err)
		}
	}
	v.ok("keys", "the signers were neither revoked nor retired in the key entries that this bundle holds, which are %d", len(v.keys))
	return nil
}

// historic checks an anchored checkpoint that no pinned key signed: a key that
// the root log had issued before the epoch must have.
func (v *bundleVerification) historic(h *signedHead) error {
	var known []note.Verifier
	seen := make(map[string]bool)
	for _, k := range v.keys {
		if k.Index > h.anchor.Epoch || k.Action != RootGenesis && k.Action != KeyIssue {
			continue // it was not the log's key when the epoch was closed
		}
		key, err := note.NewVerifier(k.Key)
		if err != nil || seen[k.Key] {
			continue
		}
		seen[k.Key], known = true, append(known, key)
	}
	_, n, err := OpenCheckpoint(h.signed, h.Origin, note.VerifierList(known...))
	if err != nil {
		return fmt.Errorf("neither pinned nor issued in the key history up to epoch %d: %w", h.anchor.Epoch, err)
	}
	h.signers = speaking(n.Sigs, h.Origin)
	v.ok("older signature", "by %s, which the root log names", fingerprints(h.signers))
	return nil
}

// usable wants one signer that was neither revoked nor retired in the key
// history up to an index of the root log.
func (v *bundleVerification) usable(signers []note.Signature, until uint64, what string) error {
	var why error
	for _, s := range signers {
		k := v.gone(fingerprint(s), until)
		if k == nil {
			return nil
		}
		why = fmt.Errorf("%s is signed only by key %s, which has the action %q at index %d of the root log", what, fingerprint(s), k.Action, k.Index)
	}
	return why
}

// gone is the entry that took a key out of use: what is revoked stays revoked,
// what is retired may be issued again.
func (v *bundleVerification) gone(key string, until uint64) *KeyReport {
	var last *KeyReport
	for i := range v.keys {
		k := &v.keys[i]
		name, kind, raw, err := parseVKey(k.Key)
		if err != nil || k.Index > until || fmt.Sprintf("%s+%08x", name, keyID(name, kind, raw)) != key {
			continue
		}
		if k.Action == KeyRevoke {
			return k
		}
		last = k
	}
	if last == nil || last.Action != KeyRetire {
		return nil
	}
	return last
}
