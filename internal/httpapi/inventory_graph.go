package httpapi

import (
	"context"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/graph"
	"frostgate.io/frostgate/internal/tenant"
)

// graphObject is an object that was observed, or that others refer to.
type graphObject struct {
	Type  string `json:"type"`
	Label string `json:"label" doc:"The type in plain words."`
	ID    string `json:"id"`
	Name  string `json:"name,omitempty"`
	State string `json:"state,omitempty" enum:"present|missing|unknown" doc:"Absent: it was not observed."`
	// Source stands where a list has objects of several.
	Source string `json:"source,omitempty" doc:"In lists over sources: where it was observed."`
}

// graphLink is a reference between an object and its neighbour.
type graphLink struct {
	Relation string      `json:"relation"`
	Object   graphObject `json:"object" doc:"The neighbour."`
	Known    bool        `json:"known" doc:"It is there in every tenant, cluster or account."`
}

type graphNeighbours struct {
	Source    string      `json:"source"`
	Object    graphObject `json:"object"`
	To        []graphLink `json:"to" doc:"What it refers to."`
	From      []graphLink `json:"from" doc:"What refers to it."`
	ToCount   int         `json:"to_count" doc:"Of all, also of those beyond the limit."`
	FromCount int         `json:"from_count"`
}

// graphStep is one step of the way to an object that is affected.
type graphStep struct {
	Relation  string      `json:"relation"`
	Backwards bool        `json:"backwards" doc:"The object refers to the one before; else that one to it."`
	Object    graphObject `json:"object"`
}

type graphAffected struct {
	Object   graphObject `json:"object"`
	Distance int         `json:"distance"`
	Path     []graphStep `json:"path" doc:"From the object that changes."`
}

type blastRadius struct {
	Source   string          `json:"source"`
	Object   graphObject     `json:"object"`
	Total    int             `json:"total" doc:"Objects, without the object itself."`
	ByType   map[string]int  `json:"by_type"`
	ByDepth  []int           `json:"by_depth" doc:"Objects at distance 1, 2, ..."`
	Affected []graphAffected `json:"affected" doc:"The nearest, up to the limit."`
}

func (s *Server) graphRoutes() []*Route {
	source := Param{Name: "source", Doc: "kind/name; may be left out where the tenant has one source, or the object is in one."}
	object := []Param{
		tenantChoice(false), source,
		{Name: "type"},
		{Name: "id", Doc: "The object's ID in its source, or its name."},
		{Name: "limit", Kind: paramInt, Doc: "Objects listed, 1 to 500 (default 50); all are counted."},
	}
	radius := append([]Param{{Name: "depth", Kind: paramInt, Doc: "How far to go, 1 to 32 (default 5)."}}, object...)
	gaps := pageParams(tenantChoice(false), Param{Name: "source", Doc: "kind/name; default every source."})
	return []*Route{
		inventoryRoute("GET", "/graph/neighbours", "What an object refers to, and what refers to it", "Assignments, filters, scope tags, groups, named locations, and what refers to what in other sources.",
			tenant.ClassRead, read(s.graphNeighbours), object...),
		inventoryRoute("GET", "/graph/blast-radius", "What feels a change of an object", "What refers to it, what refers to that, and so on.", tenant.ClassRead, read(s.graphRadius), radius...),
		inventoryRoute("GET", "/graph/unassigned", "Objects that are assigned to nobody and so have no effect", "", tenant.ClassRead, read(s.graphUnassigned), gaps...),
		inventoryRoute("GET", "/graph/broken", "References to objects that are not there", "A reference is broken only where the type that it names was read to its end.",
			tenant.ClassRead, read(s.graphBroken), gaps...),
	}
}

func (s *Server) graphObjectOf(o *graph.Object) graphObject {
	return graphObject{Type: o.Type, Label: s.typeLabel(o.Type), ID: o.ID, Name: o.Name, State: string(o.State)}
}

func (s *Server) graphLinksOf(in []graph.Link) []graphLink {
	out := make([]graphLink, len(in))
	for i := range in {
		out[i] = graphLink{in[i].Relation, s.graphObjectOf(&in[i].Object), in[i].Known}
	}
	return out
}

// graphAsked finds the object that a question is about. One that was never
// observed, but is referred to, is named in full.
func (s *Server) graphAsked(ctx context.Context, c *Call) (id domain.TenantID, source, typ, object string, err error) {
	if id, err = s.tenantAsked(ctx, c, domain.ScopeInventoryRead); err != nil {
		return id, "", "", "", err
	}
	item, err := s.itemAsked(ctx, c, id)
	source, typ, object = c.Query.text("source"), c.Query.text("type"), c.Query.text("id")
	switch {
	case err == nil:
		return id, item.Source, item.Type, item.ID, nil
	case fault.CodeOf(err) == fault.NotFound && source != "" && typ != "":
		if found := s.types.Find(typ); len(found) == 1 {
			typ = found[0].Name
		}
		return id, source, typ, object, nil
	}
	return id, "", "", "", err
}

func (s *Server) graphNeighbours(ctx context.Context, c *Call) (graphNeighbours, error) {
	limit, err := c.Query.limit()
	if err != nil {
		return graphNeighbours{}, err
	}
	id, source, typ, object, err := s.graphAsked(ctx, c)
	if err != nil {
		return graphNeighbours{}, err
	}
	n, err := s.deps.Graph.Neighbours(ctx, id, source, typ, object, limit)
	if err != nil {
		return graphNeighbours{}, err
	}
	return graphNeighbours{
		Source: source, Object: s.graphObjectOf(&n.Object), To: s.graphLinksOf(n.To), From: s.graphLinksOf(n.From), ToCount: n.ToCount, FromCount: n.FromCount,
	}, nil
}

func (s *Server) graphRadius(ctx context.Context, c *Call) (blastRadius, error) {
	limit, err := c.Query.limit()
	if err != nil {
		return blastRadius{}, err
	}
	depth := c.Query.number("depth", 5)
	if depth < 1 || depth > graph.MaxDepth {
		return blastRadius{}, fault.New(fault.Invalid, "depth must be 1 to %d", graph.MaxDepth).At("depth")
	}
	id, source, typ, object, err := s.graphAsked(ctx, c)
	if err != nil {
		return blastRadius{}, err
	}
	r, err := s.deps.Graph.BlastRadius(ctx, id, source, typ, object, int(depth), limit)
	if err != nil {
		return blastRadius{}, err
	}
	out := blastRadius{
		Source: source, Object: s.graphObjectOf(&r.Object), Total: r.Total, ByType: r.ByType, ByDepth: append([]int{}, r.ByDepth...),
		Affected: make([]graphAffected, len(r.Affected)),
	}
	if out.ByType == nil {
		out.ByType = map[string]int{}
	}
	for i := range r.Affected {
		a := &r.Affected[i]
		out.Affected[i] = graphAffected{Object: s.graphObjectOf(&a.Object), Distance: len(a.Path), Path: make([]graphStep, len(a.Path))}
		for j := range a.Path {
			p := &a.Path[j]
			out.Affected[i].Path[j] = graphStep{p.Relation, p.Backwards, s.graphObjectOf(&p.Object)}
		}
	}
	return out, nil
}
