package httpapi

import (
	"context"
	"slices"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

type unassignedPage struct {
	Items      []graphObject  `json:"items" doc:"Objects that could be assigned and are not: they have no effect."`
	NextCursor string         `json:"next_cursor,omitempty"`
	Counts     map[string]int `json:"counts" doc:"By type, of all pages."`
	Unread     map[string]int `json:"unread" doc:"By type: objects of which the export does not say whether they are assigned."`
}

type brokenReference struct {
	Source   string      `json:"source"`
	From     graphObject `json:"from"`
	Relation string      `json:"relation"`
	To       graphObject `json:"to" doc:"It is not there: its type was read to the end without it."`
}

type unprovenReferences struct {
	Source     string `json:"source"`
	Type       string `json:"type"`
	Label      string `json:"label"`
	Reason     string `json:"reason" doc:"unobserved, incomplete, quarantined, filtered, partial."`
	References int    `json:"references"`
}

type brokenPage struct {
	Items      []brokenReference    `json:"items"`
	NextCursor string               `json:"next_cursor,omitempty"`
	Total      int                  `json:"total"`
	Unknown    []unprovenReferences `json:"unknown" doc:"References of which nobody can tell whether they are broken, and why."`
}

const gapList = "inventory gaps"

// overSources goes through a list source by source. each gives a page of one
// source and how many items it had; with limit 0 it adds the source's counts and
// no item. A cursor of this list names the source and the place within it.
func (s *Server) overSources(ctx context.Context, c *Call, id domain.TenantID, each func(source, cursor string, limit int) (n int, next string, err error)) (string, error) {
	limit, err := c.Query.limit()
	if err != nil {
		return "", err
	}
	limit = db.PageSize(limit)
	if named := c.Query.text("source"); named != "" {
		_, next, err := each(named, c.Query.text("cursor"), limit)
		return next, err
	}
	var at, inner string
	if err := db.DecodeCursor(gapList, c.Query.text("cursor"), &at, &inner); err != nil {
		return "", err
	}
	found, err := s.deps.Inventory.Sources(ctx, id)
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", fault.New(fault.NotFound, "Nothing was observed yet.")
	}
	names := make([]string, len(found))
	for i := range found {
		names[i] = found[i].Source.String()
	}
	slices.Sort(names)
	next := ""
	for _, name := range names {
		cursor, want := "", limit
		switch {
		case name < at || next != "":
			want = 0
		case name == at:
			cursor = inner
		}
		n, more, err := each(name, cursor, want)
		if err != nil {
			return "", err
		}
		if limit -= n; next == "" && want > 0 && (more != "" || limit == 0) {
			next = db.EncodeCursor(gapList, name, more)
			if more == "" { // just full: the next page begins with the source behind it
				next = db.EncodeCursor(gapList, name+"\x00", "")
			}
		}
	}
	if next != "" && !s.gapsLeft(names, next) {
		next = ""
	}
	return next, nil
}

// gapsLeft says whether a cursor has a source to go on with.
func (s *Server) gapsLeft(names []string, cursor string) bool {
	var at, inner string
	return db.DecodeCursor(gapList, cursor, &at, &inner) == nil && names[len(names)-1] >= at
}

func (s *Server) graphUnassigned(ctx context.Context, c *Call) (unassignedPage, error) {
	id, err := s.tenantAsked(ctx, c, domain.ScopeInventoryRead)
	if err != nil {
		return unassignedPage{}, err
	}
	out := unassignedPage{Items: []graphObject{}, Counts: map[string]int{}, Unread: map[string]int{}}
	out.NextCursor, err = s.overSources(ctx, c, id, func(source, cursor string, limit int) (int, string, error) {
		found, err := s.deps.Graph.Unassigned(ctx, id, source, cursor, max(limit, 1))
		if err != nil {
			return 0, "", err
		}
		n := min(limit, len(found.Objects))
		for i := range found.Objects[:n] {
			o := s.graphObjectOf(&found.Objects[i])
			o.Source = source
			out.Items = append(out.Items, o)
		}
		for typ, k := range found.Counts {
			out.Counts[typ] += k
		}
		for typ, k := range found.Unread {
			out.Unread[typ] += k
		}
		return n, found.Next, nil
	})
	return out, err
}

func (s *Server) graphBroken(ctx context.Context, c *Call) (brokenPage, error) {
	id, err := s.tenantAsked(ctx, c, domain.ScopeInventoryRead)
	if err != nil {
		return brokenPage{}, err
	}
	out := brokenPage{Items: []brokenReference{}, Unknown: []unprovenReferences{}}
	out.NextCursor, err = s.overSources(ctx, c, id, func(source, cursor string, limit int) (int, string, error) {
		found, err := s.deps.Graph.Broken(ctx, id, source, cursor, max(limit, 1))
		if err != nil {
			return 0, "", err
		}
		n := min(limit, len(found.Broken))
		for i := range found.Broken[:n] {
			b := &found.Broken[i]
			out.Items = append(out.Items, brokenReference{source, s.graphObjectOf(&b.From), b.Relation, s.graphObjectOf(&b.To)})
		}
		out.Total += found.Total
		for _, u := range found.Unknown {
			out.Unknown = append(out.Unknown, unprovenReferences{source, u.Type, s.typeLabel(u.Type), u.Reason, u.References})
		}
		return n, found.Next, nil
	})
	return out, err
}
