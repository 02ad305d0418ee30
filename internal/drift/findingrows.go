package drift

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// storedColumns are the columns that the lifecycle works on; scanStored reads
// them.
const storedColumns = `finding_id, version, state, reason, severity, kind, baseline_id, source, type, object_id, name, path, words,
	from_hash, to_hash, origin, group_key, first_run, run_id, run_seq, before_run, first_seen, since, updated_at, until,
	decided, was, flap, unverified, assignee, decided_by, approver, note, reopens`

func scanStored(row db.Scanner, more ...any) (*stored, error) {
	f := &stored{}
	var from, to, origin string
	var decided, unverified int64
	err := row.Scan(append([]any{
		&f.ID, &f.Version, &f.State, &f.Reason, &f.Severity, &f.Kind, &f.Baseline, &f.Source, &f.Type, &f.Change.ID, &f.Name, &f.Path, &f.Text,
		&from, &to, &origin, &f.Group, &f.FirstRun, &f.Run, &f.runSeq, &f.Before, &f.FirstSeen, &f.Since, &f.UpdatedAt, &f.Until,
		&decided, &f.was, &f.Flap, &unverified, &f.Assignee, &f.By, &f.Approver, &f.Note, &f.Reopens,
	}, more...)...)
	if err != nil {
		return nil, err
	}
	f.loaded, f.decided, f.Unverified = f.Version, decided != 0, unverified != 0
	for _, h := range []struct {
		to   *manifest.Hash
		text string
	}{{&f.FromHash, from}, {&f.ToHash, to}, {&f.origin, origin}} {
		if h.text == "" {
			continue
		}
		if *h.to, err = manifest.ParseHash(h.text); err != nil {
			return nil, fmt.Errorf("finding %s: %w", f.ID, err)
		}
	}
	return f, nil
}

// hashText is how a hash is stored: nothing for what is absent.
func hashText(h manifest.Hash) string {
	if h == (manifest.Hash{}) {
		return ""
	}
	return hex.EncodeToString(h[:])
}

// idList gives the placeholders of n values from the first number on.
func idList(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(first+i))
	}
	return b.String()
}

// findSize is how many values one look-up asks for; one size keeps one prepared
// statement.
const findSize = 64

func findingsWhere(column string) string {
	return "SELECT " + storedColumns + " FROM drift_finding WHERE tenant_id = $1 AND " + column + " IN (" + idList(2, findSize) + ")"
}

// findingsOf reads all findings of objects, by their IDs; another type's objects
// with the same ID come too.
func findingsOf(ctx context.Context, tx *db.Tx, tenant domain.TenantID, objects []string, each func(*stored) error) error {
	return findStored(ctx, tx, findingsWhere("object_id"), tenant, objects, each)
}

// findingsByID reads findings; those that are not there don't come.
func findingsByID(ctx context.Context, tx *db.Tx, tenant domain.TenantID, ids []FindingID) (out []*stored, err error) {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = string(id)
	}
	err = findStored(ctx, tx, findingsWhere("finding_id"), tenant, texts, func(f *stored) error {
		out = append(out, f)
		return nil
	})
	return out, err
}

func findStored(ctx context.Context, tx *db.Tx, query string, tenant domain.TenantID, values []string, each func(*stored) error) error {
	args := make([]any, 1+findSize)
	args[0] = tenant
	for len(values) > 0 {
		n := min(len(values), findSize)
		for i := range findSize { // what is missing to a full statement is asked for twice
			args[1+i] = values[min(i, n-1)]
		}
		values = values[n:]
		err := tx.ForEach(ctx, query, args, func(row db.Scanner) error {
			f, err := scanStored(row)
			if err != nil {
				return err
			}
			return each(f)
		})
		if err != nil {
			return fmt.Errorf("read findings: %w", err)
		}
	}
	return nil
}
