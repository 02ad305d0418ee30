package decision

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/sigma/correlate"

	"github.com/go-json-experiment/json"
)

// Kind is the artifact type of a decision's leaf.
const Kind = "decision"

// Recorded is a decision as the features beside it see it.
type Recorded struct {
	Tenant  domain.TenantID
	LogID   string
	Index   uint64
	Time    domain.Micros // received_at
	Event   *domain.Event
	Outcome *domain.Outcome

	// EnforcementIDs has one entry per mitigation, empty where nothing is
	// enforced; Approval is set when a human must decide. Sink.Describe fills
	// them.
	EnforcementIDs []string
	Approval       *Approval
}

// Approval is the request for a human's decision on the mitigations.
type Approval struct {
	ID        string
	ExpiresAt domain.Micros
}

// Sink writes another feature's rows beside a decision, in its transaction.
type Sink interface {
	// Describe fills in what the sink adds to the decision's answer. It is pure.
	Describe(r *Recorded)
	// Add, Write and Reset are as in evidence.RowWriter.
	Add(r *Recorded) error
	Write(ctx context.Context, tx *db.Tx) error
	Reset(committed bool)
}

// record is the payload of a decision's unit on its way through the sequencer.
type record struct {
	Recorded
	dedup evidence.MAC
	key   domain.KeyID
	state lastState
	diff  Diff
	idem  *idempotency

	windows  []detect.Move
	evicted  correlate.Eviction // of window states, to be followed by the store
	observed []byte             // what the anomaly model learns, encoded
}

// idempotency binds an Idempotency-Key to its request.
type idempotency struct{ key, request evidence.MAC }

// columns of the decision table, in the order of rowWriter.Add.
var decisionColumns = []db.Column{
	{Name: "tenant_id", Type: db.Text},
	{Name: "idx", Type: db.Int},
	{Name: "dedup", Type: db.Blob},
	{Name: "leaf_hash", Type: db.Blob},
	{Name: "entry", Type: db.Text},
	{Name: "received_at", Type: db.Int},
	{Name: "event_at", Type: db.Int},
	{Name: "source", Type: db.Text},
	{Name: "event_type", Type: db.Text},
	{Name: "level", Type: db.Text},
	{Name: "score", Type: db.Int},
	{Name: "anomaly", Type: db.Int},
	{Name: "gating", Type: db.Text},
	{Name: "action_taken", Type: db.Text},
	{Name: "policy_allow", Type: db.Int},
	{Name: "changed", Type: db.Int},
	{Name: "rules", Type: db.Text},
	{Name: "persona", Type: db.Text},
	{Name: "ring", Type: db.Text},
	{Name: "mission_id", Type: db.Text},
	{Name: "prev_idx", Type: db.Int},
	{Name: "key_id", Type: db.Text},
	{Name: "windows", Type: db.Blob},
}

const (
	upsertLast = `INSERT INTO decision_last (tenant_id, ring, source, event_type, idx, state) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (tenant_id, ring, source, event_type) DO UPDATE SET idx = excluded.idx, state = excluded.state`
	selectLast        = `SELECT idx, state FROM decision_last WHERE tenant_id = $1 AND ring = $2 AND source = $3 AND event_type = $4`
	insertIdempotency = `INSERT INTO idempotency (tenant_id, key_mac, request_mac, status, response, created_at) VALUES ($1, $2, $3, 0, $4, $5)`
)

// lastKey is what a decision diff goes by.
type lastKey struct {
	tenant            domain.TenantID
	ring              domain.Ring // rings share nothing, not even a diff
	source, eventType string
}

// clone is the key without the memory that its texts are parts of.
func (k lastKey) clone() lastKey {
	return lastKey{domain.TenantID(strings.Clone(string(k.tenant))), k.ring, strings.Clone(k.source), strings.Clone(k.eventType)}
}

// maxLast bounds the remembered last states; forgotten ones are read again.
const maxLast = 50_000

// rowWriter writes decision rows and what stands beside them. The sequencer's
// goroutine owns it.
type rowWriter struct {
	db    *db.DB
	sinks []Sink
	rows  *db.Bulk
	last  map[lastKey]*lastState
	// Of the batch under way.
	touched map[lastKey]*lastState
	idems   []idemRow
	windows *windowRows
	learned *anomalyRows
}

type idemRow struct {
	tenant domain.TenantID
	idempotency
}

func newRowWriter(d *db.DB, sinks []Sink) *rowWriter {
	return &rowWriter{
		db: d, sinks: sinks, rows: db.NewBulk("decision", decisionColumns...),
		last: make(map[lastKey]*lastState), touched: make(map[lastKey]*lastState),
		windows: newWindowRows(d), learned: newAnomalyRows(),
	}
}

// place fixes what depends on log order: the previous decision and the diff.
func (w *rowWriter) place(u *evidence.Unit, r *record, index uint64) error {
	k := lastKey{u.Tenant, r.Event.Ring, r.Event.Source, r.Event.Type}
	prev, err := w.previous(k)
	if err != nil {
		return err
	}
	r.Index, r.state.Index = index, int64(index)
	r.diff = diff(prev, &r.state)
	u.Prev = r.diff.PreviousIndex
	w.touched[k] = &r.state
	return nil
}

func (w *rowWriter) previous(k lastKey) (*lastState, error) {
	if s, ok := w.touched[k]; ok {
		return s, nil
	}
	if s, ok := w.last[k]; ok {
		return s, nil
	}
	var found bool
	var idx int64
	var text string
	ctx := context.Background() // of the batch, not of one request
	err := w.db.InReadTx(ctx, k.tenant, func(tx *db.Tx) error {
		var err error
		found, err = tx.Get(ctx, selectLast, []any{k.tenant, k.ring, k.source, k.eventType}, &idx, &text)
		return err
	})
	if err != nil || !found {
		return nil, err
	}
	return decodeState(idx, text)
}

// Add takes a decision's rows.
func (w *rowWriter) Add(u *evidence.Unit, c evidence.Committed) error {
	r := u.Item.(*record)
	r.LogID = c.Log()
	b, o, ev := w.rows, r.Outcome, r.Event
	rules, err := json.Marshal(o.Rules)
	if err != nil {
		return fmt.Errorf("rules: %w", err)
	}
	b.Text(0, string(u.Tenant))
	b.Int(1, int64(c.Index))
	b.Blob(2, r.dedup[:])
	b.Blob(3, c.LeafHash[:])
	b.Text(4, string(c.Entry))
	b.Int(5, int64(ev.ReceivedAt))
	b.Int(6, int64(ev.Time))
	b.Text(7, ev.Source)
	b.Text(8, ev.Type)
	b.Text(9, string(o.Level))
	b.Int(10, int64(o.Score))
	b.Int(11, int64(o.Anomaly))
	b.Text(12, string(o.Gating))
	b.Text(13, r.state.Action)
	b.Int(14, flag(o.Policy.Allow))
	b.Int(15, flag(len(r.diff.Changes) > 0))
	b.Text(16, string(rules))
	b.Text(17, string(ev.Persona))
	b.Text(18, string(ev.Ring))
	b.Text(19, string(ev.Mission))
	b.Int(20, u.Prev)
	b.Text(21, string(r.key))
	b.Blob(22, encodeWindows(r.windows))
	if r.idem != nil {
		w.idems = append(w.idems, idemRow{u.Tenant, *r.idem})
	}
	if err := w.windows.add(r); err != nil {
		return err
	}
	w.learned.add(r)
	for _, s := range w.sinks {
		if err := s.Add(&r.Recorded); err != nil {
			return err
		}
	}
	return nil
}

// Write writes the batch's rows.
func (w *rowWriter) Write(ctx context.Context, tx *db.Tx) error {
	if err := tx.Insert(ctx, w.rows); err != nil {
		return fmt.Errorf("insert decisions: %w", err)
	}
	for k, s := range w.touched { // order does not show: one row per key
		text, err := s.encode()
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, upsertLast, k.tenant, k.ring, k.source, k.eventType, s.Index, text); err != nil {
			return fmt.Errorf("remember last decision: %w", err)
		}
	}
	if err := w.windows.write(ctx, tx); err != nil {
		return err
	}
	if err := w.learned.write(ctx, tx); err != nil {
		return err
	}
	for _, i := range w.idems {
		if _, err := tx.Exec(ctx, insertIdempotency, i.tenant, i.key[:], i.request[:], []byte{}, tx.Now); err != nil {
			return fmt.Errorf("insert idempotency key: %w", err)
		}
	}
	for _, s := range w.sinks {
		if err := s.Write(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// Reset ends the batch.
func (w *rowWriter) Reset(committed bool) {
	if committed {
		if len(w.last)+len(w.touched) > maxLast {
			clear(w.last)
		}
		for k, s := range w.touched {
			// A copy: the original is part of the whole record, which would stay.
			kept := *s
			kept.Rules = slices.Clone(s.Rules)
			w.last[k.clone()] = &kept
		}
	}
	clear(w.touched)
	w.windows.reset(committed)
	w.learned.reset(committed)
	w.idems = w.idems[:0]
	w.rows.Reset()
	for _, s := range w.sinks {
		s.Reset(committed)
	}
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
