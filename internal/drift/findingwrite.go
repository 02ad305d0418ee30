package drift

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// movingColumns change in a finding's life; moving gives their values.
func movingColumns() []db.Column {
	return []db.Column{
		{Name: "version", Type: db.Int},
		{Name: "pos", Type: db.Int},
		{Name: "state"},
		{Name: "reason"},
		{Name: "severity"},
		{Name: "origin"},
		{Name: "run_id"},
		{Name: "run_seq", Type: db.Int},
		{Name: "before_run"},
		{Name: "since", Type: db.Int},
		{Name: "updated_at", Type: db.Int},
		{Name: "until", Type: db.Int},
		{Name: "decided", Type: db.Int},
		{Name: "was"},
		{Name: "flap", Type: db.Int},
		{Name: "unverified", Type: db.Int},
		{Name: "assignee"},
		{Name: "decided_by"},
		{Name: "approver"},
		{Name: "note"},
		{Name: "reopens"},
	}
}

func (f *stored) moving() []any {
	return []any{
		f.Version, position(f.State, f.Severity, f.Since), string(f.State), f.Reason, string(f.Severity),
		hashText(f.origin), string(f.Run), f.runSeq, string(f.Before),
		int64(f.Since), int64(f.UpdatedAt), int64(f.Until),
		flag(f.decided), string(f.was), int64(f.Flap), flag(f.Unverified),
		string(f.Assignee), string(f.By), f.Approver, f.Note, string(f.Reopens),
	}
}

// fixedColumns never change; fixed gives their values.
func fixedColumns() []db.Column {
	return []db.Column{
		{Name: "kind"},
		{Name: "baseline_id"},
		{Name: "source"},
		{Name: "type"},
		{Name: "object_id"},
		{Name: "name"},
		{Name: "path"},
		{Name: "words"},
		{Name: "search"},
		{Name: "from_hash"},
		{Name: "to_hash"},
		{Name: "group_key"},
		{Name: "first_run"},
		{Name: "first_seen", Type: db.Int},
	}
}

func (f *stored) fixed() []any {
	return []any{
		string(f.Kind), string(f.Baseline), f.Source, clean(f.Type), clean(f.Change.ID), clean(f.Name), clean(f.Path), clean(f.Text), f.search(),
		hashText(f.FromHash), hashText(f.ToHash), f.Group, string(f.FirstRun), int64(f.FirstSeen),
	}
}

// searchBytes bounds what is searched: an entry of an index must not be longer.
const searchBytes = 2000

// search is what a text filter looks in.
func (f *stored) search() string {
	text := strings.ToLower(clean(f.Name + "\n" + f.Change.ID + "\n" + f.Path))
	if len(text) > searchBytes {
		text = strings.ToValidUTF8(text[:searchBytes], "")
	}
	return text
}

// clean makes a text that both databases take: a member's name may hold what a
// text column must not.
func clean(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", "\uFFFD"), "\uFFFD")
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// updateSteps are the rows per statement, greatest first.
var updateSteps = [...]int{32, 8, 1}

// runShift is where the run's number begins in a finding's ord.
const runShift = 32

// writer writes findings and their history. One goroutine uses it.
type writer struct {
	inserts *db.Bulk
	events  *db.Bulk
	updates map[int]string
	written int64 // findings so far
	args    []any
}

func newWriter() *writer {
	cols := append([]db.Column{{Name: "tenant_id"}, {Name: "finding_id"}}, movingColumns()...)
	cols = append(cols, fixedColumns()...)
	cols = append(cols, db.Column{Name: "ord", Type: db.Int}, db.Column{Name: "from_value", Type: db.Blob}, db.Column{Name: "to_value", Type: db.Blob}, db.Column{Name: "ops", Type: db.Blob})
	w := &writer{
		inserts: db.NewBulk("drift_finding", cols...),
		events: db.NewBulk("drift_event",
			db.Column{Name: "tenant_id"}, db.Column{Name: "finding_id"}, db.Column{Name: "version", Type: db.Int}, db.Column{Name: "at", Type: db.Int},
			db.Column{Name: "action"}, db.Column{Name: "state"}, db.Column{Name: "reason"}, db.Column{Name: "run_id"}, db.Column{Name: "principal_id"},
			db.Column{Name: "approver"}, db.Column{Name: "assignee"}, db.Column{Name: "note"}, db.Column{Name: "until", Type: db.Int}, db.Column{Name: "artifact", Type: db.Int}),
		updates: map[int]string{},
	}
	for _, n := range updateSteps {
		w.updates[n] = updateText(n)
	}
	return w
}

// updateText is one statement that moves n findings, each from the version that
// it was read in.
func updateText(n int) string {
	cols := movingColumns()
	var b strings.Builder
	b.WriteString("UPDATE drift_finding SET ")
	for i, c := range cols {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(c.Name + " = v.column" + strconv.Itoa(i+3))
	}
	b.WriteString(" FROM (VALUES ")
	arg := 2
	cast := func(t db.ColumnType) {
		b.WriteString("CAST($" + strconv.Itoa(arg) + " AS " + [...]string{"TEXT", "BIGINT"}[t] + ")")
		arg++
	}
	for row := range n {
		b.WriteString([...]string{"(", ", ("}[min(row, 1)])
		cast(db.Text)
		b.WriteString(", ")
		cast(db.Int)
		for _, c := range cols {
			b.WriteString(", ")
			cast(c.Type)
		}
		b.WriteString(")")
	}
	b.WriteString(") AS v WHERE drift_finding.tenant_id = $1 AND drift_finding.finding_id = v.column1 AND drift_finding.version = v.column2")
	return b.String()
}

// write writes findings and history. moved is false where a finding is no longer
// in the version that it was read in: then nothing of it may be kept.
func (w *writer) write(ctx context.Context, tx *db.Tx, tenant domain.TenantID, rows []*stored, events []stepRow) (moved bool, err error) {
	w.inserts.Reset()
	w.events.Reset()
	var updates []*stored
	for _, f := range rows {
		if f.loaded != 0 {
			updates = append(updates, f)
			continue
		}
		if err := w.insert(tenant, f); err != nil {
			return false, err
		}
	}
	for i := range events {
		w.event(tenant, &events[i])
	}
	for len(updates) > 0 {
		for _, n := range updateSteps {
			if len(updates) < n {
				continue
			}
			done, err := tx.Exec(ctx, w.updates[n], w.updateArgs(tenant, updates[:n])...)
			if err != nil {
				return false, fmt.Errorf("move findings: %w", err)
			}
			if done != int64(n) {
				return false, nil
			}
			updates = updates[n:]
			break
		}
	}
	if err := tx.Insert(ctx, w.inserts); err != nil {
		return false, fmt.Errorf("store findings: %w", err)
	}
	if err := tx.Insert(ctx, w.events); err != nil {
		return false, fmt.Errorf("store the history of findings: %w", err)
	}
	return true, nil
}

func (w *writer) updateArgs(tenant domain.TenantID, rows []*stored) []any {
	w.args = append(w.args[:0], tenant)
	for _, f := range rows {
		w.args = append(w.args, string(f.ID), f.loaded)
		w.args = append(w.args, f.moving()...)
	}
	return w.args
}

func (w *writer) insert(tenant domain.TenantID, f *stored) error {
	from, to, ops, err := f.values()
	if err != nil {
		return err
	}
	w.inserts.Text(0, string(tenant))
	w.inserts.Text(1, string(f.ID))
	at := 2
	for _, v := range append(f.moving(), f.fixed()...) {
		put(w.inserts, at, v)
		at++
	}
	w.written++
	w.inserts.Int(at, f.runSeq<<runShift|w.written)
	w.inserts.Blob(at+1, from)
	w.inserts.Blob(at+2, to)
	w.inserts.Blob(at+3, ops)
	return nil
}

func (w *writer) event(tenant domain.TenantID, e *stepRow) {
	for i, v := range []any{
		string(tenant), string(e.id), e.Version, int64(e.At), e.Action, string(e.State), e.Reason, string(e.Run), string(e.By),
		e.Approver, string(e.Assignee), e.Note, int64(e.Until), e.Artifact,
	} {
		put(w.events, i, v)
	}
}

func put(b *db.Bulk, column int, v any) {
	switch v := v.(type) {
	case string:
		b.Text(column, v)
	case int64:
		b.Int(column, v)
	}
}
