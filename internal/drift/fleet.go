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
)

// tenantsEach is how many tenants one statement names.
const tenantsEach = 1000

// Group is the same change in any number of tenants.
type Group struct {
	Key string // Finding.Group
	// Tenants and Findings count where it is; States the findings by state.
	Tenants, Findings int
	States            map[State]int
	Severity          diff.Severity // of the finding that stands first
	// FirstSeen is when a run found it first, LastSeen when anything of it last
	// changed.
	FirstSeen, LastSeen domain.Micros
	// Sample is the finding that stands first, with values cut to what a list
	// shows.
	Sample Row

	pos int64 // of the sample
}

// GroupFilter narrows a list of groups; empty fields don't.
type GroupFilter struct {
	States     []State // none: all that are not resolved
	Severities []diff.Severity
	Types      []string
	Keys       []string
}

// groupList names the list in cursors.
const groupList = "drift groups"

// Groups lists the groups of findings in tenants: what waits first, then by
// severity, then those in most tenants. The caller has checked that each of the
// tenants may be read.
func (s *Service) Groups(ctx context.Context, tenants []domain.TenantID, f GroupFilter, cursor string, limit int) (items []Group, next string, err error) {
	var after Group
	var rank, many int64
	if err := db.DecodeCursor(groupList, cursor, &rank, &many, &after.Key); err != nil {
		return nil, "", err
	}
	after.pos, after.Tenants = rank<<rankShift, int(many)
	groups, err := s.gather(ctx, tenants, f, nil)
	if err != nil {
		return nil, "", err
	}
	for _, g := range groups {
		if cursor == "" || compareGroups(&g.Group, &after) > 0 {
			items = append(items, g.Group)
		}
	}
	slices.SortFunc(items, func(x, y Group) int { return compareGroups(&x, &y) })
	if size := db.PageSize(limit); len(items) > size {
		items = items[:size]
		last := &items[size-1]
		next = db.EncodeCursor(groupList, last.pos>>rankShift, int64(last.Tenants), last.Key)
	}
	return items, next, s.describe(ctx, tenants, items)
}

// compareGroups is the order of the list.
func compareGroups(x, y *Group) int {
	return cmp.Or(cmp.Compare(x.pos>>rankShift, y.pos>>rankShift), cmp.Compare(y.Tenants, x.Tenants), cmp.Compare(x.Key, y.Key))
}

// gathered is a group with the tenant of each of its findings.
type gathered struct {
	Group
	tenants []string
}

// gather counts the findings of tenants by group. It reads one index and no
// finding, unless types are asked for. seen hears of each finding; it may be nil.
func (s *Service) gather(ctx context.Context, tenants []domain.TenantID, f GroupFilter, seen func(t domain.TenantID, st State, pos int64)) (map[string]*gathered, error) {
	ranks, err := f.ranks()
	if err != nil {
		return nil, err
	}
	groups := map[string]*gathered{}
	for some := range slices.Chunk(tenants, tenantsEach) {
		query, args := f.query(some)
		err := s.DB.InTenantsReadTx(ctx, some, func(tx *db.Tx) error {
			return tx.ForEach(ctx, query, args, func(row db.Scanner) error {
				var tenant, key string
				var pos int64
				if err := row.Scan(&tenant, &key, &pos); err != nil {
					return err
				}
				if !ranks[pos>>rankShift] {
					return nil
				}
				g := groups[key]
				if g == nil {
					g = &gathered{Group: Group{Key: key, States: map[State]int{}, pos: pos, Sample: Row{Tenant: domain.TenantID(tenant)}}}
					groups[key] = g
				}
				if pos < g.pos {
					g.pos, g.Sample.Tenant = pos, domain.TenantID(tenant)
				}
				g.tenants = append(g.tenants, tenant)
				state, _ := ofRank(pos >> rankShift)
				g.States[state]++
				if seen != nil {
					seen(domain.TenantID(tenant), state, pos)
				}
				return nil
			})
		})
		if err != nil {
			return nil, err
		}
	}
	for _, g := range groups {
		_, g.Severity = ofRank(g.pos >> rankShift)
		g.Findings = len(g.tenants)
		slices.Sort(g.tenants)
		g.Tenants = len(slices.Compact(g.tenants))
	}
	return groups, nil
}

// ranks are the states and severities that the filter takes.
func (f *GroupFilter) ranks() (map[int64]bool, error) {
	wanted := f.States
	if len(wanted) == 0 {
		wanted = []State{Reopened, New, Denied, Acknowledged, Accepted}
	}
	grades := f.Severities
	if len(grades) == 0 {
		grades = severities()
	}
	ranks := map[int64]bool{}
	for _, st := range wanted {
		if !slices.Contains(states(), st) {
			return nil, fault.New(fault.Invalid, "no state %.20q", string(st)).At("state")
		}
		for _, grade := range grades {
			if !slices.Contains(severities(), grade) {
				return nil, fault.New(fault.Invalid, "no severity %.20q", string(grade)).At("severity")
			}
			ranks[rankOf(st, grade)] = true
		}
	}
	return ranks, nil
}

// query asks for the places of findings. Grouping is not left to the database:
// it would sort what an index has in another order.
func (f *GroupFilter) query(tenants []domain.TenantID) (text string, args []any) {
	var b strings.Builder
	in := func(column string, n int) {
		b.WriteString(column + " IN (" + idList(len(args)+1, n) + ")")
	}
	b.WriteString("SELECT tenant_id, group_key, pos FROM drift_finding WHERE ")
	in("tenant_id", len(tenants))
	for _, t := range tenants {
		args = append(args, t)
	}
	if len(f.Keys) > 0 {
		b.WriteString(" AND ")
		in("group_key", len(f.Keys))
		for _, k := range f.Keys {
			args = append(args, k)
		}
	}
	if len(f.Types) > 0 {
		b.WriteString(" AND ")
		in("type", len(f.Types))
		for _, t := range f.Types {
			args = append(args, t)
		}
	}
	if !slices.Contains(f.States, Resolved) {
		// Resolved findings stand last, and there are many.
		b.WriteString(" AND pos < $" + strconv.Itoa(len(args)+1))
		args = append(args, rankOf(Resolved, diff.Critical)<<rankShift)
	}
	return b.String(), args
}

// describe fills in what only the findings themselves tell.
func (s *Service) describe(ctx context.Context, tenants []domain.TenantID, items []Group) error {
	at := map[string]*Group{}
	for i := range items {
		g := &items[i]
		at[g.Key] = g
		state, grade := ofRank(g.pos >> rankShift)
		rows, _, err := s.Findings(ctx, []domain.TenantID{g.Sample.Tenant},
			Filter{Group: g.Key, States: []State{state}, Severities: []diff.Severity{grade}}, "", 1)
		if err != nil {
			return err
		}
		if len(rows) > 0 { // it may have moved on meanwhile
			g.Sample = rows[0]
		}
	}
	if len(items) == 0 {
		return nil
	}
	for part := range slices.Chunk(tenants, tenantsEach) {
		if err := s.times(ctx, part, items, at); err != nil {
			return err
		}
	}
	return nil
}

// times reads when the findings of some groups were seen.
func (s *Service) times(ctx context.Context, tenants []domain.TenantID, items []Group, at map[string]*Group) error {
	args := make([]any, 0, len(tenants)+len(items))
	for _, t := range tenants {
		args = append(args, t)
	}
	for i := range items {
		args = append(args, items[i].Key)
	}
	query := "SELECT group_key, min(first_seen), max(updated_at) FROM drift_finding WHERE tenant_id IN (" + idList(1, len(tenants)) +
		") AND group_key IN (" + idList(len(tenants)+1, len(items)) + ") GROUP BY group_key"
	return s.DB.InTenantsReadTx(ctx, tenants, func(tx *db.Tx) error {
		return tx.ForEach(ctx, query, args, func(row db.Scanner) error {
			var key string
			var first, last domain.Micros
			if err := row.Scan(&key, &first, &last); err != nil {
				return err
			}
			g := at[key]
			if g.FirstSeen == 0 || first < g.FirstSeen {
				g.FirstSeen = first
			}
			g.LastSeen = max(g.LastSeen, last)
			return nil
		})
	})
}

// GroupTenant is one tenant's part of a group.
type GroupTenant struct {
	Tenant   domain.TenantID
	Findings int
	States   map[State]int
	Severity diff.Severity // of the finding that stands first

	pos int64
}

// GroupTenants lists the tenants that a group's change is in, what waits first;
// none is fault.NotFound. The caller has checked that each may be read.
func (s *Service) GroupTenants(ctx context.Context, tenants []domain.TenantID, key string) ([]GroupTenant, error) {
	at := map[domain.TenantID]*GroupTenant{}
	_, err := s.gather(ctx, tenants, GroupFilter{Keys: []string{key}, States: states()}, func(t domain.TenantID, st State, pos int64) {
		g := at[t]
		if g == nil {
			g = &GroupTenant{Tenant: t, States: map[State]int{}, pos: pos}
			at[t] = g
		}
		g.States[st]++
		g.Findings++
		g.pos = min(g.pos, pos)
	})
	if err != nil {
		return nil, err
	}
	if len(at) == 0 {
		return nil, fault.New(fault.NotFound, "no group %.80q", key)
	}
	out := make([]GroupTenant, 0, len(at))
	for _, g := range at {
		_, g.Severity = ofRank(g.pos >> rankShift)
		out = append(out, *g)
	}
	slices.SortFunc(out, func(x, y GroupTenant) int {
		return cmp.Or(cmp.Compare(x.pos>>rankShift, y.pos>>rankShift), cmp.Compare(x.Tenant, y.Tenant))
	})
	return out, nil
}
