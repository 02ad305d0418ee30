package drift

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory"
)

// Filter narrows a list of findings; empty fields don't.
type Filter struct {
	// States are the states wanted; none: those that wait (new and reopened),
	// unless AnyState.
	States     []State
	AnyState   bool
	Severities []diff.Severity
	Kinds      []diff.Kind
	Types      []string
	Source     string // kind/name
	Baseline   BaselineID
	// Run is the run that found it or last changed its state.
	Run      inventory.RunID
	ObjectID string
	Group    string // hex, see Finding.Group
	Assignee domain.PrincipalID
	// Text is part of a name, an object's ID or a path, in any case.
	Text string
	// IDPrefix is the beginning of a finding's ID, with or without "fnd_".
	IDPrefix string
	// Whole lists values in full; a page may then have fewer findings.
	Whole bool
}

// Row is a finding in a list: with the tenant it belongs to, without operations,
// and without values of more than 512 bytes, unless whole ones were asked for.
type Row struct {
	Tenant domain.TenantID
	Finding
}

// listValue is how long a value may be to be shown in a list.
const listValue = "512"

const (
	selectRows = "SELECT " + storedColumns + `, pos, ord,
	CASE WHEN length(from_value) <= ` + listValue + ` THEN from_value END, CASE WHEN length(to_value) <= ` + listValue + ` THEN to_value END
	FROM drift_finding WHERE tenant_id = $1 AND `
	selectWhole = "SELECT " + storedColumns + ", pos, ord, from_value, to_value FROM drift_finding WHERE tenant_id = $1 AND "
)

// span is a range of positions: from (after) first up to but not with end.
type span struct{ first, end int64 }

// spans are the positions of what the filter wants, in order.
func (f *Filter) spans() (out []span, err error) {
	want := f.States
	if len(want) == 0 {
		want = []State{Reopened, New}
		if f.AnyState {
			want = states()
		}
	}
	for _, s := range want {
		if !slices.Contains(states(), s) {
			return nil, fault.New(fault.Invalid, "unknown state %.40q", string(s)).At("state")
		}
	}
	for _, s := range f.Severities {
		if !slices.Contains(severities(), s) {
			return nil, fault.New(fault.Invalid, "unknown severity %.40q", string(s)).At("severity")
		}
	}
	for rank := range int64(len(states()) * ranksEach) {
		state, severity := ofRank(rank)
		if !slices.Contains(want, state) || len(f.Severities) > 0 && !slices.Contains(f.Severities, severity) {
			continue
		}
		if n := len(out); n > 0 && out[n-1].end == rank<<rankShift {
			out[n-1].end = (rank + 1) << rankShift
		} else {
			out = append(out, span{rank << rankShift, (rank + 1) << rankShift})
		}
	}
	return out, nil
}

// where are the filter's other conditions, whose arguments have the numbers from
// 6 on. What an index serves is compared as it is.
func (f *Filter) where() (text string, args []any) {
	var b strings.Builder
	mark := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(5+len(args))
	}
	one := func(column, v string) {
		if v != "" {
			b.WriteString(" AND " + column + " = " + mark(v))
		}
	}
	oneOf := func(column string, values []string) {
		if len(values) == 0 {
			return
		}
		marks := make([]string, len(values))
		for i, v := range values {
			marks[i] = mark(v)
		}
		b.WriteString(" AND " + column + " IN (" + strings.Join(marks, ", ") + ")")
	}
	// With a text, the list's index is best: it has what is searched. A part of an
	// expression is in no index.
	first := func(column string) string {
		if f.Text != "" || len(f.Types) > 1 {
			return column + " || ''"
		}
		return column
	}
	oneOf(first("type"), f.Types)
	kinds := make([]string, len(f.Kinds))
	for i, k := range f.Kinds {
		kinds[i] = string(k)
	}
	oneOf("kind", kinds)
	one(first("source"), f.Source)
	one("baseline_id", string(f.Baseline))
	one("run_id", string(f.Run))
	one("object_id", f.ObjectID)
	one("group_key", f.Group)
	if f.Assignee != "" {
		b.WriteString(" AND assignee <> ''") // what its index is for
		one("assignee", string(f.Assignee))
	}
	if f.IDPrefix != "" {
		prefix := findingPrefix + strings.TrimPrefix(f.IDPrefix, findingPrefix)
		b.WriteString(" AND finding_id >= " + mark(prefix) + " AND finding_id < " + mark(prefix+"g"))
	}
	if f.Text != "" {
		b.WriteString(" AND search LIKE " + mark(db.LikeText(f.Text)) + " ESCAPE '!'")
	}
	return b.String(), args
}

// placed is a row with what its place in the list is.
type placed struct {
	Row
	pos, ord int64
}

const findingList = "drift findings"

// Findings lists findings of one or several tenants, what waits first, then by
// severity, then the newest, and gives the cursor of the next page (empty at the
// end).
func (s *Service) Findings(ctx context.Context, tenants []domain.TenantID, f Filter, cursor string, limit int) (rows []Row, next string, err error) {
	from, after := behind{pos: -1}, ""
	if err := db.DecodeCursor(findingList, cursor, &from.pos, &after, &from.ord, &from.id); err != nil {
		return nil, "", err
	}
	spans, err := f.spans()
	if err != nil {
		return nil, "", err
	}
	size := db.PageSize(limit)
	var found []placed
	for _, tenant := range tenants {
		begin := from
		if string(tenant) != after {
			begin = behind{pos: from.pos}
			if from.pos >= 0 && string(tenant) < after { // all of its rows at this place were given
				begin.pos++
			}
		}
		some, err := s.page(ctx, tenant, &f, spans, begin, size+1)
		if err != nil {
			return nil, "", err
		}
		found = append(found, some...)
	}
	slices.SortFunc(found, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.pos, b.pos), cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.ord, b.ord), cmp.Compare(a.ID, b.ID))
	})
	keep := min(len(found), size)
	if f.Whole {
		if keep, err = s.fillPage(ctx, found[:keep]); err != nil {
			return nil, "", err
		}
	}
	if len(found) > keep {
		found = found[:keep]
		last := &found[keep-1]
		next = db.EncodeCursor(findingList, last.pos, string(last.Tenant), last.ord, string(last.ID))
	}
	rows = make([]Row, len(found))
	for i := range found {
		rows[i] = found[i].Row
	}
	return rows, next, nil
}

// behind is a place in a tenant's list: rows come after it.
type behind struct {
	pos, ord int64
	id       string
}

// page reads a tenant's rows behind a place, up to limit.
func (s *Service) page(ctx context.Context, tenant domain.TenantID, f *Filter, spans []span, from behind, limit int) (out []placed, err error) {
	where, more := f.where()
	place, order := f.place()
	columns := selectRows
	if f.Whole {
		columns = selectWhole
	}
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		for _, sp := range spans {
			if from.pos >= sp.end || len(out) >= limit {
				continue
			}
			begin := behind{pos: sp.first}
			if from.pos >= sp.first {
				begin = from
			}
			args := append([]any{tenant, begin.pos, begin.ord, begin.id, sp.end}, more...)
			query := columns + place + where + order + " LIMIT $" + strconv.Itoa(len(args)+1)
			err := tx.ForEach(ctx, query, append(args, limit-len(out)), func(row db.Scanner) error {
				p := placed{Row: Row{Tenant: tenant}}
				var before, now []byte
				f, err := scanStored(row, &p.pos, &p.ord, &before, &now)
				if err != nil {
					return err
				}
				p.Finding = f.Finding
				p.From, p.To = present(before), present(now)
				out = append(out, p)
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

func present(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return b
}

const selectIDs = `SELECT finding_id FROM drift_finding WHERE tenant_id = $1 AND `

// place is where the list's order is compared, order what it is. Where the
// filter names one object or finding, an expression keeps the indexes in the
// list's order away: they would be walked from end to end.
func (f *Filter) place() (place, order string) {
	pos := "pos"
	if f.ObjectID != "" || f.IDPrefix != "" {
		pos = "pos + 0"
	}
	return "(" + pos + ", ord, finding_id) > ($2, $3, $4) AND " + pos + " < $5", " ORDER BY " + pos + ", ord, finding_id"
}

// idsOf are the IDs of all findings that a filter lists.
func (s *Service) idsOf(ctx context.Context, tenant domain.TenantID, f Filter) (ids []FindingID, err error) {
	spans, err := f.spans()
	if err != nil {
		return nil, err
	}
	where, more := f.where()
	place, _ := f.place()
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		for _, sp := range spans {
			err := tx.ForEach(ctx, selectIDs+place+where, append([]any{tenant, sp.first, 0, "", sp.end}, more...), func(row db.Scanner) error {
				var id FindingID
				err := row.Scan(&id)
				ids = append(ids, id)
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return ids, err
}
