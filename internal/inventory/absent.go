package inventory

import (
	"maps"
	"slices"

	"frostgate.io/frostgate/internal/inventory/manifest"
)

// proves says whether a type is read so completely in a run that what an earlier
// one had of it, and this one does not, is gone: the same rules as those by which
// drift calls an object removed.
func proves(from, to *manifest.Root, kind string) bool {
	was, had := from.Cover(kind)
	is, seen := to.Cover(kind)
	vouched := slices.Contains(to.Selected, kind)
	switch {
	case !maps.Equal(from.Filters, to.Filters), len(to.Selected) > 0 && !vouched:
		return false
	case seen && (is.Status != manifest.Complete || is.Quarantined > 0), had && seen && was.Normaliser != is.Normaliser:
		return false
	case to.MayHide(from, kind):
		return false
	case vouched:
		return true
	case !had:
		return false
	}
	for _, p := range was.Places {
		if _, ok := slices.BinarySearch(to.Folders, p); !ok {
			return false
		}
	}
	return seen || len(was.Places) > 0 || stream(to)
}

// stream says that a run had no folders: its end was the end of every type.
func stream(r *manifest.Root) bool {
	return len(r.Folders) == 0 && !slices.ContainsFunc(r.Coverage, func(c manifest.Coverage) bool { return len(c.Places) > 0 })
}
