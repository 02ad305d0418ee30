package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/drift/plain"
)

const (
	// groupsAbove is how many objects are shown one by one; of more, equal changes
	// come first, and then a line for each object.
	groupsAbove = 20
	shownGroups = 20
	shownItems  = 50
	shownValues = 12
	valueChars  = 80
)

// diffText writes a comparison for reading: what it found, then what changed.
type diffText struct {
	paint painter
	width int
	all   bool
}

func (t *diffText) write(w io.Writer, r *diffReport) error {
	t.summary(w, r)
	drifted := r.Added + r.Removed + r.Changed
	short := drifted > groupsAbove && !t.all
	if short {
		t.groups(w, r)
	}
	section, shown, more := "", 0, 0
	for _, it := range r.Items {
		if s := sectionOf(it.Kind); s != section {
			section, shown = s, 0
			t.rest(w, &more)
			fmt.Fprintf(w, "\n%s\n", t.paint.title(s))
		}
		if shown++; shown > shownItems && !t.all {
			more++
			continue
		}
		t.item(w, it, short)
	}
	t.rest(w, &more)
	return nil
}

func (t *diffText) rest(w io.Writer, more *int) {
	if *more > 0 {
		fmt.Fprintf(w, "  and %d more; --all or -o json shows all\n", *more)
	}
	*more = 0
}

func sectionOf(kind string) string {
	switch kind {
	case "unknown":
		return "Can't be told"
	case "quarantined":
		return "Could not be read"
	case "duplicate":
		return "Claimed by several objects, left out"
	}
	return "Drift"
}

func (t *diffText) summary(w io.Writer, r *diffReport) {
	fmt.Fprintf(w, "before  %s\nafter   %s\n\n", sideText(r.Before), sideText(r.After))
	meta := ""
	if r.Metadata > 0 {
		meta = fmt.Sprintf(" (%d only in name or description)", r.Metadata)
	}
	head := fmt.Sprintf("%d added, %d removed, %d changed%s, %d unchanged", r.Added, r.Removed, r.Changed, meta, r.Unchanged)
	switch {
	case r.Added+r.Removed+r.Changed == 0 && r.Unknown+r.Quarantined+r.Duplicates > 0:
		fmt.Fprintln(w, t.paint.warn("No drift in what could be compared: ")+head)
	case r.Added+r.Removed+r.Changed == 0:
		fmt.Fprintln(w, t.paint.good("No drift: ")+head)
	default:
		fmt.Fprintln(w, t.paint.bold("Drift: ")+head)
		fmt.Fprintf(w, "%s, %s in %s\n", counted(r.Added+r.Removed+r.Changed, "object"), counted(r.Changes, "change"), counted(r.Groups, "group"))
	}
	if r.Below > 0 {
		fmt.Fprintf(w, "left out by --severity: %s with less grave changes only\n", counted(r.Below, "object"))
	}
	if n := r.Unknown; n > 0 {
		fmt.Fprintln(w, t.paint.warn(counted(n, "object")+" can't be told: not drift, not proven unchanged"))
	}
	if n := r.Quarantined; n > 0 {
		fmt.Fprintln(w, t.paint.warn(counted(n, "place")+" could not be read"))
	}
	if n := r.Duplicates; n > 0 {
		fmt.Fprintln(w, t.paint.warn(identities(n)+" claimed by several objects: left out on both sides"))
	}
	if n := r.Secrets; n > 0 {
		fmt.Fprintln(w, t.paint.warn(counted(n, "secret")+" not compared: hashed under different keys"))
	}
}

func sideText(s diffSideInfo) string {
	text := fmt.Sprintf("%s: %s of %s", printable(s.Path), counted(s.Objects, "object"), counted(s.Types, "type"))
	if s.Ignored > 0 {
		text += fmt.Sprintf(", %s passed over", counted(s.Ignored, "file"))
	}
	return text
}

// groups shows equal changes once, those of the most objects first.
func (t *diffText) groups(w io.Writer, r *diffReport) {
	all := slices.Clone(r.groups)
	slices.SortStableFunc(all, func(a, b diffGroup) int { return b.objects - a.objects })
	fmt.Fprintf(w, "\n%s\n", t.paint.title("The same change in several objects"))
	for i, g := range all {
		if i == shownGroups {
			fmt.Fprintf(w, "  and %d more\n", len(all)-i)
			break
		}
		labels := slices.Sorted(maps.Keys(g.labels))
		more := ""
		if len(labels) > 3 {
			labels, more = labels[:3], fmt.Sprintf(" and %d more types", len(labels)-3)
		}
		fmt.Fprintf(w, "  %s %s\n", t.paint.bold(fmt.Sprintf("%4d ×", g.objects)), t.clip(t.value(g.kind, &g.sample), 10))
		fmt.Fprintf(w, "         %s\n", t.paint.dim(printable(strings.Join(labels, ", ")+more)))
	}
}

func (t *diffText) item(w io.Writer, it *diffItem, short bool) {
	name := or(it.Name, it.ID)
	switch it.Kind {
	case "unknown":
		fmt.Fprintf(w, "  %s  %s: %s\n", t.paint.warn(printable(it.Label)), printable(name), plain.Reason(it.Reason))
		return
	case "quarantined":
		fmt.Fprintf(w, "  %s%s\n      %s\n", printable(it.Place), t.paint.dim(inParens(it.Label)), printable(it.Reason))
		return
	case "duplicate":
		id := ""
		if it.ID != name {
			id = " " + t.paint.dim(printable(it.ID))
		}
		fmt.Fprintf(w, "  %s  %s%s\n      %s\n", t.paint.warn(printable(it.Label)), printable(name), id, printable(or(it.Place, it.Reason)))
		return
	}
	kind := it.Kind
	if it.Metadata {
		kind = "renamed"
	}
	fmt.Fprintf(w, "  %s %s  %s%s\n", t.kind(kind), t.paint.bold(printable(name)), printable(it.Label), t.severity(it.Severity))
	if short {
		return
	}
	if it.Place != "" {
		fmt.Fprintf(w, "      %s\n", t.paint.dim(printable(it.Place)))
	}
	if it.Kind != "changed" {
		return
	}
	for i := range it.Changes {
		if i == shownValues && !t.all {
			fmt.Fprintf(w, "      and %d more; --all or -o json shows all\n", len(it.Changes)-i)
			break
		}
		fmt.Fprintf(w, "      %s\n", t.clip(t.value(it.Kind, &it.Changes[i]), 6))
	}
}

func inParens(s string) string {
	if s == "" {
		return ""
	}
	return "  (" + printable(s) + ")"
}

func (t *diffText) kind(kind string) string {
	text := fmt.Sprintf("%-8s", kind)
	switch kind {
	case "added":
		return t.paint.good(text)
	case "removed":
		return t.paint.bad(text)
	}
	return t.paint.warn(text)
}

func (t *diffText) severity(s string) string {
	if s == "" {
		return ""
	}
	return "  " + t.paint.level(s)
}

// value says in one line what became of a value, or of a whole object.
func (t *diffText) value(kind string, v *diffValue) string {
	if v.Path == "" && kind != "changed" {
		return "the whole object " + kind
	}
	return plain.Path(v.Path) + ": " + plain.Change(v.Path, v.From, v.To, valueChars)
}

// clip makes a line fit the terminal behind an indent.
func (t *diffText) clip(s string, indent int) string {
	s = printable(s)
	if t.width > indent+20 && !t.all {
		return clip(s, t.width-indent)
	}
	return s
}

// writeDiffCSV writes one row for each change.
func writeDiffCSV(w io.Writer, r *diffReport) error {
	var rows [][]string
	for _, it := range r.Items {
		head := []string{it.Kind, it.Severity, it.Type, it.Label, it.ID, it.Name, it.Place}
		if len(it.Changes) == 0 || it.Kind == "added" || it.Kind == "removed" {
			rows = append(rows, append(slices.Clone(head), "", "", "", it.Reason))
			continue
		}
		for _, v := range it.Changes {
			row := append(slices.Clone(head), v.Path, plain.Value(v.From, 0), plain.Value(v.To, 0), "")
			row[1] = v.Severity
			rows = append(rows, row)
		}
	}
	return writeCSV(w, cols("kind", "severity", "type", "label", "id", "name", "place", "path", "from", "to", "reason"), rows)
}
