package graph

import (
	"cmp"
	"context"
	"slices"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// Loose are objects that are assigned to nobody and so have no effect.
type Loose struct {
	Objects []Object
	Next    string // cursor of the next page, empty at the end
	// Counts are all of them by type; Unread those whose assignments are not in
	// what was read, by type: nobody can tell.
	Counts, Unread map[string]int
}

const (
	unassignedList = "unassigned objects"
	brokenList     = "broken references"
)

// Unassigned gives the objects of a source that could be assigned and are not.
func (s *Service) Unassigned(ctx context.Context, tenant domain.TenantID, source, cursor string, limit int) (*Loose, error) {
	k := sourceKey{tenant, source}
	var typ, id string
	if err := db.DecodeCursor(unassignedList, cursor, &typ, &id); err != nil {
		return nil, err
	}
	if _, err := s.graph(ctx, k); err != nil { // rows of other rules say other things
		return nil, err
	}
	limit = clamp(limit, MaxLimit)
	out := &Loose{Counts: map[string]int{}, Unread: map[string]int{}}
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		args := []any{tenant, source, int64(unassigned), typ, id, limit + 1}
		err := tx.ForEach(ctx, selectUnassigned, args, func(row db.Scanner) error {
			var o Object
			err := row.Scan(&o.Type, &o.ID)
			out.Objects = append(out.Objects, o)
			return err
		})
		if err != nil {
			return err
		}
		for st, counts := range map[standing]map[string]int{unassigned: out.Counts, unread: out.Unread} {
			err := tx.ForEach(ctx, countStanding, []any{tenant, source, int64(st)}, func(row db.Scanner) error {
				var typ string
				var n int
				err := row.Scan(&typ, &n)
				counts[typ] = n
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(out.Objects) > limit {
		out.Objects = out.Objects[:limit]
		last := out.Objects[limit-1]
		out.Next = db.EncodeCursor(unassignedList, last.Type, last.ID)
	}
	named := make([]*Object, len(out.Objects))
	for i := range out.Objects {
		named[i] = &out.Objects[i]
	}
	return out, s.name(ctx, k, named)
}

// Broken is a reference to an object that is not there.
type Broken struct {
	From     Object
	Relation string
	To       Object
}

// Unproven are references of which nobody can tell whether they are broken.
type Unproven struct {
	Type       string // of what they name
	Reason     string
	References int
}

// Gaps are the references of a source that lead nowhere.
type Gaps struct {
	Broken  []Broken
	Next    string // cursor of the next page, empty at the end
	Total   int
	Unknown []Unproven
}

// Why it can't be told whether a reference is broken.
const (
	BecauseUnobserved  = "unobserved"  // the type was never read
	BecauseIncomplete  = "incomplete"  // it was not read completely
	BecauseQuarantined = "quarantined" // what could not be read may be what is named
	BecauseFiltered    = "filtered"    // a part of the type was read
	BecausePartOf      = "partial"     // the list lacks what every complete one has
)

// Broken gives references to objects that inventory should have and has not:
// of types that were read completely, to objects that need be there.
func (s *Service) Broken(ctx context.Context, tenant domain.TenantID, source, cursor string, limit int) (*Gaps, error) {
	k := sourceKey{tenant, source}
	var after int64
	if err := db.DecodeCursor(brokenList, cursor, &after); err != nil {
		return nil, err
	}
	g, err := s.graph(ctx, k)
	if err != nil {
		return nil, err
	}
	p, err := s.proofs(ctx, k)
	if err != nil {
		return nil, err
	}
	out := &Gaps{}
	var all []edge
	for t, targets := range g.loose() {
		missing, reason, err := s.missing(ctx, k, p, g.types[t], targets)
		if err != nil {
			return nil, err
		}
		unknown := 0
		for _, e := range g.out {
			to := g.nodes[e.to]
			if int(to.typ) != t || !e.sure || e.known || to.kept || !missing[to.id] {
				continue
			}
			if unknown++; reason == "" {
				all = append(all, e)
			}
		}
		if reason != "" && unknown > 0 {
			out.Unknown = append(out.Unknown, Unproven{Type: g.types[t], Reason: reason, References: unknown})
		}
	}
	slices.SortFunc(out.Unknown, func(x, y Unproven) int { return cmp.Compare(x.Type, y.Type) })
	out.Total = len(all)
	return out, s.page(ctx, k, g, all, after, clamp(limit, MaxLimit), out)
}

// loose gives by type the identities that are referred to and of which the
// graph itself does not know that they are there.
func (g *compact) loose() map[int][]string {
	out := map[int][]string{}
	seen := make([]bool, len(g.nodes))
	for _, e := range g.out {
		if to := g.nodes[e.to]; e.sure && !e.known && !to.kept && !seen[e.to] {
			seen[e.to] = true
			out[int(to.typ)] = append(out[int(to.typ)], to.id)
		}
	}
	return out
}

// missing gives which of some identities of a type inventory has not, and why
// that proves nothing; empty: it proves that they are not there.
func (s *Service) missing(ctx context.Context, k sourceKey, p *proofs, typ string, ids []string) (map[string]bool, string, error) {
	proof := ""
	if t := s.extract.set.targets[typ]; t != nil && t.proof != "" {
		proof = t.proof
		ids = append(ids, proof)
	}
	there, err := s.Inventory.Names(ctx, k.tenant, k.source, typ, ids)
	if err != nil {
		return nil, "", err
	}
	missing := make(map[string]bool, len(ids))
	for _, id := range ids {
		if _, ok := there[id]; !ok && !p.duplicate[[2]string{typ, id}] {
			missing[id] = true
		}
	}
	reason := p.reason(typ)
	if reason == "" && proof != "" && missing[proof] {
		reason = BecausePartOf
	}
	return missing, reason, nil
}

// page sorts the broken references and names those of one page.
func (s *Service) page(ctx context.Context, k sourceKey, g *compact, all []edge, after int64, limit int, out *Gaps) error {
	slices.SortFunc(all, func(x, y edge) int {
		a, b := g.object(x.to), g.object(y.to)
		c, d := g.object(x.from), g.object(y.from)
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.ID, b.ID), cmp.Compare(c.Type, d.Type), cmp.Compare(c.ID, d.ID), cmp.Compare(x.rule, y.rule))
	})
	start := int(min(max(after, 0), int64(len(all))))
	end := min(len(all), start+limit)
	if end < len(all) {
		out.Next = db.EncodeCursor(brokenList, int64(end))
	}
	var named []*Object
	for _, e := range all[start:end] {
		out.Broken = append(out.Broken, Broken{From: g.object(e.from), Relation: g.set.refs[e.rule].relation, To: g.object(e.to)})
	}
	for i := range out.Broken {
		named = append(named, &out.Broken[i].From)
	}
	return s.name(ctx, k, named)
}

// proofs are what the last runs that looked at the types of a source prove.
type proofs struct {
	types     map[string]string // why absence proves nothing; empty: it proves
	duplicate map[[2]string]bool
}

// reason says why absence of an object of a type proves nothing.
func (p *proofs) reason(typ string) string {
	why, read := p.types[typ]
	if !read {
		return BecauseUnobserved
	}
	return why
}

func (s *Service) proofs(ctx context.Context, k sourceKey) (*proofs, error) {
	covered, err := s.Inventory.Coverage(ctx, k.tenant, k.source)
	if err != nil {
		return nil, err
	}
	p := &proofs{types: map[string]string{}, duplicate: map[[2]string]bool{}}
	roots := map[inventory.RunID]*manifest.Root{}
	for i := range covered {
		c := &covered[i]
		root := roots[c.Run]
		if root == nil {
			if root, err = s.root(ctx, k.tenant, c.Run); err != nil {
				return nil, err
			}
			roots[c.Run] = root
			for _, d := range root.Duplicates {
				p.duplicate[[2]string{d.Type, d.ID}] = true
			}
		}
		p.types[c.Type] = whyNot(c, root)
	}
	return p, nil
}

func (s *Service) root(ctx context.Context, tenant domain.TenantID, id inventory.RunID) (*manifest.Root, error) {
	run, err := s.Inventory.Run(ctx, tenant, id)
	if err != nil {
		return nil, err
	}
	snap, err := s.Inventory.Snapshot(ctx, tenant, run.Root)
	if err != nil {
		return nil, err
	}
	return snap.Root, nil
}

// whyNot says why a run does not prove that what it lacks of a type is not there.
func whyNot(c *inventory.TypeCoverage, root *manifest.Root) string {
	switch {
	case c.Status != manifest.Complete:
		return BecauseIncomplete
	case len(root.Filters) > 0:
		return BecauseFiltered
	case slices.ContainsFunc(root.Quarantined, func(q manifest.Quarantined) bool { return q.Type == "" || q.Type == c.Type }):
		return BecauseQuarantined
	}
	return ""
}
