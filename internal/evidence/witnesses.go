package evidence

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence/witness"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"

	"golang.org/x/mod/sumdb/note"
)

// witnessTime bounds one request to a witness.
const witnessTime = 10 * time.Second

// QuorumLag is how many entries of the root log may wait for cosignatures before
// the quorum counts as missed: epochs may close faster than witnesses answer.
const QuorumLag = 30

// maxWitnessTries bounds the requests of one round: ask, correct the size, ask
// again.
const maxWitnessTries = 3

// witnesses asks the witnesses of a policy to cosign the root log.
type witnesses struct {
	policy *receipt.Policy
	all    []*witnessState
	wake   chan struct{} // capacity 1
}

// witnessState is what is known of one witness. mu guards what follows it.
type witnessState struct {
	name, url string
	vkey      string
	client    *witness.Client
	verifier  note.Verifier

	mu     sync.Mutex
	seen   uint64 // size it has seen last, 0 when that is not known
	lastOK domain.Micros
	err    error
}

// WitnessStatus is what is known of one witness.
type WitnessStatus struct {
	Name, URL string
	VKey      string        // its key for cosignatures
	Size      uint64        // of the root log that it cosigned last
	LastOK    domain.Micros // when; 0: not since the start
	Err       error         // of the last request
}

// UseWitnesses has the root log cosigned by the witnesses of a policy. It is
// called before Open.
func (a *Anchors) UseWitnesses(p *receipt.Policy, h *http.Client) error {
	w := &witnesses{policy: p, wake: make(chan struct{}, 1)}
	for _, x := range p.Witnesses() {
		if x.URL == "" {
			return fmt.Errorf("witness %s has no URL", x.Name)
		}
		c, err := witness.New(x.URL, h)
		if err != nil {
			return err
		}
		v, err := receipt.NewCosignatureVerifier(x.VKey)
		if err != nil {
			return fmt.Errorf("witness %s: %w", x.Name, err)
		}
		w.all = append(w.all, &witnessState{name: x.Name, url: x.URL, vkey: x.VKey, client: c, verifier: v})
	}
	a.witnesses = w
	a.confirmed.Store(p.Satisfied(nil)) // a policy without quorum has nobody to ask
	return nil
}

func (w *witnesses) configured() bool { return w != nil && len(w.all) > 0 }

func (w *witnesses) signal() {
	if w == nil {
		return
	}
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Witnesses tells how the witnesses do.
func (a *Anchors) Witnesses() []WitnessStatus {
	if a.witnesses == nil {
		return nil
	}
	out := make([]WitnessStatus, 0, len(a.witnesses.all))
	for _, w := range a.witnesses.all {
		w.mu.Lock()
		out = append(out, WitnessStatus{Name: w.name, URL: w.url, VKey: w.vkey, Size: w.seen, LastOK: w.lastOK, Err: w.err})
		w.mu.Unlock()
	}
	return out
}

// Greet asks the witnesses, before anything is appended, how far they have seen
// the root log. A witness that has seen more than the store holds proves that
// this is a restored or foreign database, which would fork the log: that is an
// error. A witness that does not answer is no reason not to start.
func (a *Anchors) Greet(ctx context.Context) error {
	if !a.witnesses.configured() || a.usable() != nil {
		return nil
	}
	return a.round(ctx)
}

// RunWitnesses has each new state of the root log cosigned, one round at a time,
// until ctx ends.
func (a *Anchors) RunWitnesses(ctx context.Context) error {
	if !a.witnesses.configured() {
		<-ctx.Done()
		return nil
	}
	pause := time.NewTimer(0)
	defer pause.Stop()
	a.witnesses.signal() // Greet may have found nobody, and nothing grows until somebody confirms
	for {
		select {
		case <-a.witnesses.wake:
		case <-ctx.Done():
			return nil
		}
		select {
		case <-pause.C: // a witness that refuses is not asked without pause
		case <-ctx.Done():
			return nil
		}
		if err := a.round(ctx); err != nil {
			a.raise(fmt.Errorf("the witnesses know another history of the root log: %w", err))
			a.tellQuorum(err)
			return nil // nothing is anchored any more; the alarm is up
		}
		a.tellQuorum(a.Quorum(QuorumLag))
		if !a.confirmed.Load() || a.cosignedSize() < a.head.Load().size {
			a.witnesses.signal()
		}
		pause.Reset(a.every)
	}
}

// tellQuorum reports when the quorum is missed, and when it is there again.
func (a *Anchors) tellQuorum(err error) {
	if missed := err != nil; missed != a.missed && a.OnQuorum != nil {
		a.OnQuorum(err)
	}
	a.missed = err != nil
}

func (a *Anchors) cosignedSize() uint64 { size, _ := a.Cosigned(); return size }

// round asks all witnesses for the latest checkpoint and keeps it with its
// cosignatures when they are a quorum. Only a fork is an error.
func (a *Anchors) round(ctx context.Context) error {
	head := a.head.Load()
	lines := make([][]byte, len(a.witnesses.all))
	errs := make([]error, len(a.witnesses.all))
	var wg sync.WaitGroup
	for i, w := range a.witnesses.all {
		wg.Go(func() {
			one, cancel := context.WithTimeout(ctx, witnessTime)
			defer cancel()
			if lines[i], errs[i] = a.ask(one, w, head); errs[i] != nil {
				lines[i] = nil
			}
			w.settle(errs[i], head.size, a.seq.clock.Now())
		})
	}
	wg.Wait()
	if err := a.contradiction(errs); err != nil {
		return err
	}
	return a.collect(ctx, head, lines)
}

// contradiction gives the error of a witness that knows another history, when
// the others are no quorum without it. An answer is not signed: one witness of
// several, or who stands on the way to it, must not stop the log.
func (a *Anchors) contradiction(errs []error) error {
	var first error
	rest := map[string]bool{}
	for i, w := range a.witnesses.all {
		var ahead *AheadError
		if errors.As(errs[i], &ahead) || errors.Is(errs[i], witness.ErrConflict) {
			first = errors.Join(first, errs[i])
			continue
		}
		rest[w.name] = true
	}
	if first == nil {
		a.contradicted = false
		return nil
	}
	if !a.witnesses.policy.NeedsWitness() || a.witnesses.policy.Satisfied(rest) {
		if !a.contradicted && a.OnQuorum != nil {
			a.OnQuorum(fmt.Errorf("contradicted by a witness that the quorum can do without: %w", first))
		}
		a.contradicted = true
		return nil
	}
	return first
}

func (w *witnessState) settle(err error, size uint64, now domain.Micros) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err = err; err == nil {
		w.seen, w.lastOK = size, now
	}
}

// AheadError says that a witness has seen more of the root log than the store
// holds.
type AheadError struct {
	Witness   string
	Seen, Own uint64
}

// Error says what that means and what to do.
func (e *AheadError) Error() string {
	return fmt.Sprintf("witness %s has seen %d entries of the root log, the store holds %d: this database is older than what was witnessed, "+
		"and going on would fork the log; restore a newer backup", e.Witness, e.Seen, e.Own)
}

// ask gets one witness's cosignature lines for a checkpoint; nil lines mean that
// it did not give one.
func (a *Anchors) ask(ctx context.Context, w *witnessState, head *rootHead) ([]byte, error) {
	w.mu.Lock()
	old := w.seen
	w.mu.Unlock()
	for range maxWitnessTries {
		proof, err := a.RootConsistency(ctx, old, head.size)
		if err != nil {
			return nil, err
		}
		lines, err := w.client.Add(ctx, old, proof, head.signed)
		var stale *witness.StaleError
		switch {
		case err == nil:
			return lines, w.check(head, lines)
		case !errors.As(err, &stale):
			return nil, fmt.Errorf("witness %s: %w", w.name, err)
		case stale.Size > head.size:
			return nil, &AheadError{Witness: w.name, Seen: stale.Size, Own: head.size}
		case stale.Size == old:
			// It refuses the size that it names: same size, other root.
			return nil, fmt.Errorf("witness %s: %w", w.name, witness.ErrConflict)
		}
		old = stale.Size
	}
	return nil, fmt.Errorf("witness %s names another size each time", w.name)
}

// check verifies that lines hold the witness's cosignature of a checkpoint.
func (w *witnessState) check(head *rootHead, lines []byte) error {
	n, err := note.Open(append(bytes.Clone(head.signed), lines...), note.VerifierList(w.verifier))
	if err != nil || len(n.Sigs) != 1 {
		return fmt.Errorf("witness %s answers no valid cosignature: %w", w.name, err)
	}
	return nil
}

// collect keeps a checkpoint whose cosignatures satisfy the policy.
func (a *Anchors) collect(ctx context.Context, head *rootHead, lines [][]byte) error {
	signed := bytes.Clone(head.signed)
	given := map[string]bool{}
	for i, w := range a.witnesses.all {
		if lines[i] == nil || given[w.name] {
			continue
		}
		line, ok := ownLine(lines[i], w.verifier)
		if !ok {
			continue
		}
		signed, given[w.name] = append(signed, line...), true
	}
	if !a.witnesses.policy.Satisfied(given) {
		return nil
	}
	// The quorum has seen nothing beyond our log: it may grow.
	if a.confirmed.CompareAndSwap(false, true) {
		a.again()
	}
	err := a.seq.db.InTx(ctx, RootLog, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, upsertCosigned, RootLog, int64(head.size), tx.Now, string(signed))
		return err
	})
	if err != nil {
		return nil // the level waits for the store
	}
	a.cosigned.Store(&rootHead{size: head.size, root: head.root, signed: signed})
	a.mu.Lock()
	close(a.step)
	a.step = make(chan struct{})
	a.mu.Unlock()
	return nil
}

// ownLine picks the signature line of one key out of an answer: what else a
// witness sends is nobody's to vouch for.
func ownLine(lines []byte, v note.Verifier) ([]byte, bool) {
	for line := range bytes.Lines(lines) {
		_, err := note.Open(append([]byte("x\n\n"), line...), note.VerifierList())
		var unverified *note.UnverifiedNoteError
		if !errors.As(err, &unverified) {
			continue
		}
		sigs := unverified.Note.UnverifiedSigs
		if len(sigs) == 1 && sigs[0].Name == v.Name() && sigs[0].Hash == v.KeyHash() {
			return line, true
		}
	}
	return nil, false
}

// Quorum tells whether the witnesses keep up to lag entries of the root log: a
// missed quorum lowers the level of receipts, and nothing else.
func (a *Anchors) Quorum(lag uint64) error {
	if !a.witnesses.configured() {
		return nil
	}
	own := a.head.Load().size
	if !a.confirmed.Load() || own > a.cosignedSize()+lag {
		var errs []error
		for _, w := range a.Witnesses() {
			if w.Err != nil {
				errs = append(errs, w.Err)
			}
		}
		if !a.confirmed.Load() {
			return fault.Wrap(fault.Unavailable, errors.Join(errs...), "no quorum of witnesses has confirmed the root log since the start: nothing is anchored until it does")
		}
		return fault.Wrap(fault.Unavailable, errors.Join(errs...), "the witnesses' quorum is missed: %d entries of the root log wait for cosignatures", own-a.cosignedSize())
	}
	return nil
}
