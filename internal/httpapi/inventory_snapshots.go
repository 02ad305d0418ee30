package httpapi

import (
	"context"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// sourceView is a source with its last closed run.
type sourceView struct {
	Source string   `json:"source" doc:"kind/name."`
	Tenant string   `json:"tenant_id"`
	Runs   int      `json:"runs"`
	Open   bool     `json:"open" doc:"A run of it is open."`
	Last   *runView `json:"last,omitempty" doc:"Absent: none was closed."`
}

func (s *Server) listSources(ctx context.Context, c *Call) (list[sourceView], error) {
	id, err := s.tenantAsked(ctx, c, domain.ScopeInventoryRead)
	if err != nil {
		return list[sourceView]{}, err
	}
	found, err := s.deps.Inventory.Sources(ctx, id)
	if err != nil {
		return list[sourceView]{}, err
	}
	items := make([]sourceView, len(found))
	for i, f := range found {
		items[i] = sourceView{Source: f.Source.String(), Tenant: string(id), Runs: f.Runs, Open: f.Open}
		if f.Last != nil {
			last := runOf(id, f.Last)
			items[i].Last = &last
		}
	}
	return listOf(items, ""), nil
}

// inventorySnapshot is a snapshot in a list.
type inventorySnapshot struct {
	Root     string `json:"root" doc:"SHA-256 of its root document."`
	Tenant   string `json:"tenant_id"`
	Source   string `json:"source"`
	Objects  int    `json:"objects"`
	Run      string `json:"run,omitempty" doc:"The first run that saw it."`
	Imported bool   `json:"imported"`
	At       Time   `json:"at,omitzero"`
}

// snapshotDetail is a snapshot with what it covers.
type snapshotDetail struct {
	Root       string            `json:"root" doc:"SHA-256 of its root document."`
	Tenant     string            `json:"tenant_id"`
	Source     string            `json:"source"`
	Objects    int               `json:"objects"`
	Types      []string          `json:"types" doc:"Asked for; empty: all."`
	Filters    map[string]string `json:"filters,omitempty"`
	Coverage   []coverageView    `json:"coverage"`
	Quarantine []quarantinedView `json:"quarantine" doc:"The first 1,000."`
	Duplicate  []duplicateView   `json:"duplicate_identities" doc:"The first 1,000."`
	Folders    int               `json:"folders" doc:"That were read to their end."`
	Chunks     int               `json:"chunks"`
}

func (s *Server) listSnapshots(ctx context.Context, c *Call) (list[inventorySnapshot], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[inventorySnapshot]{}, err
	}
	id, err := s.tenantAsked(ctx, c, domain.ScopeInventoryRead)
	if err != nil {
		return list[inventorySnapshot]{}, err
	}
	found, next, err := s.deps.Inventory.Snapshots(ctx, id, c.Query.text("source"), c.Query.text("cursor"), limit)
	if err != nil {
		return list[inventorySnapshot]{}, err
	}
	items := make([]inventorySnapshot, len(found))
	for i, f := range found {
		items[i] = inventorySnapshot{f.Root, string(id), f.Source, f.Objects, string(f.Run), f.Run == "", Time(f.At)}
	}
	return listOf(items, next), nil
}

func (s *Server) getSnapshot(ctx context.Context, c *Call) (snapshotDetail, error) {
	id, err := s.tenantAsked(ctx, c, domain.ScopeInventoryRead)
	if err != nil {
		return snapshotDetail{}, err
	}
	snap, err := s.deps.Inventory.Snapshot(ctx, id, c.Path("root"))
	if err != nil {
		return snapshotDetail{}, err
	}
	return s.snapshotOf(id, snap), nil
}

func (s *Server) snapshotOf(id domain.TenantID, snap *manifest.Snapshot) snapshotDetail {
	r := snap.Root
	return snapshotDetail{
		Root: hexOf(snap.Hash), Tenant: string(id), Source: r.Source, Objects: r.Objects, Types: orEmpty(r.Selected), Filters: r.Filters,
		Coverage: s.coverageOf(r.Source, "", 0, r.Coverage), Quarantine: quarantineOf(r.Quarantined), Duplicate: duplicatesOf(r.Duplicates),
		Folders: len(r.Folders), Chunks: len(r.Chunks),
	}
}
