package drift

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"slices"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/drift/rename"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// UnknownDuplicate is a reason of diff.Unknown: the run had the object twice, and
// nobody can say which counts.
const UnknownDuplicate = "duplicate"

// batchContents is how many contents are asked for at a time.
const batchContents = 256

// templateCheck is one comparison of a template with an observation.
type templateCheck struct {
	types  *normal.Types
	seen   *manifest.Snapshot
	view   *rename.View
	opt    diff.Options
	sink   diff.Sink
	counts diff.Counts
	differ diff.Differ
	// stale are the types that were read by rules other than the template's.
	stale map[string]bool
	byID  map[rename.Key]rename.Entry
	named map[rename.Key][]rename.Entry // by type and name
	made  map[rename.Key][]rename.Entry // by type and template
}

// compare reports where an observation is not as the template wants it.
func (t *template) compare(ctx context.Context, types *normal.Types, seen *manifest.Snapshot, opt diff.Options, sink diff.Sink) (diff.Counts, error) {
	wanted := map[string]bool{}
	for _, w := range t.objects {
		wanted[w.typ] = opt.Types == nil || opt.Types(w.typ)
	}
	c := &templateCheck{
		types: types, seen: seen, view: rename.NewView(types, seen), opt: opt, sink: sink, stale: map[string]bool{},
		byID: map[rename.Key]rename.Entry{}, named: map[rename.Key][]rename.Entry{}, made: map[rename.Key][]rename.Entry{},
	}
	c.view.Only = func(typ string) bool { return wanted[typ] }
	if err := c.view.Read(ctx); err != nil {
		return c.counts, err
	}
	c.index()
	objects := slices.Clone(t.objects)
	slices.SortStableFunc(objects, func(x, y wantedObject) int { return cmp.Compare(x.typ, y.typ) })
	for i := range objects {
		w := &objects[i]
		if !wanted[w.typ] {
			continue
		}
		if err := c.object(ctx, w); err != nil {
			return c.counts, err
		}
	}
	return c.counts, nil
}

func (c *templateCheck) index() {
	for _, e := range c.view.Entries {
		l := c.view.Labels[e.Key]
		c.byID[rename.Key{Type: e.Type, ID: e.Real}] = e
		if l.Name != "" {
			key := rename.Key{Type: e.Type, ID: l.Name}
			c.named[key] = append(c.named[key], e)
		}
		if l.Template != "" {
			key := rename.Key{Type: e.Type, ID: l.Template}
			c.made[key] = append(c.made[key], e)
		}
	}
}

// object looks for one wanted object and compares what it finds.
func (c *templateCheck) object(ctx context.Context, w *wantedObject) error {
	if why, told := c.outdated(w); why != "" {
		c.counts.Unknown++
		if told {
			return nil
		}
		return c.sink.Unknown(diff.Unknown{Type: w.typ, Reason: why})
	}
	var found []rename.Entry
	switch {
	case w.id != "":
		if e, ok := c.byID[rename.Key{Type: w.typ, ID: w.id}]; ok {
			found = []rename.Entry{e}
		}
	case w.name != "":
		found = c.named[rename.Key{Type: w.typ, ID: w.name}]
	default:
		found = c.made[rename.Key{Type: w.typ, ID: w.template}]
	}
	switch {
	case c.twice(w):
		return c.unknown(w, w.missing(), UnknownDuplicate)
	case len(found) == 0:
		return c.missing(w)
	case w.absent:
		return c.unwanted(ctx, w, found)
	case len(found) > 1 && w.name != "":
		for _, e := range found {
			if err := c.sink.Unknown(diff.Unknown{Type: w.typ, ID: e.Real, Reason: rename.BecauseAmbiguous}); err != nil {
				return err
			}
		}
		c.counts.Unknown++
		return nil
	}
	return c.contents(ctx, found, func(e rename.Entry, body []byte) error { return c.state(w, e, body) })
}

// outdated says why nothing of a type can be compared, and whether that was told.
func (c *templateCheck) outdated(w *wantedObject) (why string, told bool) {
	row, ok := c.seen.Root.Cover(w.typ)
	if !ok || row.Normaliser == c.types.Rules(w.typ).Type().Normaliser {
		return "", false
	}
	told = c.stale[w.typ]
	c.stale[w.typ] = true
	return diff.BecauseNormaliser, told
}

// twice says that the run had more than one object of the wanted one's identity.
func (c *templateCheck) twice(w *wantedObject) bool {
	for _, d := range c.seen.Root.Duplicates {
		if d.Type == w.typ && d.ID == w.id {
			return true
		}
	}
	for key := range c.view.Twice {
		l := c.view.Labels[key]
		if key.Type == w.typ && (w.name != "" && l.Name == w.name || w.template != "" && l.Template == w.template) {
			return true
		}
	}
	return false
}

// missing is what a template finds that has no object: drift if the type was
// read completely, else nobody can say.
func (c *templateCheck) missing(w *wantedObject) error {
	if why := c.uncovered(w.typ); why != "" {
		return c.unknown(w, w.missing(), why)
	}
	if w.absent {
		c.counts.Unchanged++
		return nil
	}
	c.counts.Removed++
	return c.change(w, diff.Change{
		Type: w.typ, ID: w.missing(), Name: w.name, Kind: diff.Removed,
		From: w.desired, FromHash: sha256.Sum256(w.desired), Ops: []diff.Op{{Op: "remove"}},
	})
}

// missing is the ID that stands for an object that is not there.
func (w *wantedObject) missing() string {
	switch {
	case w.id != "":
		return w.id
	case w.name != "":
		return rename.MissingID(w.name, "")
	}
	return "template:" + w.template
}

// uncovered says why the absence of an object of a type proves nothing; empty:
// it proves that there is none.
func (c *templateCheck) uncovered(typ string) string {
	root := c.seen.Root
	row, read := root.Cover(typ)
	vouched := slices.Contains(root.Selected, typ)
	suspect := slices.ContainsFunc(root.Quarantined, func(q manifest.Quarantined) bool { return q.Type == "" || q.Type == typ })
	switch {
	case len(root.Selected) > 0 && !vouched, read && row.Status == manifest.Skipped:
		return diff.BecauseSkipped
	case read && row.Status == manifest.Failed:
		return diff.BecauseFailed
	case suspect || read && row.Quarantined > 0, !read && len(root.Quarantined) > 0:
		// Where nothing of the type was read, what lay beside an unreadable thing
		// could not tell that it is of it.
		return diff.BecauseQuarantine
	case read && row.Status != manifest.Complete || c.view.Partial[typ]:
		return diff.BecausePartial
	case !read && !vouched && len(root.Folders) > 0:
		return diff.BecauseFolder // its folder need not have been among those that were read
	}
	return ""
}

func (c *templateCheck) unknown(w *wantedObject, id, why string) error {
	c.counts.Unknown++
	return c.sink.Unknown(diff.Unknown{Type: w.typ, ID: id, Reason: why})
}

// unwanted reports objects that must not be there.
func (c *templateCheck) unwanted(ctx context.Context, w *wantedObject, found []rename.Entry) error {
	return c.contents(ctx, found, func(e rename.Entry, body []byte) error {
		c.counts.Added++
		to := bytes.Clone(body)
		return c.change(w, diff.Change{
			Type: w.typ, ID: e.Real, Name: c.view.Labels[e.Key].Name, Kind: diff.Added,
			To: to, ToHash: e.Hash, Ops: []diff.Op{{Op: "add", Value: to}},
		})
	})
}

// contents reads objects' contents in the objects' order.
func (c *templateCheck) contents(ctx context.Context, list []rename.Entry, each func(rename.Entry, []byte) error) error {
	for part := range slices.Chunk(list, batchContents) {
		bodies := map[manifest.Hash][]byte{}
		hashes := make([]manifest.Hash, 0, len(part))
		for _, e := range part {
			if _, asked := bodies[e.Hash]; !asked {
				bodies[e.Hash] = nil
				hashes = append(hashes, e.Hash)
			}
		}
		err := c.seen.Store.Contents(ctx, hashes, func(h manifest.Hash, body []byte) error {
			bodies[h] = bytes.Clone(body)
			return nil
		})
		if err != nil {
			return err
		}
		for _, e := range part {
			if err := each(e, bodies[e.Hash]); err != nil {
				return err
			}
		}
	}
	return nil
}

// state compares one object with what is wanted of it.
func (c *templateCheck) state(w *wantedObject, e rename.Entry, body []byte) error {
	rules := c.types.Rules(w.typ)
	changes, err := c.differ.Desired(rules, w.desired, body)
	if err != nil {
		return err
	}
	for i := range w.anyOf {
		if changes, err = c.alternatives(rules, &w.anyOf[i], changes, body); err != nil {
			return err
		}
	}
	if len(changes) == 0 {
		c.counts.Unchanged++
		return nil
	}
	c.counts.Changed++
	metadata := true
	for _, ch := range changes {
		metadata = metadata && ch.Kind == diff.Metadata
		ch.Type, ch.ID, ch.Name = w.typ, e.Real, c.view.Labels[e.Key].Name
		if err := c.change(w, ch); err != nil {
			return err
		}
	}
	if metadata {
		c.counts.Metadata++
	}
	return nil
}

func (c *templateCheck) change(w *wantedObject, ch diff.Change) error {
	switch {
	case w.severity != "":
		ch.Severity = w.severity
	case c.opt.Severity != nil:
		ch.Severity = c.opt.Severity.Of(&ch)
	}
	return c.sink.Change(ch)
}
