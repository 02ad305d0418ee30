package drift

import (
	"context"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// Event is one step of a finding.
type Event struct {
	Version  int64 // of the finding after it
	At       domain.Micros
	By       domain.PrincipalID // evidence.SystemPrincipal: the server
	Action   string             // found, an Action, or one of the observed steps
	State    State              // after it
	Reason   string
	Note     string
	Assignee domain.PrincipalID
	Approver string
	Until    domain.Micros
	Run      inventory.RunID // for what a run observed
	Artifact int64           // entry of the tenant's log that records it, -1: none yet
}

const (
	selectFinding = "SELECT " + storedColumns + `, from_value, to_value, ops FROM drift_finding
		WHERE tenant_id = $1 AND finding_id >= $2 AND finding_id < $3 ORDER BY finding_id LIMIT 2`
	// What a comparison did is recorded by its own entry.
	selectEvents = `SELECT e.version, e.at, e.principal_id, e.action, e.state, e.reason, e.note, e.assignee, e.approver, e.until, e.run_id,
			CASE WHEN e.artifact >= 0 THEN e.artifact ELSE coalesce((SELECT max(c.artifact) FROM drift_comparison c
				WHERE c.tenant_id = e.tenant_id AND c.baseline_id = $3 AND c.run_id = e.run_id), -1) END
		FROM drift_event e WHERE e.tenant_id = $1 AND e.finding_id = $2 ORDER BY e.version`
	selectFound = `SELECT coalesce(max(artifact), -1) FROM drift_comparison WHERE tenant_id = $1 AND baseline_id = $2 AND run_id = $3`
)

// Finding returns a finding with both values, its operations and its history,
// the oldest step first. A unique beginning of an ID stands for it.
func (s *Service) Finding(ctx context.Context, tenant domain.TenantID, id FindingID) (*Finding, []Event, error) {
	var f *stored
	var events []Event
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) (err error) {
		if f, err = findingIn(ctx, tx, tenant, id); err != nil {
			return err
		}
		events, err = eventsOf(ctx, tx, tenant, f)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	if err := s.fill(ctx, tenant, &f.Finding); err != nil {
		return nil, nil, err
	}
	return &f.Finding, events, nil
}

func findingIn(ctx context.Context, tx *db.Tx, tenant domain.TenantID, id FindingID) (*stored, error) {
	var all []*stored
	err := tx.ForEach(ctx, selectFinding, []any{tenant, string(id), string(id) + "g"}, func(row db.Scanner) error {
		var from, to, ops []byte
		f, err := scanStored(row, &from, &to, &ops)
		if err != nil {
			return err
		}
		f.From, f.To = present(from), present(to)
		f.Ops, err = readOps(ops, f.To)
		all = append(all, f)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case len(id) <= len(findingPrefix) || len(all) == 0:
		return nil, fault.New(fault.NotFound, "no finding %.100q", string(id))
	case len(all) > 1:
		return nil, fault.New(fault.Invalid, "several findings begin with %q", string(id))
	}
	return all[0], nil
}

func eventsOf(ctx context.Context, tx *db.Tx, tenant domain.TenantID, f *stored) (events []Event, err error) {
	err = tx.ForEach(ctx, selectEvents, []any{tenant, f.ID, f.Baseline}, func(row db.Scanner) error {
		var e Event
		err := row.Scan(&e.Version, &e.At, &e.By, &e.Action, &e.State, &e.Reason, &e.Note, &e.Assignee, &e.Approver, &e.Until, &e.Run, &e.Artifact)
		events = append(events, e)
		return err
	})
	if err != nil || len(events) > 0 && events[0].Action == stepFound {
		return events, err
	}
	// The first step of a new finding stands in the finding itself.
	first := Event{Version: 1, At: f.FirstSeen, By: evidence.SystemPrincipal, Action: stepFound, State: New, Run: f.FirstRun, Artifact: -1}
	if _, err := tx.Get(ctx, selectFound, []any{tenant, f.Baseline, f.FirstRun}, &first.Artifact); err != nil {
		return nil, err
	}
	return append([]Event{first}, events...), nil
}

// fill gives a finding of a whole object the object's content, which inventory
// keeps.
func (s *Service) fill(ctx context.Context, tenant domain.TenantID, f *Finding) error {
	if f.Path != "" {
		return nil
	}
	for _, v := range []struct {
		hash manifest.Hash
		to   *[]byte
	}{{f.FromHash, &f.From}, {f.ToHash, &f.To}} {
		if v.hash == (manifest.Hash{}) || len(*v.to) > 0 {
			continue
		}
		err := s.Inventory.Contents(ctx, tenant, []manifest.Hash{v.hash}, func(_ manifest.Hash, body []byte) error {
			*v.to = append([]byte{}, body...)
			return nil
		})
		// What a baseline expects may not be this tenant's; the hash says what it is.
		if err != nil && fault.CodeOf(err) != fault.Damaged && fault.CodeOf(err) != fault.NotFound {
			return err
		}
	}
	for i := range f.Ops {
		if f.Ops[i].Op != "remove" && len(f.Ops[i].Value) == 0 {
			f.Ops[i].Value = f.To
		}
	}
	return nil
}
