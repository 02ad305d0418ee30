package httpapi

import (
	"context"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/tenant"
)

// itemView is the last observed state of one object.
type itemView struct {
	Source    string `json:"source"`
	Type      string `json:"type"`
	Label     string `json:"label" doc:"The type in plain words."`
	ID        string `json:"id"`
	Name      string `json:"name,omitempty"`
	Template  string `json:"template,omitempty"`
	Hash      string `json:"hash" doc:"Of the content last seen."`
	State     string `json:"state" enum:"present|missing|unknown" doc:"missing: gone, and coverage proves it. unknown: not seen in the last run, which does not prove that it is gone."`
	FirstSeen string `json:"first_seen" doc:"A run, as changed_in and last_seen."`
	FirstAt   Time   `json:"first_at,omitzero" doc:"When that run was closed, as the next two."`
	ChangedIn string `json:"changed_in"`
	ChangedAt Time   `json:"changed_at,omitzero"`
	LastSeen  string `json:"last_seen"`
	SeenAt    Time   `json:"seen_at"`
}

// itemDetail is an item with its content and its past.
type itemDetail struct {
	itemView
	Tenant  string         `json:"tenant_id"`
	Content jsontext.Value `json:"content,omitzero" doc:"As it was last seen, normalised; secrets are keyed hashes."`
	Changes []itemPast     `json:"changes" doc:"Runs that saw it change, the newest first, with what it was before; at most 500."`

	Names map[string]string `json:"names" doc:"What identifiers in the content are called, where they are objects of the same source or built-in directory roles."`
}

type itemPast struct {
	Run   string `json:"run"`
	At    Time   `json:"at,omitzero"`
	State string `json:"state" doc:"Before."`
	Hash  string `json:"hash,omitempty" doc:"Before."`
}

// typeCoverage is coverage with the run that was complete last.
type typeCoverage struct {
	coverageView
	CompleteRun string `json:"complete_run,omitempty" doc:"The last run in which the type was read to its end."`
	CompleteAt  Time   `json:"complete_at,omitzero"`
}

func (s *Server) itemRoutes() []*Route {
	source := Param{Name: "source", Doc: "kind/name."}
	return []*Route{
		inventoryRoute("GET", "/items", "What was last observed", "", tenant.ClassRead, read(s.listItems), pageParams(tenantChoice(false), source,
			Param{Name: "type", Doc: "Its name, what people call it, or a part that only one has."},
			Param{Name: "state", Enum: strs([]inventory.ItemState{inventory.Present, inventory.Missing, inventory.Unseen})},
			Param{Name: "q", Doc: "Text in name or ID."})...),
		inventoryRoute("GET", "/item", "One object: its content and when it changed", "source and type may be left out where the ID, or else the name, fits one object.",
			tenant.ClassRead, read(s.getItem), tenantChoice(false), source, Param{Name: "type"}, Param{Name: "id", Doc: "In its source, or its name."}),
		inventoryRoute("GET", "/coverage", "How completely each type was read", "By the last run that looked at the type. Absence counts as a removal only where a type was read to its end.",
			tenant.ClassRead, read(s.listCoverage), tenantChoice(false), source),
	}
}

func (s *Server) itemOf(i *inventory.Item) itemView {
	return itemView{
		Source: i.Source, Type: i.Type, Label: s.typeLabel(i.Type), ID: i.ID, Name: i.Name, Template: i.Template, Hash: i.Hash, State: string(i.State),
		FirstSeen: string(i.FirstSeen), FirstAt: Time(i.FirstAt), ChangedIn: string(i.ChangedIn), ChangedAt: Time(i.ChangedAt), LastSeen: string(i.LastSeen), SeenAt: Time(i.SeenAt),
	}
}

func (s *Server) listItems(ctx context.Context, c *Call) (list[itemView], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[itemView]{}, err
	}
	id, err := s.tenantAsked(ctx, c, domain.ScopeInventoryRead)
	if err != nil {
		return list[itemView]{}, err
	}
	f := inventory.ItemFilter{Source: c.Query.text("source"), Type: c.Query.text("type"), Text: c.Query.text("q"), State: inventory.ItemState(c.Query.text("state"))}
	found, next, err := s.deps.Inventory.Items(ctx, id, f, c.Query.text("cursor"), limit)
	if err != nil {
		return list[itemView]{}, err
	}
	items := make([]itemView, len(found))
	for i := range found {
		items[i] = s.itemOf(&found[i])
	}
	return listOf(items, next), nil
}

func (s *Server) getItem(ctx context.Context, c *Call) (itemDetail, error) {
	id, err := s.tenantAsked(ctx, c, domain.ScopeInventoryRead)
	if err != nil {
		return itemDetail{}, err
	}
	key, err := s.itemAsked(ctx, c, id)
	if err != nil {
		return itemDetail{}, err
	}
	d, err := s.deps.Inventory.Item(ctx, id, key.Source, key.Type, key.ID)
	if err != nil {
		return itemDetail{}, err
	}
	out := itemDetail{itemView: s.itemOf(&d.Item), Tenant: string(id), Content: wholeValue(d.Content), Changes: make([]itemPast, len(d.Past))}
	for i, p := range d.Past {
		out.Changes[i] = itemPast{string(p.Run), Time(p.At), string(p.State), p.Hash}
	}
	names := &namer{}
	names.collect(string(d.Content))
	if err := names.lookUp(ctx, s, id, d.Source); err != nil {
		return out, err
	}
	out.Names = names.names
	return out, nil
}

// maxMatches bounds how many objects are looked through for the one that is meant.
const maxMatches = 20 * db.MaxPage

// itemAsked finds the one object that source, type and id name; what is left out
// is filled in where only one object fits. A name serves where no ID does.
func (s *Server) itemAsked(ctx context.Context, c *Call, id domain.TenantID) (*inventory.Item, error) {
	want := inventory.ItemFilter{Source: c.Query.text("source"), Type: c.Query.text("type"), Text: c.Query.text("id")}
	if want.Text == "" {
		return nil, fault.New(fault.Invalid, "id is missing: an object's ID in its source, or its name").At("id")
	}
	if want.Source != "" && want.Type != "" {
		for _, typ := range s.typesAsked([]string{want.Type}) {
			if found, err := s.deps.Inventory.Present(ctx, id, want.Source, typ, []string{want.Text}); err != nil || len(found) > 0 {
				it := found[want.Text]
				return &it, err
			}
		}
	}
	byID, byName, err := s.matches(ctx, id, want)
	if err != nil {
		return nil, err
	}
	if len(byID) == 0 {
		byID = byName
	}
	switch len(byID) {
	case 0:
		return nil, fault.New(fault.NotFound, "No object that was observed has the ID or the name %q.", clip(want.Text))
	case 1:
		return &byID[0], nil
	}
	a, b := byID[0], byID[1]
	return nil, fault.New(fault.Conflict, "%q fits %s %s in %s and %s %s in %s: name type and source, and the ID instead of the name.", clip(want.Text),
		a.Type, clip(a.ID), a.Source, b.Type, clip(b.ID), b.Source).At("id")
}

// matches are the objects with this ID, and those with this name.
func (s *Server) matches(ctx context.Context, id domain.TenantID, want inventory.ItemFilter) (byID, byName []inventory.Item, err error) {
	seen := 0
	for cursor := ""; ; {
		page, next, err := s.deps.Inventory.Items(ctx, id, want, cursor, db.MaxPage)
		if err != nil {
			return nil, nil, err
		}
		for _, i := range page {
			switch {
			case i.ID == want.Text:
				byID = append(byID, i)
			case strings.EqualFold(i.Name, want.Text):
				byName = append(byName, i)
			}
		}
		if cursor = next; next == "" || len(byID) > 1 {
			return byID, byName, nil
		}
		if seen += len(page); seen >= maxMatches {
			return nil, nil, fault.New(fault.Invalid, "%q is part of too many names: name type and source, and the whole ID.", clip(want.Text)).At("id")
		}
	}
}

func (s *Server) listCoverage(ctx context.Context, c *Call) (list[typeCoverage], error) {
	id, err := s.tenantAsked(ctx, c, domain.ScopeInventoryRead)
	if err != nil {
		return list[typeCoverage]{}, err
	}
	found, err := s.deps.Inventory.Coverage(ctx, id, c.Query.text("source"))
	if err != nil {
		return list[typeCoverage]{}, err
	}
	items := make([]typeCoverage, len(found))
	for i, t := range found {
		items[i] = typeCoverage{s.coverageView(t.Source, t.Run, t.At, &t.Coverage), string(t.CompleteRun), Time(t.CompleteAt)}
	}
	return listOf(items, ""), nil
}
