package main

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	frostgate "frostgate.io/frostgate/sdk/go"
)

type driftShowCmd struct {
	tenantFlag
	ID string `arg:"" help:"Finding; as much of its ID as tells it from the others."`
}

// Run shows a finding.
func (c *driftShowCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	tenant, ids, err := findingsOf(p, cl, c.Tenant, []string{c.ID})
	if err != nil {
		return err
	}
	f, err := cl.DriftFinding(p.ctx, tenant, ids[0])
	if err != nil {
		return err
	}
	if p.cli.Output != "table" {
		return p.one(f)
	}
	against := f.Baseline
	if b, err := cl.DriftBaseline(p.ctx, tenant, f.Baseline); err == nil {
		against = baselineText(&b.DriftBaseline)
	}
	return p.emit(func(w io.Writer) error { return findingText(w, f, against, p.paint(), p.width()) })
}

// findingText writes a finding for reading: what, when, which runs, both values
// side by side, who did what.
func findingText(w io.Writer, f *frostgate.DriftFindingDetail, against string, paint painter, width int) error {
	line := labelled(w, paint, width)
	fmt.Fprintf(w, "%s  %s  %s\n", paint.bold(printable(or(f.Name, f.ObjectID))), paint.level(f.Severity), paint.bold(f.State))
	line("finding", "%s", f.ID)
	line("state", "%s", findingState(&f.DriftFinding))
	line("what", "%s", kindText(f.Kind, f.Path, f.BaselineKind))
	line("type", "%s (%s)", f.Label, f.Type)
	line("object", "%s in %s", f.ObjectID, f.Source)
	if f.Path != "" {
		line("where", "%s", f.Path)
	}
	if f.Change != "" {
		line("change", "%s", f.Change)
	}
	line("against", "%s", against)
	line("when", "%s", whenText(f))
	if f.Last.Run != f.After.Run {
		line("last moved", "%s in %s", clockOf(f.Last.At), f.Last.Run)
	}
	if f.Assignee != "" {
		line("assignee", "%s", f.Assignee)
	}
	if a := f.Acceptance; a != nil {
		line("accepted", "%s", acceptanceText(a))
	}
	if f.Reopens != "" {
		line("follows", "%s", f.Reopens)
	}
	fmt.Fprintln(w)
	left, right := "BEFORE", "AFTER"
	if expected(f.BaselineKind) {
		left, right = "EXPECTED ("+printable(f.BaselineKind+" "+f.BaselineName)+")", "OBSERVED"
	}
	if err := sideBySide(w, left, right, sideLines(f.FromValue, f.Names), sideLines(f.ToValue, f.Names), paint, width); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, e := range f.History {
		if _, err := fmt.Fprintf(w, "%s  %s\n", clockOf(e.At), printable(driftStepText(&e))); err != nil {
			return err
		}
	}
	return nil
}

func kindText(kind, path, baseline string) string {
	switch {
	case kind == "added" && path == "" && expected(baseline):
		return "the object is there, and what is expected has none such"
	case kind == "removed" && path == "" && expected(baseline):
		return "the object is missing: " + wantedText(baseline)
	case kind == "added" && path == "":
		return "the object is new"
	case kind == "removed" && path == "":
		return "the object is gone: its type was read to the end without it"
	case kind == "metadata":
		return "only what describes the object changed"
	}
	return "a value changed"
}

// whenText says between which observations the change lies.
func whenText(f *frostgate.DriftFindingDetail) string {
	after := clockOf(f.After.At)
	if f.After.At.IsZero() {
		after = clockOf(f.FirstSeen)
	}
	if f.Before.Run == "" {
		return fmt.Sprintf("observed %s by %s", after, f.After.Run)
	}
	return fmt.Sprintf("between %s (%s) and %s (%s)", clockOf(f.Before.At), f.Before.Run, after, f.After.Run)
}

func acceptanceText(a *frostgate.DriftAcceptance) string {
	out := "until " + clockOf(a.Until) + byWhom(a.By)
	if a.Approver != "" {
		out += ", allowed by " + a.Approver
	}
	if a.Reason != "" {
		out += ": " + a.Reason
	}
	return out
}

// driftStepText says one step of a finding.
func driftStepText(e *frostgate.DriftEvent) string {
	out := or(e.By, "server") + "  " + words(e.Action)
	switch {
	case e.Action == "assign":
		out += " to " + or(e.Assignee, "nobody")
	case e.Reason != "":
		out += " (" + words(e.Reason) + ")"
	}
	if !e.Until.IsZero() {
		out += " until " + clockOf(e.Until)
	}
	if e.Approver != "" {
		out += ", allowed by " + e.Approver
	}
	out += ": " + e.State
	if e.Note != "" {
		out += ", " + fmt.Sprintf("%q", e.Note)
	}
	if e.Run != "" {
		out += " [" + e.Run + "]"
	}
	if e.Entry != nil {
		out += fmt.Sprintf(" [entry %d]", *e.Entry)
	}
	return out
}

// maxSide bounds how much of a value is shown; -o json shows all.
const maxSide = 400

// sideLines writes a value in lines, identifiers with what they are called.
func sideLines(v jsontext.Value, names map[string]string) []string {
	if len(v) == 0 {
		return []string{"(not there)"}
	}
	v = append(jsontext.Value(nil), v...)
	if err := v.Indent(jsontext.WithIndent("  ")); err != nil {
		return []string{printable(string(v))}
	}
	lines := strings.Split(string(v), "\n")
	for i, l := range lines {
		for id, name := range names {
			l = strings.ReplaceAll(l, `"`+id+`"`, name+" ("+clip(id, 9)+")")
		}
		lines[i] = printable(l)
	}
	return lines
}

// sideBySide writes two texts beside each other, equal lines beside equal ones.
func sideBySide(w io.Writer, left, right string, a, b []string, paint painter, width int) error {
	if width == 0 {
		width = 120
	}
	half := max(20, (width-5)/2)
	row := func(mark, l, r string) error {
		l = clip(l, half)
		_, err := fmt.Fprintf(w, "%s %s%s %s\n", mark, l, strings.Repeat(" ", half-utf8.RuneCountInString(l)), strings.TrimRight(clip(r, half), " "))
		return err
	}
	if err := row(" ", left, right); err != nil {
		return err
	}
	cut := max(len(a), len(b)) > maxSide
	a, b = a[:min(len(a), maxSide)], b[:min(len(b), maxSide)]
	for _, pair := range aligned(a, b) {
		mark, l, r := " ", "", ""
		if pair[0] >= 0 {
			l = a[pair[0]]
		}
		if pair[1] >= 0 {
			r = b[pair[1]]
		}
		if !sameLine(l, r) {
			mark = paint.warn("|")
		}
		if err := row(mark, l, r); err != nil {
			return err
		}
	}
	if cut {
		_, err := fmt.Fprintln(w, "  ... -o json shows all of it")
		return err
	}
	return nil
}

// sameLine tells whether two lines say the same: the comma after an element only
// says that another follows.
func sameLine(a, b string) bool { return strings.TrimSuffix(a, ",") == strings.TrimSuffix(b, ",") }

// aligned pairs the lines of two texts by their longest common subsequence;
// between common lines, what was taken out stands beside what came in. -1: none.
func aligned(a, b []string) (out [][2]int) {
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if sameLine(a[i], b[j]) {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		gone, came := i, j
		for (i < len(a) || j < len(b)) && (i == len(a) || j == len(b) || !sameLine(a[i], b[j])) {
			if j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1] {
				i++
			} else {
				j++
			}
		}
		for ; gone < i || came < j; gone, came = gone+1, came+1 {
			pair := [2]int{-1, -1}
			if gone < i {
				pair[0] = gone
			}
			if came < j {
				pair[1] = came
			}
			out = append(out, pair)
		}
		if i < len(a) && j < len(b) {
			out = append(out, [2]int{i, j})
			i, j = i+1, j+1
		}
	}
	return out
}

// until reads --for and --until, of which one is given.
func until(length timeSpan, end time.Time, now time.Time) (time.Time, error) {
	if (length > 0) == !end.IsZero() {
		return time.Time{}, usagef("say for how long: --for 30d, or --until 2026-12-31")
	}
	if length > 0 {
		return now.Add(time.Duration(length)).UTC().Truncate(time.Second), nil
	}
	return end, nil
}
