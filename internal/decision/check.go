package decision

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"

	"github.com/go-json-experiment/json"
)

// Mismatch is a column of a decision's row that is not what the decision's entry
// proves. The column payload stands for the sealed groups beside the row.
type Mismatch struct {
	Column         string
	Stored, Proven string
}

// String says it in one line. It names no personal value: the clear columns
// hold none.
func (m *Mismatch) String() string {
	return fmt.Sprintf("column %s is %.100q, proven is %.100q", m.Column, m.Stored, m.Proven)
}

// checkedColumns are the columns that are held against the entry, in the order
// in which a mismatch is named. Of windows nothing is said: its keys are of no
// meaning outside the window table.
func checkedColumns() []string {
	return []string{
		"leaf_hash", "entry", "prev_idx", "received_at", "level", "score", "anomaly", "gating", "action_taken", "policy_allow", "rules",
		"source", "event_type", "event_at", "persona", "ring", "mission_id", "key_id", "dedup", "changed",
	}
}

// CheckRow holds a decision row's clear columns against its entry and the groups
// that the entry commits to. What is not committed to itself is derived: the
// action from the outcome, the change from the previous decision's outcome.
// Where the payload was erased or pruned, only what the header proves is
// compared; a payload that is gone without that is a mismatch.
//
// It does not prove the entry: that is the tree's part.
func (s *Service) CheckRow(ctx context.Context, tx *db.Tx, tenant domain.TenantID, idx uint64) ([]Mismatch, error) {
	c, err := s.newRowChecker(ctx, tenant)
	if err != nil {
		return nil, err
	}
	return c.check(ctx, tx, idx)
}

// RowCheck is CheckRow for a walk over a whole log: the first mismatch as an
// error. A leaf that is no decision has nothing to compare.
func (s *Service) RowCheck(ctx context.Context, tx *db.Tx, tenant domain.TenantID, idx uint64, entry []byte) error {
	if h, err := receipt.ParseHeader(entry); err != nil || h.Artifact != Kind {
		return nil // an unreadable entry is found by the walk
	}
	found, err := s.CheckRow(ctx, tx, tenant, idx)
	if err != nil || len(found) == 0 {
		return err
	}
	return errors.New(found[0].String())
}

// rowChecker checks rows of one tenant; it remembers the last states it proved,
// so that a walk opens each payload once.
type rowChecker struct {
	s      *Service
	tenant domain.TenantID
	keys   *evidence.TenantKeys
	proven map[int64]*lastState
}

func (s *Service) newRowChecker(ctx context.Context, tenant domain.TenantID) (*rowChecker, error) {
	k, err := s.Keys.Keys(ctx, tenant)
	if err != nil {
		return nil, err
	}
	return &rowChecker{s: s, tenant: tenant, keys: k, proven: make(map[int64]*lastState)}, nil
}

func (c *rowChecker) check(ctx context.Context, tx *db.Tx, idx uint64) ([]Mismatch, error) {
	stored, err := c.read(ctx, tx, idx)
	if err != nil {
		return nil, err
	}
	if stored == nil {
		return nil, c.s.absent(ctx, c.tenant, idx)
	}
	entry := []byte(stored["entry"])
	hash := receipt.LeafHash(entry)
	proven := map[string]string{"leaf_hash": hash.String()}
	h, err := receipt.ParseHeader(entry)
	if err != nil || h.Index != idx || h.Artifact != Kind || h.Log != c.keys.LogID {
		return []Mismatch{{"entry", stored["entry"], fmt.Sprintf("the entry of decision %d in log %s", idx, c.keys.LogID)}}, nil
	}
	proven["prev_idx"], proven["received_at"] = strconv.FormatInt(h.Prev, 10), strconv.FormatInt(h.Time, 10)
	groups, payload, err := c.open(ctx, tx, idx, entry)
	if err == nil && groups != nil {
		payload, err = c.prove(ctx, tx, h, groups, proven)
	}
	if err != nil {
		return nil, err
	}
	return append(compareColumns(stored, proven), payload...), nil
}

func compareColumns(stored, proven map[string]string) (out []Mismatch) {
	for _, name := range checkedColumns() {
		if want, ok := proven[name]; ok && stored[name] != want {
			out = append(out, Mismatch{name, stored[name], want})
		}
	}
	return out
}

// read returns the row's columns as text, whatever type stands there: a database
// may hold anything once somebody has edited it.
func (c *rowChecker) read(ctx context.Context, tx *db.Tx, idx uint64) (stored map[string]string, err error) {
	names := checkedColumns()
	query := "SELECT " + strings.Join(names, ", ") + " FROM decision WHERE tenant_id = $1 AND idx = $2"
	err = tx.ForEach(ctx, query, []any{c.tenant, int64(idx)}, func(sc db.Scanner) error {
		values := make([]any, len(names))
		into := make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := sc.Scan(into...); err != nil {
			return err
		}
		stored = make(map[string]string, len(names))
		for i, name := range names {
			stored[name] = columnText(values[i])
		}
		return nil
	})
	return stored, err
}

func columnText(v any) string {
	if b, ok := v.([]byte); ok {
		return hex.EncodeToString(b)
	}
	return fmt.Sprint(v)
}

// open opens the groups. What can't be opened though it should be is a mismatch;
// no groups and no mismatch: erased or pruned.
func (c *rowChecker) open(ctx context.Context, tx *db.Tx, idx uint64, entry []byte) ([]evidence.Group, []Mismatch, error) {
	groups, err := c.s.Log.OpenIn(ctx, tx, c.tenant, idx, entry)
	switch code := fault.CodeOf(err); {
	case err == nil:
		return groups, nil, nil
	case code == fault.Erased || code == fault.Pruned:
		return nil, nil, nil
	case code == fault.NotFound || code == fault.Damaged:
		return nil, []Mismatch{{"payload", "missing or altered", "what the entry commits to, or erased or pruned by an entry of the log"}}, nil
	case code == fault.Internal && ctx.Err() == nil:
		return nil, []Mismatch{{"payload", "unreadable", "what the entry commits to"}}, nil
	}
	return nil, nil, err
}

// prove derives the columns from the opened groups.
func (c *rowChecker) prove(ctx context.Context, tx *db.Tx, h *receipt.Header, groups []evidence.Group, proven map[string]string) ([]Mismatch, error) {
	d, err := openGroups(groups)
	if err != nil {
		return []Mismatch{{"payload", "of an unknown form", "a decision"}}, nil //nolint:nilerr // it is the finding
	}
	ev, _, err := d.normalised()
	if err != nil {
		return nil, err
	}
	o := &d.outcome
	rules, err := json.Marshal(o.Rules)
	if err != nil {
		return nil, err
	}
	dedup := dedupKey(c.keys, ev)
	for name, v := range map[string]string{
		"level": string(o.Level), "score": strconv.Itoa(o.Score), "anomaly": strconv.FormatInt(int64(o.Anomaly), 10),
		"gating": string(o.Gating), "action_taken": actionTaken(o), "policy_allow": strconv.FormatInt(flag(o.Policy.Allow), 10),
		"rules": string(rules), "source": ev.Source, "event_type": ev.Type, "event_at": strconv.FormatInt(int64(ev.Time), 10),
		"persona": string(ev.Persona), "ring": string(ev.Ring), "mission_id": string(ev.Mission), "key_id": string(d.key),
		"dedup": hex.EncodeToString(dedup[:]),
	} {
		proven[name] = v
	}
	state := stateOf(o)
	state.Index = int64(h.Index)
	c.remember(&state)
	return nil, c.proveChanged(ctx, tx, h.Prev, &state, proven)
}

// proveChanged derives the diff. Without the previous outcome nothing is said.
func (c *rowChecker) proveChanged(ctx context.Context, tx *db.Tx, prev int64, state *lastState, proven map[string]string) error {
	if prev < 0 {
		proven["changed"] = "0"
		return nil
	}
	before, err := c.stateAt(ctx, tx, prev)
	if err != nil || before == nil {
		return err
	}
	proven["changed"] = strconv.FormatInt(flag(len(diff(before, state).Changes) > 0), 10)
	return nil
}

func (c *rowChecker) stateAt(ctx context.Context, tx *db.Tx, idx int64) (*lastState, error) {
	if st := c.proven[idx]; st != nil {
		return st, nil
	}
	rc, err := c.s.Log.LeafIn(ctx, tx, c.tenant, uint64(idx))
	if err != nil {
		return nil, nil //nolint:nilerr // the leaf's own check finds it
	}
	groups, _, err := c.open(ctx, tx, uint64(idx), []byte(rc.Entry))
	if err != nil || groups == nil {
		return nil, err
	}
	_, o, _, err := parseOutcome(groupValue(groups, "decision"))
	if err != nil {
		return nil, nil //nolint:nilerr // the previous decision's own check finds it
	}
	st := stateOf(&o)
	st.Index = idx
	c.remember(&st)
	return &st, nil
}

// maxProven bounds what a walk remembers; forgotten states are opened again.
const maxProven = 8192

func (c *rowChecker) remember(st *lastState) {
	if len(c.proven) >= maxProven {
		clear(c.proven)
	}
	c.proven[st.Index] = st
}
