package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// BundleQuery says what a bundle is to hold.
type BundleQuery struct {
	Kind    receipt.BundleKind
	Index   uint64         // of a decision
	Subject domain.Subject // of a subject bundle
	// From and To bound a range and an absence: From <= time < To. Zero is the
	// log's beginning and now.
	From, To domain.Micros
	Artifact string // that is absent
	// HeadersOnly leaves every payload closed.
	HeadersOnly bool
	// MayOpen says whether the reader may see payloads of a ring; nil: of all.
	// Payloads that belong to no ring are always opened.
	MayOpen func(domain.Ring) bool
	// Wait bounds waiting until what is asked for is anchored and witnessed.
	Wait time.Duration
}

// Bundle is a bundle whose content is fixed but for payloads that end meanwhile:
// Write streams it.
type Bundle struct {
	seq      *Sequencer
	tenant   domain.TenantID
	keys     *TenantKeys
	query    BundleQuery
	manifest receipt.Manifest

	checkpoint []byte     // signed
	anchor     *AnchorRow // of the checkpoint; nil: level committed
	start      *AnchorRow // where a range begins
	// consistency goes from start to the checkpoint.
	consistency []receipt.Hash
	root        rootPart

	picks    []span // all entries of the bundle, in order
	proof    []receipt.Hash
	explains map[uint64]bool // entries that say where payloads went
}

// span is a run of indexes, both ends included.
type span = [2]uint64

// ErrMeanwhile says that a payload ended while a bundle was written, by an entry
// that its checkpoint does not hold.
var ErrMeanwhile = fault.New(fault.Conflict, "payloads were erased or pruned while the bundle was made: ask for it again")

// planTries bounds how often a bundle is planned again because the log moved
// under it.
const planTries = 3

// Bundle plans a bundle: which entries, under which checkpoint, with which
// proofs. What it promises is fixed then; the log only grows. Nothing of another
// tenant's log is looked at.
func (s *Sequencer) Bundle(ctx context.Context, tenant domain.TenantID, q BundleQuery) (*Bundle, error) {
	for try := 1; ; try++ {
		before := s.Anchors.usable()
		b, err := s.planBundle(ctx, tenant, q)
		raised := err != nil && before == nil && s.Anchors.usable() != nil
		if !raised && !errors.Is(err, ErrMeanwhile) || try == planTries {
			return b, err
		}
	}
}

func (s *Sequencer) planBundle(ctx context.Context, tenant domain.TenantID, q BundleQuery) (*Bundle, error) {
	k, err := s.keys.Keys(ctx, tenant)
	if err != nil {
		return nil, err
	}
	now := s.clock.Now()
	b := &Bundle{seq: s, tenant: tenant, keys: k, query: q, explains: make(map[uint64]bool)}
	b.manifest = receipt.Manifest{Kind: q.Kind, CreatedAt: int64(now), Key: s.Anchors.key, Log: k.LogID, Tenant: string(tenant)}
	sel, err := b.sel(ctx, now)
	if err != nil {
		return nil, err
	}
	if err := b.choose(ctx, sel); err != nil {
		return nil, err
	}
	if err := b.checkAbsence(ctx); err != nil {
		return nil, err
	}
	b.arrange(sel)
	if b.manifest.Entries > receipt.MaxBundleEntries {
		return nil, fault.New(fault.TooLarge, "the bundle would hold %d entries, at most %d: ask for a shorter range", b.manifest.Entries, receipt.MaxBundleEntries)
	}
	if err := b.prove(ctx); err != nil {
		return nil, err
	}
	if b.anchor != nil {
		if b.root, err = s.Anchors.rootPart(ctx, b.anchor, b.start); err != nil {
			return nil, err
		}
	}
	return b, b.manifest.Validate()
}

// Manifest is what the bundle claims.
func (b *Bundle) Manifest() *receipt.Manifest { return &b.manifest }

// Level is what the bundle's checkpoint has reached.
func (b *Bundle) Level() receipt.Level {
	switch {
	case b.anchor == nil:
		return receipt.Committed
	case b.root.cosigned:
		return receipt.Witnessed
	}
	return receipt.Anchored
}

// Write streams the bundle. What was written before an error is no bundle. It
// holds one page of entries in memory and keeps no transaction open while w
// takes them.
func (b *Bundle) Write(ctx context.Context, w io.Writer) error {
	out := receipt.NewBundleWriter(w)
	if err := b.writeHead(out); err != nil {
		return err
	}
	for _, page := range pagesOf(b.picks) {
		rows, err := b.readPage(ctx, page)
		if err != nil {
			return err
		}
		for i := range rows {
			if err := b.writeEntry(ctx, out, &rows[i]); err != nil {
				return err
			}
		}
	}
	return out.Close(func(text string) ([]byte, error) { return b.seq.signNote(text), nil })
}

func (b *Bundle) writeHead(out *receipt.BundleWriter) error {
	// The writer keeps its first error and returns it from then on.
	_ = out.Manifest(&b.manifest)
	_ = out.Checkpoint(b.checkpoint)
	if b.anchor != nil {
		_ = out.Anchor(b.anchor.bundled())
		if b.start != nil {
			_ = out.Start([]byte(b.start.Checkpoint), b.start.bundled(), b.consistency)
		}
		_ = out.RootCheckpoint(b.root.signed)
		_ = out.RootNodes(b.root.proof)
		for _, e := range b.root.entries {
			_ = out.RootEntry([]byte(e))
		}
	}
	return out.Nodes(b.proof)
}

func (row *AnchorRow) bundled() receipt.BundleAnchor {
	return receipt.BundleAnchor{Epoch: row.Epoch, Slot: row.Slot, Path: row.Path}
}

// arrange fixes the entries: the genesis, those asked for, and those that say
// where payloads went.
func (b *Bundle) arrange(sel *selection) {
	all := append([]span{{0, 0}}, sel.spans...)
	for _, by := range sel.explains {
		b.explains[by] = true
		all = append(all, span{by, by})
	}
	b.picks = joinSpans(all)
	for _, p := range b.picks {
		b.manifest.Entries += p[1] - p[0] + 1
	}
}

// prove reads the proofs in the tenant's own tree.
func (b *Bundle) prove(ctx context.Context) error {
	err := b.seq.db.InReadTx(ctx, b.tenant, func(tx *db.Tx) error {
		r := &tileReader{ctx: ctx, tx: tx, tenant: b.tenant, size: b.manifest.Of}
		var err error
		if b.start != nil {
			if b.consistency, err = r.consistency(b.start.Size); err != nil {
				return err
			}
		}
		b.proof, err = proveSpans(b.manifest.Of, b.picks, r.bounded)
		return err
	})
	if err != nil {
		return fmt.Errorf("prove a bundle: %w", err)
	}
	return nil
}
