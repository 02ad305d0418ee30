package inventory

import (
	"context"
	"encoding/base32"
	"encoding/binary"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"

	"github.com/go-json-experiment/json"
)

// States of run rows that are no runs: imports of snapshots, which bring
// contents as a run does.
const (
	importing    RunState = "importing"
	imported     RunState = "imported"
	importFailed RunState = "import_failed"
)

const (
	runColumns = `run_id, seq, source, scope, state, started_at, closed_at, principal_id, error, root, idx,
		objects, quarantined, duplicates, added, changed, missing, unseen, projected, compared`
	selectRuns = `SELECT ` + runColumns + ` FROM inventory_run WHERE tenant_id = $1`
	onlyRuns   = ` AND state IN ('open', 'closed', 'aborted')`
	nextSeq    = `SELECT coalesce(max(seq), 0) + 1 FROM inventory_run WHERE tenant_id = $1`
	selectOpen = `SELECT run_id, started_at FROM inventory_run WHERE tenant_id = $1 AND source = $2 AND state = 'open'`
	insertRun  = `INSERT INTO inventory_run (tenant_id, run_id, seq, source, scope, selected, filters, state, started_at,
		closed_at, principal_id, error, root, idx, objects, quarantined, duplicates, added, changed, missing, unseen, projected, compared, garbage)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, '', '', -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)`
	abortRun = `UPDATE inventory_run SET state = $3, closed_at = $4, error = $5, garbage = 1
		WHERE tenant_id = $1 AND run_id = $2 AND state IN ('open', 'importing')`
	closeRun = `UPDATE inventory_run SET state = $3, closed_at = $4, root = $5, idx = $6, objects = $7, quarantined = $8, duplicates = $9
		WHERE tenant_id = $1 AND run_id = $2 AND state IN ('open', 'importing')`
	projectRun = `UPDATE inventory_run SET projected = 1, added = $3, changed = $4, missing = $5, unseen = $6
		WHERE tenant_id = $1 AND run_id = $2 AND projected = 0`
	compareRun = `UPDATE inventory_run SET compared = 1 WHERE tenant_id = $1 AND run_id = $2`

	// Runs that a stop of the process left open, or whose derived rows are not
	// made, or that left contents behind.
	selectUnfinished = `SELECT DISTINCT tenant_id FROM inventory_run
		WHERE state IN ('open', 'importing') OR (state = 'closed' AND compared = 0) OR garbage = 1`
	selectLeft    = `SELECT run_id, state FROM inventory_run WHERE tenant_id = $1 AND state IN ('open', 'importing')`
	selectWaiting = `SELECT DISTINCT source FROM inventory_run WHERE tenant_id = $1 AND state = 'closed' AND compared = 0`

	selectSnapshot = `SELECT root FROM inventory_snapshot WHERE tenant_id = $1 AND root = $2`
	insertSnapshot = `INSERT INTO inventory_snapshot (tenant_id, root, source, objects, run_id, created_at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, root) DO NOTHING`
	selectPart = `SELECT body FROM inventory_part WHERE tenant_id = $1 AND hash = $2`
)

func (r *Run) scan(row db.Scanner) error {
	var source string
	var projected, compared int64
	err := row.Scan(&r.ID, &r.Seq, &source, &r.Scope, &r.State, &r.StartedAt, &r.ClosedAt, &r.By, &r.Error, &r.Root, &r.Artifact,
		&r.Objects, &r.Quarantined, &r.Duplicates, &r.New, &r.Changed, &r.Missing, &r.Unknown, &projected, &compared)
	r.Source.Kind, r.Source.Name, _ = strings.Cut(source, "/")
	r.Projected, r.Compared = projected != 0, compared != 0
	return err
}

// runIn reads one run; nil: there is none.
func runIn(ctx context.Context, tx *db.Tx, where string, args ...any) (*Run, error) {
	var r *Run
	err := tx.ForEach(ctx, selectRuns+where, args, func(row db.Scanner) error {
		r = &Run{}
		return r.scan(row)
	})
	return r, err
}

// lastClosed is the source's last recorded run; nil: there is none.
func (s *Service) lastClosed(ctx context.Context, tenant domain.TenantID, source Source) (*Run, error) {
	var r *Run
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) (err error) {
		r, err = runIn(ctx, tx, ` AND source = $2 AND state = 'closed' ORDER BY seq DESC LIMIT 1`, tenant, source.String())
		return err
	})
	return r, err
}

// readMany is a read-only transaction for statements that may touch many rows.
func (s *Service) readMany(ctx context.Context, tenant domain.TenantID, fn func(*db.Tx) error) error {
	return s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		if err := tx.FreshPlans(ctx); err != nil {
			return err
		}
		return fn(tx)
	})
}

// newRunID makes an ID that sorts by time.
func newRunID(now domain.Micros, clk clock.Clock) RunID {
	var b [16]byte
	clk.Random(b[8:])
	binary.BigEndian.PutUint64(b[:8], uint64(now))
	return RunID("run_" + base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding).EncodeToString(b[:]))
}

// partsStore gives a tenant's parts by hash. What it gives has the hash: a part
// that was tampered with is an error, never a difference.
type partsStore struct {
	svc    *Service
	tenant domain.TenantID
}

// partsPage is how many parts one transaction reads: while readers wait for the
// caller, they hold no connection.
const partsPage = 32

var selectParts = unionOf(partsPage, `SELECT hash, body FROM inventory_part WHERE tenant_id = $1 AND hash = `, 2, "")

// unionOf looks n rows up by their whole keys, each in a branch of its own: with
// IN, PostgreSQL reads everything as long as nobody has counted its rows.
func unionOf(n int, query string, first int, rest string) string {
	branches := make([]string, n)
	for i := range branches {
		branches[i] = query + "$" + strconv.Itoa(first+i) + rest
	}
	return strings.Join(branches, " UNION ALL ")
}

// Chunks gives chunks.
func (p partsStore) Chunks(ctx context.Context, hashes []manifest.Hash, each func(manifest.Hash, []byte) error) error {
	return p.get(ctx, hashes, each)
}

// Contents gives objects.
func (p partsStore) Contents(ctx context.Context, hashes []manifest.Hash, each func(manifest.Hash, []byte) error) error {
	return p.get(ctx, hashes, each)
}

func (p partsStore) get(ctx context.Context, hashes []manifest.Hash, each func(manifest.Hash, []byte) error) error {
	args := make([]any, 1+partsPage)
	args[0] = p.tenant
	for len(hashes) > 0 {
		page := hashes[:min(len(hashes), partsPage)]
		hashes = hashes[len(page):]
		for i := range partsPage {
			args[1+i] = []byte{} // what is left over finds nothing
			if i < len(page) {
				args[1+i] = page[i][:]
			}
		}
		found := make(map[manifest.Hash][]byte, len(page))
		err := p.svc.DB.InReadTx(ctx, p.tenant, func(tx *db.Tx) error {
			return tx.ForEach(ctx, selectParts, args, func(row db.Scanner) error {
				var name, body []byte
				if err := row.Scan(&name, &body); err != nil {
					return err
				}
				h, plain, err := openPart(name, body)
				found[h] = plain
				return err
			})
		})
		if err != nil {
			return err
		}
		for i := range page {
			body, ok := found[page[i]]
			if !ok {
				return fault.New(fault.Damaged, "inventory lacks the part %x of a snapshot", page[i])
			}
			if err := each(page[i], body); err != nil {
				return err
			}
		}
	}
	return nil
}

// openPart checks a stored part.
func openPart(name, body []byte) (h manifest.Hash, plain []byte, err error) {
	if len(name) != len(h) || len(body) == 0 || body[0] != bodyPlain {
		return h, nil, fault.New(fault.Damaged, "inventory has a part that is none: %x", name)
	}
	copy(h[:], name)
	if plain = body[1:]; manifest.HashOf(plain) != h {
		return h, nil, fault.New(fault.Damaged, "inventory was changed: the part %x has other bytes", h)
	}
	return h, plain, nil
}

// text is the JSON of one of our own small schemas.
func text(v any) (string, error) {
	b, err := json.Marshal(v, json.Deterministic(true))
	return string(b), err
}
