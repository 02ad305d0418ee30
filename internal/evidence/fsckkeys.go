package evidence

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/receipt"

	"golang.org/x/mod/sumdb/note"
)

// pastKey is a log key that was revoked, by an entry of the log of logs.
type pastKey struct {
	verifier note.Verifier
	at       uint64 // index of the entry
}

// revocations reads from the log of logs which keys were revoked. What can't be
// read there is named by its own check.
func (s *Sequencer) revocations(ctx context.Context) ([]pastKey, error) {
	history, err := s.Anchors.KeyHistory(ctx)
	if ctx.Err() != nil {
		return nil, fmt.Errorf("revoked keys: %w", err)
	}
	var out []pastKey
	for i := range history {
		e := &history[i]
		if e.Action != receipt.KeyRevoke {
			continue
		}
		if v, err := note.NewVerifier(e.Key); err == nil {
			out = append(out, pastKey{v, e.Index})
		}
	}
	return out, nil
}

// openPast reads a checkpoint that stands in an epoch. One that only a key signed
// which was revoked since counts where the epoch came before the revocation: the
// log of logs holds the epoch, so nobody can put another one there.
func (l *liveLog) openPast(signed, from string, epoch uint64) (signedState, error) {
	st, _, err := l.open(signed, from)
	if err == nil {
		return st, nil
	}
	for _, k := range l.past {
		if k.at <= epoch {
			continue
		}
		if cp, _, perr := receipt.OpenCheckpoint([]byte(signed), l.origin, note.VerifierList(k.verifier)); perr == nil {
			return signedState{cp.Size, cp.Root, from}, nil
		}
	}
	return st, err
}

// openCosigned does the same for a head of the log of logs itself, whose size
// says how far it reaches.
func (l *liveLog) openCosigned(signed, from string) (signedState, error) {
	cp, _, err := receipt.ParseSignedCheckpoint([]byte(signed))
	if err != nil {
		return signedState{}, err
	}
	return l.openPast(signed, from, max(cp.Size, 1)-1)
}
