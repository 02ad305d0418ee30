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
	Title   string
	Rules   []string      // by either of their names; empty: every rule
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
	detail := map[string]string{"rule": shortID(rule), "enabled": strconv.FormatBool(!t.Disabled), "cap": t.Cap, "level": t.Level, "reason": t.Reason}
	return s.tune(ctx, tenant, "rules.tune", detail, by, func(doc *detect.Tuning, rules *detect.Rules) error {
		if _, ok := rules.Rule(rule); !ok {
			return noRule(rule)
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
	detail := map[string]string{"filter": f.ID, "title": f.Title, "reason": f.Reason, "expires": f.Expires.Format(time.RFC3339), "rules": strings.Join(f.Rules, " ")}
	err = s.tune(ctx, tenant, "rules.filter.add", detail, by, func(doc *detect.Tuning, rules *detect.Rules) error {
		for i, id := range n.Rules {
			if _, ok := rules.Rule(id); !ok {
				return fault.New(fault.Invalid, "rules[%d]: no detection %.80q in the active ruleset", i, id).At("rules[" + strconv.Itoa(i) + "]")
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
	switch {
	case n.Expires <= now:
		return nil, fault.New(fault.Invalid, "expires must be in the future").At("expires")
	case n.Expires > now+domain.Micros(maxFilterLife.Microseconds()):
		return nil, fault.New(fault.Invalid, "expires must be within a year: what is still noise then is looked at again").At("expires")
	case n.Not.Kind() != jsondoc.Object && n.Not.Kind() != jsondoc.Array:
		return nil, fault.New(fault.Invalid, "not must be a Sigma search: a map of fields, or a list of such maps").At("not")
	}
	f := &detect.TuningFilter{
		Title: n.Title, Reason: n.Reason, Author: string(principalOf(by)), Expires: time.UnixMicro(int64(n.Expires)).UTC(),
	}
	for _, id := range n.Rules {
		f.Rules = append(f.Rules, shortID(id))
	}
	slices.Sort(f.Rules)
	f.Rules = slices.Compact(f.Rules)
	// JSON is YAML; canonical JSON also without the escapes that YAML lacks.
	search := n.Not.AppendCanonical(nil)
	var node yaml.Node
	if err := yaml.Unmarshal(search, &node); err != nil || len(node.Content) != 1 {
		return nil, fault.New(fault.Invalid, "not can't be written as YAML").At("not")
	}
	f.Not = *node.Content[0]
	plain(&f.Not)
	text := f.Title + "\x00" + f.Reason + "\x00" + f.Author + "\x00" + f.Expires.String() + "\x00" + strings.Join(f.Rules, " ") + "\x00" + string(search)
	f.ID = "f-" + string(Hash([]byte(text))[:12])
	return f, nil
}

// plain drops the style of JSON, so that people read YAML. Strings that would be
// something else without quotes keep them: the encoder knows by their tag, but for
// the merge key.
func plain(n *yaml.Node) {
	if n.Value != "<<" {
		n.Style = 0
	}
	for _, c := range n.Content {
		plain(c)
	}
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

// tuningOf reads the tuning document of a ruleset; without one nothing is tuned.
func (s *Service) tuningOf(ctx context.Context, tenant domain.TenantID, b *base) (*detect.Tuning, error) {
	r, ok := b.ref(KindTuning, "")
	if !ok {
		return &detect.Tuning{Version: "1"}, nil
	}
	d, err := s.Document(ctx, tenant, r.Hash)
	if err != nil {
		return nil, err
	}
	return detect.ParseTuning(d.Content)
}

// Filters lists the filters of the active ruleset, the expired ones too.
func (s *Service) Filters(ctx context.Context, tenant domain.TenantID) ([]Filter, error) {
	b, err := s.base(ctx, tenant)
	if err != nil {
		return nil, err
	}
	doc, err := s.tuningOf(ctx, tenant, b)
	if err != nil {
		return nil, err
	}
	out := make([]Filter, 0, len(doc.Filters))
	for i := range doc.Filters {
		f, err := s.filterOf(&doc.Filters[i])
		if err != nil {
			return nil, err
		}
		out = append(out, *f)
	}
	return out, nil
}

func (s *Service) filterOf(f *detect.TuningFilter) (*Filter, error) {
	not, err := yaml.Marshal(&f.Not)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "filter %s can't be shown", f.ID)
	}
	at := domain.Micros(f.Expires.UnixMicro())
	return &Filter{
		ID: f.ID, Title: f.Title, Reason: f.Reason, Author: f.Author, Rules: f.Rules, Not: string(not), Expires: at, Expired: s.Clock.Now() >= at,
	}, nil
}
