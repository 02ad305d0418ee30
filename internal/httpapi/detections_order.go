package httpapi

import (
	"cmp"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/governance"
)

// ruleOrder is the order of a list of rules; by is empty for the ruleset's own.
// Equals stand by title and name.
type ruleOrder struct {
	by   string
	desc bool
}

// rulePlace is where a rule stands in an order.
type rulePlace struct {
	value       int64 // of what the order is by; 0: by title
	title, name string
}

// ruleCursor is where a page of rules begins.
type ruleCursor struct {
	ruleset string
	until   domain.Micros // the activity that the first page was ordered by; 0: of now
	from    int64         // in the ruleset's own order
	last    rulePlace     // in any other: what was given last
}

func (at *ruleCursor) read(cursor string) error {
	until := int64(at.until)
	err := db.DecodeCursor(ruleList, cursor, &at.ruleset, &until, &at.from, &at.last.value, &at.last.title, &at.last.name)
	at.until = domain.Micros(until)
	return err
}

func (o *ruleOrder) place(r *governance.RuleInfo, fired *decision.Activity) rulePlace {
	p := rulePlace{title: r.Rule.Title, name: r.Name}
	switch o.by {
	case "level":
		p.value = int64(slices.Index(ruleLevels(), r.Level()))
	case "decisions":
		p.value = fired.By[r.Name].Decisions
	case "last_hit":
		p.value = int64(fired.By[r.Name].Last)
	}
	return p
}

// ruleLevels are the levels from the least on.
func ruleLevels() []string { return []string{"informational", "low", "medium", "high", "critical"} }

func (o *ruleOrder) compare(a, b rulePlace) int {
	n := cmp.Compare(a.value, b.value)
	if o.by == "title" {
		n = cmp.Compare(strings.ToLower(a.title), strings.ToLower(b.title))
	}
	if o.desc {
		n = -n
	}
	return cmp.Or(n, cmp.Compare(a.title, b.title), cmp.Compare(a.name, b.name))
}

// after is the cursor of the page that follows one that ends with last.
func (o *ruleOrder) after(at ruleCursor, last *governance.RuleInfo, next int, fired *decision.Activity) string {
	if o.by == "" {
		return db.EncodeCursor(ruleList, at.ruleset, int64(fired.Until), int64(next), int64(0), "", "")
	}
	p := o.place(last, fired)
	return db.EncodeCursor(ruleList, at.ruleset, int64(fired.Until), int64(0), p.value, p.title, p.name)
}
