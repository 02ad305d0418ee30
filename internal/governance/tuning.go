package governance

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"

	"go.yaml.in/yaml/v3"
)

// maxFilterLife bounds how long a filter may hold: noise that lasts longer is
// looked at again.
const maxFilterLife = 366 * 24 * time.Hour

// maxFilterAll bounds filters that name no rules.
const maxFilterAll = 24 * time.Hour

// tuningName is the name of the tuning documents that are made here.
const tuningName = "tuning"

// RuleTuning is what is asked of one rule. Zero values leave the rule as its author
// wrote it.
type RuleTuning struct {
	Disabled bool
	Cap      string // hits that count per span, for example 100/1h; empty: the default
	Level    string // instead of the rule's own
	Reason   string // for the audit
}

// NewFilter is a filter to add.
type NewFilter struct {
	Title string
	Rules []string // by either of their names
	// All is every rule, also those to come, but for critical ones, for a day at
	// most; Rules is empty then.
	All     bool
	Not     jsondoc.Value // a Sigma search as JSON: a map of fields, or a list of maps
	Expires domain.Micros
	Reason  string
}

// Filter is a filter as it stands in the tuning document.
type Filter struct {
	ID, Title, Reason, Author string
	Rules                     []string
	Not                       string // YAML
	Expires                   domain.Micros
	Expired                   bool
}

// shortID is a rule's name in tuning documents.
func shortID(rule string) string { return strings.TrimPrefix(rule, detectionPrefix) }

// TuneRule changes how a rule of the active ruleset counts, or puts it back to its
// author's ways, from the next event on.
func (s *Service) TuneRule(ctx context.Context, tenant domain.TenantID, rule string, t RuleTuning, by evidence.Actor) error {
	if err := checkWhy(t.Reason); err != nil {
		return err
	}
	detail := map[string]string{"rule": shortID(rule), "enabled": strconv.FormatBool(!t.Disabled), "cap": t.Cap, "level": t.Level, "reason": t.Reason}
	return s.tune(ctx, tenant, "rules.tune", detail, by, func(doc *detect.Tuning, rules *detect.Rules) error {
		if err := tunable(rules, rule, t); err != nil {
			return err
		}
		if t == (RuleTuning{Reason: t.Reason}) {
			delete(doc.Rules, shortID(rule))
			return nil
		}
		out := detect.RuleTune{Cap: t.Cap, Level: t.Level}
		if t.Disabled {
			no := false
			out.Enabled = &no
		}
		if doc.Rules == nil {
			doc.Rules = make(map[string]detect.RuleTune)
		}
		doc.Rules[shortID(rule)] = out
		return nil
	})
}

// tunable refuses what would do nothing.
func tunable(rules *detect.Rules, id string, t RuleTuning) error {
	if _, ok := rules.Rule(id); ok {
		return nil
	}
	if _, ok := rules.Correlation(id); !ok {
		return noRule(id)
	}
	if t.Cap != "" {
		return fault.New(fault.Invalid, "a correlation has no rate cap: it counts by itself").At("cap")
	}
	return nil
}

// filterable refuses what a filter can't name.
func filterable(rules *detect.Rules, id, at string) error {
	if _, ok := rules.Rule(id); ok {
		return nil
	}
	if c, ok := rules.Correlation(id); ok {
		return fault.New(fault.Invalid, "%s: %.80q is a correlation and looks at no event itself; filter what it looks at: %s", at, id, strings.Join(c.Members, " ")).At(at)
	}
	return fault.New(fault.Invalid, "%s: no detection %.80q in the active ruleset", at, id).At(at)
}

func noRule(rule string) error {
	return fault.New(fault.NotFound, "no detection %.80q in the active ruleset", rule).At("id")
}

// AddFilter takes known noise out of rules until it expires, from the next event
// on.
func (s *Service) AddFilter(ctx context.Context, tenant domain.TenantID, n NewFilter, by evidence.Actor) (*Filter, error) {
	f, err := s.newFilter(n, by)
	if err != nil {
		return nil, err
	}
	// Title, reason and search may hold personal data: they stand in the tuning
	// document alone.
	detail := map[string]string{"filter": f.ID, "expires": f.Expires.Format(time.RFC3339), "rules": strings.Join(f.Rules, " ")}
	err = s.tune(ctx, tenant, "rules.filter.add", detail, by, func(doc *detect.Tuning, rules *detect.Rules) error {
		for i, id := range n.Rules {
			if err := filterable(rules, id, "rules["+strconv.Itoa(i)+"]"); err != nil {
				return err
			}
		}
		if slices.ContainsFunc(doc.Filters, func(x detect.TuningFilter) bool { return x.ID == f.ID }) {
			return nil // the same again
		}
		doc.Filters = append(doc.Filters, *f)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.filterOf(f)
}

// newFilter checks what the tuning document alone would not refuse, and names the
// filter by what it says.
func (s *Service) newFilter(n NewFilter, by evidence.Actor) (*detect.TuningFilter, error) {
	now := s.Clock.Now()
	if err := checkWhy(n.Reason); err != nil {
		return nil, err
	}
	switch {
	case domain.HasHidden(n.Title):
		return nil, fault.New(fault.Invalid, "title holds characters that nobody sees").At("title")
	case n.Expires <= now:
		return nil, fault.New(fault.Invalid, "expires must be in the future").At("expires")
	case n.All && n.Expires > now+domain.Micros(maxFilterAll.Microseconds()):
		return nil, fault.New(fault.Invalid, "expires must be within a day for a filter of every rule").At("expires")
	case n.Expires > now+domain.Micros(maxFilterLife.Microseconds()):
		return nil, fault.New(fault.Invalid, "expires must be within a year: what is still noise then is looked at again").At("expires")
	case len(n.Rules) == 0 && !n.All:
		return nil, fault.New(fault.Invalid, "rules must name at least one rule; a filter for every rule says all: true").At("rules")
	case len(n.Rules) > 0 && n.All:
		return nil, fault.New(fault.Invalid, "name rules or say all: true, not both").At("all")
	case n.Not.Kind() != jsondoc.Object && n.Not.Kind() != jsondoc.Array:
		return nil, fault.New(fault.Invalid, "not must be a Sigma search: a map of fields, or a list of such maps").At("not")
	}
	f := &detect.TuningFilter{
		Title: n.Title, Reason: n.Reason, Author: string(principalOf(by)), Expires: time.UnixMicro(int64(n.Expires)).UTC(),
	}
	f.Rules = shortIDs(n.Rules)
	f.Not = *searchNode(n.Not)
	if err := keptExactly(f); err != nil {
		return nil, err
	}
	text := f.Title + "\x00" + f.Reason + "\x00" + f.Author + "\x00" + f.Expires.String() + "\x00" + strings.Join(f.Rules, " ") + "\x00" + string(n.Not.AppendCanonical(nil))
	f.ID = "f-" + string(Hash([]byte(text))[:12])
	return f, nil
}

// RemoveFilter ends a filter before its time.
func (s *Service) RemoveFilter(ctx context.Context, tenant domain.TenantID, id, reason string, by evidence.Actor) error {
	detail := map[string]string{"filter": id, "reason": reason}
	return s.tune(ctx, tenant, "rules.filter.remove", detail, by, func(doc *detect.Tuning, _ *detect.Rules) error {
		i := slices.IndexFunc(doc.Filters, func(f detect.TuningFilter) bool { return f.ID == id })
		if i < 0 {
			return fault.New(fault.NotFound, "no filter %.80q in the active ruleset", id).At("id")
		}
		doc.Filters = slices.Delete(doc.Filters, i, i+1)
		return nil
	})
}

// tune makes a tuning document out of the active one and switches to the ruleset
// with it.
func (s *Service) tune(ctx context.Context, tenant domain.TenantID, action string, detail map[string]string, by evidence.Actor, edit func(*detect.Tuning, *detect.Rules) error) error {
	_, err := s.revise(ctx, tenant, revision{action: action, detail: detail, edit: func(b *base) (*NewDocument, error) {
		doc, err := s.tuningOf(ctx, tenant, b)
		if err != nil {
			return nil, err
		}
		rs, err := s.load(ctx, tenant, b.hash)
		if err != nil {
			return nil, err
		}
		if err := edit(doc, rs.Detect.Rules()); err != nil {
			return nil, err
		}
		text, err := yaml.Marshal(doc)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "the tuning can't be written")
		}
		n := &NewDocument{Kind: KindTuning, Name: tuningName, Content: text}
		n.Version = string(Hash(n.Content)[:12])
		return n, nil
	}}, by)
	return err
}
