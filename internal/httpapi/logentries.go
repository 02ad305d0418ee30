package httpapi

import (
	"context"
	"strconv"

	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// logEntry is one entry of a tenant's log.
type logEntry struct {
	Index  uint64    `json:"index"`
	ID     string    `json:"id" doc:"Log ID and index: of a decision its decision ID."`
	Kind   string    `json:"kind" doc:"What is recorded, for example decision."`
	At     Time      `json:"at,omitzero" doc:"When it was recorded; absent when the entry can't be read."`
	Leaf   string    `json:"leaf_hash"`
	Level  string    `json:"level" enum:"committed|anchored|witnessed"`
	Signer string    `json:"signer,omitempty" doc:"Key whose word the entry is: of an attestation the module's, else the log's."`
	Prev   *int64    `json:"prev,omitempty" doc:"The entry before on the same subject."`
	Gone   *goneView `json:"payload_gone,omitempty" doc:"Why its payload is not there any more; the proof stays valid."`
}

type goneView struct {
	Why string `json:"why" enum:"erased|pruned"`
	By  uint64 `json:"by" doc:"The entry that says so."`
}

// logEntryDetail is an entry with its text and its proof.
type logEntryDetail struct {
	logEntry
	Entry   string           `json:"entry" doc:"The text that is hashed."`
	Receipt *receipt.Receipt `json:"receipt,omitempty"`
	Problem string           `json:"problem,omitempty" doc:"Why there is no receipt: the log is damaged."`
}

func (s *Server) listEntries(ctx context.Context, c *Call) (list[logEntry], error) {
	log, err := s.ownLog(c)
	if err != nil {
		return list[logEntry]{}, err
	}
	limit, err := c.Query.limit()
	if err != nil {
		return list[logEntry]{}, err
	}
	below := c.Query.number("below", 0)
	if below < 0 {
		return list[logEntry]{}, fault.New(fault.Invalid, "below must not be negative.").At("below")
	}
	found, next, err := s.deps.Evidence.Entries(ctx, c.Tenant(), c.Query.text("kind"), uint64(below), c.Query.text("cursor"), limit)
	if err != nil {
		return list[logEntry]{}, err
	}
	items := make([]logEntry, len(found))
	for i := range found {
		items[i] = logEntryOf(log, &found[i])
	}
	return listOf(items, next), nil
}

func (s *Server) getEntry(ctx context.Context, c *Call) (logEntryDetail, error) {
	log, err := s.ownLog(c)
	if err != nil {
		return logEntryDetail{}, err
	}
	index, err := indexIn(c)
	if err != nil {
		return logEntryDetail{}, err
	}
	e, err := s.deps.Evidence.Entry(ctx, c.Tenant(), index)
	if err != nil {
		return logEntryDetail{}, err
	}
	if err := s.auditRead(ctx, c, log+"-"+c.Path("index")); err != nil {
		return logEntryDetail{}, err
	}
	out := logEntryDetail{logEntry: logEntryOf(log, e), Entry: string(e.Entry)}
	if receipt.LeafHash(e.Entry) != e.LeafHash {
		out.Problem = "What is stored of this entry does not hash to what the log says: it was changed outside FrostGate, or is damaged."
		return out, nil
	}
	out.Receipt, err = s.deps.Evidence.Receipt(ctx, c.Tenant(), index, false)
	if evidence.IsDamage(err) {
		s.deps.Log.WarnContext(ctx, "an entry of a damaged log was asked for", "entry", out.ID, "error", err)
		out.Problem, err = damageText(err), nil // the entry is shown all the same: who looks for damage looks here
	}
	return out, err
}

// ownLog gives the log that the path names: only the caller's.
func (s *Server) ownLog(c *Call) (string, error) {
	t, err := s.deps.Tenants.Lookup(c.Tenant())
	if err == nil && c.Path("log") != t.LogID {
		err = errNoLog()
	}
	if err != nil {
		return "", err
	}
	return t.LogID, nil
}

func indexIn(c *Call) (uint64, error) {
	n, err := strconv.ParseUint(c.Path("index"), 10, 63)
	if err != nil || strconv.FormatUint(n, 10) != c.Path("index") {
		return 0, fault.New(fault.NotFound, "There is no such entry.")
	}
	return n, nil
}

func logEntryOf(log string, e *evidence.EntryInfo) logEntry {
	v := logEntry{Index: e.Index, ID: log + "-" + strconv.FormatUint(e.Index, 10), Kind: e.Kind, Leaf: e.LeafHash.String(), Level: string(e.Level)}
	if h := e.Header; h != nil {
		v.At, v.Signer = Time(h.Time), h.Key
		if h.Prev >= 0 {
			v.Prev = &h.Prev
		}
	}
	if e.Gone != nil {
		v.Gone = &goneView{e.Gone.Kind, e.Gone.By}
	}
	return v
}
