package frostgate

import (
	"context"
	"iter"
)

// GraphObject is an object that was observed, or that others refer to.
type GraphObject struct {
	Type  string `json:"type"`
	Label string `json:"label"`
	ID    string `json:"id"`
	Name  string `json:"name,omitempty"`
	State string `json:"state,omitempty"` // empty: it was not observed
}

// GraphLink is a reference between an object and its neighbour.
type GraphLink struct {
	Relation string      `json:"relation"`
	Object   GraphObject `json:"object"` // the neighbour
	Known    bool        `json:"known"`  // it is there in every tenant, cluster or account
}

// GraphNeighbours is what is next to an object.
type GraphNeighbours struct {
	Source    string      `json:"source"`
	Object    GraphObject `json:"object"`
	To        []GraphLink `json:"to"`   // what it refers to
	From      []GraphLink `json:"from"` // what refers to it
	ToCount   int         `json:"to_count"`
	FromCount int         `json:"from_count"`
}

// BlastRadius is all that feels a change of an object.
type BlastRadius struct {
	Source   string          `json:"source"`
	Object   GraphObject     `json:"object"`
	Total    int             `json:"total"` // without the object itself
	ByType   map[string]int  `json:"by_type"`
	ByDepth  []int           `json:"by_depth"` // objects at distance 1, 2, ...
	Affected []GraphAffected `json:"affected"` // the nearest, up to the limit
}

// GraphAffected is an object that feels a change of another.
type GraphAffected struct {
	Object   GraphObject `json:"object"`
	Distance int         `json:"distance"`
	Path     []GraphStep `json:"path"` // from the object that changes
}

// GraphStep is one step of the way to an object that is affected.
type GraphStep struct {
	Relation  string      `json:"relation"`
	Backwards bool        `json:"backwards"` // the object refers to the one before
	Object    GraphObject `json:"object"`
}

// BrokenReference is a reference to an object that is not there.
type BrokenReference struct {
	From     GraphObject `json:"from"`
	Relation string      `json:"relation"`
	To       GraphObject `json:"to"`
}

// Neighbours reads what an object refers to and what refers to it, at most limit
// of each. Of the key, Source and Type may be left out where the ID fits one.
func (c *Client) Neighbours(ctx context.Context, k InventoryKey, limit int) (*GraphNeighbours, error) {
	out := &GraphNeighbours{}
	return out, c.get(ctx, in("inventory", "graph", "neighbours"), k.query().num("limit", limit), out)
}

// BlastRadius reads what feels a change of an object, up to a distance.
func (c *Client) BlastRadius(ctx context.Context, k InventoryKey, depth, limit int) (*BlastRadius, error) {
	out := &BlastRadius{}
	return out, c.get(ctx, in("inventory", "graph", "blast-radius"), k.query().num("depth", depth).num("limit", limit), out)
}

// Unassigned lists the objects of a source that could be assigned and are not.
func (c *Client) Unassigned(ctx context.Context, tenant, source string, p Page) iter.Seq2[GraphObject, error] {
	return all[GraphObject](ctx, c, in("inventory", "graph", "unassigned"), query{}.str("tenant", tenant).str("source", source), p)
}

// BrokenReferences lists references to objects that are not there.
func (c *Client) BrokenReferences(ctx context.Context, tenant, source string, p Page) iter.Seq2[BrokenReference, error] {
	return all[BrokenReference](ctx, c, in("inventory", "graph", "broken"), query{}.str("tenant", tenant).str("source", source), p)
}
