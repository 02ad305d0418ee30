package evidence

import (
	"context"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/receipt"
)

// Group is one field group of an artifact: its exact bytes (canonical JSON of
// our own schema), committed to with a random salt and sealed.
type Group struct {
	Name  string
	Value []byte
	Salt  [receipt.SaltSize]byte // set by Seal
}

// Unit is one leaf on its way into its tenant's log. The caller fills the
// first block and calls Sequencer.Reserve, which fixes the order, then Seal
// and Ready (or Fail), then Wait.
type Unit struct {
	Tenant  domain.TenantID
	Kind    string // artifact type, e.g. "decision"
	Ruleset domain.Hash
	Policy  domain.Hash
	Time    domain.Micros
	// Prev is the index of the previous artifact of the same subject, or -1.
	Prev int64
	// KeyID and Counter are those of the module that signed what is recorded;
	// without a KeyID the header names the log's key.
	KeyID   string
	Counter uint64
	// Place, if set, is called by the sequencer in log order, before the entry
	// is built: it may set Prev. It is called again when a batch is retried.
	Place func(index uint64) error
	// Groups are sorted by name.
	Groups   []Group
	Subjects []domain.Subject
	// Ring is the classification ring whose keys seal the unit; empty for what
	// belongs to none.
	Ring domain.Ring
	// Rows writes the feature's own rows for this unit; nil means none.
	Rows RowWriter
	// OwnLeaf says that Rows stores the leaf itself (a wide row); else evidence
	// writes the plain artifact row.
	OwnLeaf bool
	// Item is the feature's payload for Rows.
	Item any
	// Bulk marks units of an import: they wait for the bulk slots, so that they
	// never stand in a long line before a live decision.
	Bulk bool

	sealed sealedUnit
	state  unitState
	err    error
	result Committed
	done   chan struct{}
}

type unitState uint8

const (
	unitNew unitState = iota
	unitReserved
	unitReady
	unitFailed
)

// keyOr is the key that the header names.
func (u *Unit) keyOr(log string) string {
	if u.KeyID != "" {
		return u.KeyID
	}
	return log
}

// RowWriter collects the rows of a batch and writes them in the batch's
// transaction. It is used by the sequencer's goroutine only.
type RowWriter interface {
	// Add takes a unit whose index, entry and leaf hash are final. It runs in
	// log order, before the transaction.
	Add(u *Unit, c Committed) error
	// Write writes what was added since Reset.
	Write(ctx context.Context, tx *db.Tx) error
	// Reset forgets the batch; committed tells whether it became durable.
	Reset(committed bool)
}

// Committed says where a unit stands in its log once it is durable.
type Committed struct {
	Index    uint64
	Entry    []byte // the leaf's exact bytes
	LeafHash receipt.Hash

	tree *treeBatch // the tree as of this unit's batch
}

// Receipt builds the unit's receipt at level committed. Proof and signature are
// made by the caller's goroutine, so that the writer goes on with the next
// batch; the tree state they speak of is durable already.
func (c Committed) Receipt() receipt.Receipt {
	return receipt.Receipt{
		Level:    receipt.Committed,
		Log:      c.tree.logID,
		Index:    c.Index,
		LeafHash: c.LeafHash,
		Entry:    string(c.Entry),
		Proof:    string(c.AppendProof(nil)),
	}
}

// AppendProof appends the unit's tlog-proof to dst.
func (c Committed) AppendProof(dst []byte) []byte {
	p := receipt.Proof{Index: c.Index, Hashes: c.tree.prove(c.Index), Checkpoint: c.tree.checkpoint()}
	return p.Append(dst)
}

// Log returns the opaque ID of the log.
func (c Committed) Log() string { return c.tree.logID }
