package governance

import (
	"context"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"
)

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

// shortIDs are rules as filters name them, each once.
func shortIDs(rules []string) []string {
	var out []string
	for _, id := range rules {
		out = append(out, shortID(id))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// searchNode is a search as YAML. Strings that YAML would take for something else
// are quoted by its encoder; those with characters that it folds or drops stand in
// double quotes, which escape them.
func searchNode(v jsondoc.Value) *yaml.Node {
	switch v.Kind() {
	case jsondoc.Object:
		n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for name, member := range v.Members() {
			n.Content = append(n.Content, textNode(name), searchNode(member))
		}
		return n
	case jsondoc.Array:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for member := range v.Elements() {
			n.Content = append(n.Content, searchNode(member))
		}
		return n
	case jsondoc.String:
		text, _ := v.Str()
		return textNode(text)
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: string(v.AppendCanonical(nil))}
}

func textNode(text string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	odd := func(r rune) bool {
		return r < ' ' || r >= 0x7f && r <= 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff
	}
	// The encoder doesn't know of the merge key that it is one.
	if text == "<<" || strings.ContainsFunc(text, odd) {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// keptExactly refuses a filter that would not come back from a tuning document as
// it is: what is stored silences, not what was asked.
func keptExactly(f *detect.TuningFilter) error {
	again := *f
	again.ID = "f"
	text, err := yaml.Marshal(&detect.Tuning{Version: "1", Filters: []detect.TuningFilter{again}})
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "the filter can't be written as YAML").At("not")
	}
	doc, err := detect.ParseTuning(text)
	if err != nil {
		return err
	}
	switch got := &doc.Filters[0]; {
	case got.Title != f.Title:
		return fault.New(fault.Invalid, "title holds characters that can't be kept").At("title")
	case got.Reason != f.Reason:
		return fault.New(fault.Invalid, "reason holds characters that can't be kept").At("reason")
	case !sameNode(&got.Not, &f.Not):
		return fault.New(fault.Invalid, "not holds text that can't be kept exactly").At("not")
	}
	return nil
}

func sameNode(a, b *yaml.Node) bool {
	return a.Kind == b.Kind && a.ShortTag() == b.ShortTag() && a.Value == b.Value && slices.EqualFunc(a.Content, b.Content, sameNode)
}
