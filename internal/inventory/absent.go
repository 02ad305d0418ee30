package inventory

import (
	"maps"
	"slices"

	"frostgate.io/frostgate/internal/inventory/manifest"
)

func absent(from, to *manifest.Root, kind string) string {
	if !maps.Equal(from.Filters, to.Filters) {
		return "scope"
	}
	vouched := slices.Contains(to.Selected, kind)
	c, seen := to.Cover(kind)
	if seen && (c.Status != manifest.Complete || c.Quarantined > 0) {
		return "partial"
	}
	was, had := from.Cover(kind)
	if seen && had && was.Normaliser != c.Normaliser {
		return "normaliser"
	}
	if slices.ContainsFunc(to.Quarantined, func(q manifest.Quarantined) bool { return q.Type == "" || q.Type == kind }) {
		return "quarantine"
	}
	if vouched || !had {
		return ""
	}
	for _, p := range was.Places {
		if !slices.Contains(to.Folders, p) {
			return "folder"
		}
	}
	return ""
}
