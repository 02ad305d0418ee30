package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// judge lists every row whose tests don't prove it.
func judge(l *list, results map[ref]outcome) []string {
	var problems []string
	for _, r := range l.rows() {
		for _, t := range r.Tests {
			switch results[t] {
			case passed:
			case skipped:
				problems = append(problems, fmt.Sprintf("%s: %s was skipped", r.ID, t))
			case failed:
				problems = append(problems, fmt.Sprintf("%s: %s failed", r.ID, t))
			default:
				problems = append(problems, fmt.Sprintf("%s: %s doesn't exist or doesn't build", r.ID, t))
			}
		}
	}
	return problems
}

// regressions compares with the accepted score. A row that is better than it is
// named too: else the next fall from there would pass unseen.
func regressions(l *list, committed map[string]status) []string {
	var problems []string
	now := map[string]bool{}
	stale := false
	for _, r := range l.rows() {
		now[r.ID] = true
		was, ok := committed[r.ID]
		switch {
		case !ok || r.Status.level() > was.level():
			stale = true
		case r.Status.level() < was.level():
			problems = append(problems, fmt.Sprintf("%s fell from %s to %s", r.ID, was, r.Status))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(committed)) {
		if !now[id] {
			problems = append(problems, fmt.Sprintf("%s (%s) is gone from the list", id, committed[id]))
		}
	}
	if stale && len(problems) == 0 {
		problems = append(problems, scoreFile+" is behind: make align UPDATE=1, and commit it")
	}
	return problems
}

// parseScore reads "ID status" lines; # starts a comment.
func parseScore(raw []byte) (map[string]status, error) {
	score := map[string]status{}
	for i, line := range strings.Split(string(raw), "\n") {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		if len(fields) != 2 || status(fields[1]).level() == 0 {
			return nil, fmt.Errorf("line %d: want an ID and a status", i+1)
		}
		score[fields[0]] = status(fields[1])
	}
	return score, nil
}

// formatScore writes what parseScore reads.
func formatScore(l *list) []byte {
	var b bytes.Buffer
	b.WriteString("# The last accepted score, written by `make align UPDATE=1`: no row may fall below it.\n")
	for _, r := range l.rows() {
		fmt.Fprintf(&b, "%s %s\n", r.ID, r.Status)
	}
	return b.Bytes()
}

// tally counts rows by status; a partial row is worth half.
type tally struct{ delivered, partial, planned int }

func (t *tally) add(s status) {
	switch s {
	case delivered:
		t.delivered++
	case partial:
		t.partial++
	case planned:
		t.planned++
	}
}

func (t tally) rows() int { return t.delivered + t.partial + t.planned }

func (t tally) percent() float64 {
	if t.rows() == 0 {
		return 0
	}
	return 100 * (float64(t.delivered) + float64(t.partial)/2) / float64(t.rows())
}

// report prints the score by area and for the blueprint's IDs, then each row that
// isn't just planned.
func report(w io.Writer, l *list) {
	var total tally
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "area\trows\tdelivered\tpartial\tplanned\tscore\t")
	line := func(name string, t tally) {
		fmt.Fprintf(tw, "%s\t%d\t%d\t%d\t%d\t%.0f%%\t\n", name, t.rows(), t.delivered, t.partial, t.planned, t.percent())
	}
	for _, a := range l.Areas {
		var t tally
		for _, r := range a.Rows {
			t.add(r.Status)
			total.add(r.Status)
		}
		line(a.Name, t)
	}
	line("all", total)
	line("blueprint IDs", blueprint(l))
	_ = tw.Flush() // w is the screen
	fmt.Fprintln(w)
	for _, r := range l.rows() {
		switch r.Status {
		case delivered:
			fmt.Fprintf(w, "%-7s delivered  %d tests  %s\n", r.ID, len(r.Tests), r.Promise)
		case partial:
			fmt.Fprintf(w, "%-7s partial    %d tests  missing: %s\n", r.ID, len(r.Tests), r.Missing)
		}
	}
	fmt.Fprintln(w)
}

// blueprint counts the blueprint's requirement IDs (BP-, DR-); one that several
// rows carry is only as far as the least of them.
func blueprint(l *list) tally {
	least := map[string]status{}
	for _, r := range l.rows() {
		for _, o := range r.Origin {
			if !strings.HasPrefix(o, "BP-") && !strings.HasPrefix(o, "DR-") {
				continue
			}
			if s, ok := least[o]; !ok || r.Status.level() < s.level() {
				least[o] = r.Status
			}
		}
	}
	var t tally
	for _, s := range least {
		t.add(s)
	}
	return t
}
