package governance

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"strconv"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/governance/defaults"
	"frostgate.io/frostgate/sigma"
)

// RulesImported is what became of an upload of rules.
type RulesImported struct {
	Loaded   int            // rules and correlations that decide, or would
	Skipped  map[string]int // left out by folder or status
	Refused  []sigma.Refusal
	Unserved int        // loaded, but no known kind of event reaches them
	Usable   []RuleInfo // what was loaded, the first ones
	Document Ref
	Ruleset  Ref
	// Pointer is the tenant's as it is now; Active says that it is at Ruleset.
	Pointer *Pointer
	Active  bool

	files map[string]bool // that hold something usable
}

// CheckRules says what would become of an upload, on its own. Nothing is stored.
func (s *Service) CheckRules(ctx context.Context, files *RuleFiles) (*RulesImported, error) {
	n, out, err := files.document(ctx, "check")
	if err != nil {
		return nil, err
	}
	if n == nil {
		return out, nil
	}
	rules, err := s.Rules.compiled(ctx, []Ref{n.ref()}, []detect.Archive{{Name: n.Name, Content: n.Content}})
	if err != nil {
		return nil, err
	}
	out.count(rules, n.Name)
	return out, nil
}

// ImportRules makes an upload the detections document of this name, and a ruleset
// that is the active one with it; activate switches to that. Rules that can't be
// used are named and left out. The same upload again changes nothing.
func (s *Service) ImportRules(ctx context.Context, tenant domain.TenantID, name string, files *RuleFiles, activate bool, by evidence.Actor) (*RulesImported, error) {
	if name == defaults.BuiltinDetections {
		return nil, fault.New(fault.Invalid, "name %q is that of the built-in rules; choose another", name).At("name")
	}
	n, out, err := files.document(ctx, name)
	if err != nil {
		return nil, err
	}
	if n == nil {
		return nil, fault.New(fault.Invalid, "no rule of the archive can be used%s", firstReason(out.Refused)).At("body")
	}
	// Compiled before the revision too, in which others wait, and held until the
	// end, so that publishing and switching find it compiled.
	b, err := s.base(ctx, tenant)
	if err != nil {
		return nil, err
	}
	rules, err := s.rulesWith(ctx, tenant, b, n)
	if err != nil {
		return nil, err
	}
	got, err := s.revise(ctx, tenant, revision{
		action:      "rules.import",
		detail:      map[string]string{"document": string(n.ref().Hash), "source": name},
		publishOnly: !activate,
		edit: func(b *base) (*NewDocument, error) {
			var err error
			rules, err = s.rulesWith(ctx, tenant, b, n)
			return n, err
		},
	}, by)
	if err != nil {
		return nil, err
	}
	out.count(rules, n.Name)
	runtime.KeepAlive(rules)
	out.Document, out.Ruleset, out.Pointer = got.doc, got.ruleset, got.pointer
	out.Active = got.pointer.Hash == got.ruleset.Hash
	return out, nil
}

// RemoveRules takes the detections document of a name out of the active ruleset.
// The document stays: decisions were made with it.
func (s *Service) RemoveRules(ctx context.Context, tenant domain.TenantID, name string, by evidence.Actor) (*Pointer, error) {
	got, err := s.revise(ctx, tenant, revision{
		action: "rules.remove", detail: map[string]string{"source": name},
		edit: func(b *base) (*NewDocument, error) {
			if _, ok := b.ref(KindDetections, name); name == "" || !ok {
				return nil, fault.New(fault.NotFound, "no rules are imported under the name %q", name).At("name")
			}
			b.refs = slices.DeleteFunc(slices.Clone(b.refs), func(r Ref) bool { return r.Kind == KindDetections && r.Name == name })
			return nil, nil
		},
	}, by)
	if err != nil {
		return nil, err
	}
	return got.pointer, nil
}

func firstReason(refused []sigma.Refusal) string {
	if len(refused) == 0 {
		return ""
	}
	r := refused[0]
	return ": " + r.File + " line " + strconv.Itoa(r.Line) + ": " + r.Reason
}

// document packs the files that hold something usable, byte for byte. Without any
// there is no document.
func (f *RuleFiles) document(ctx context.Context, name string) (*NewDocument, *RulesImported, error) {
	c := sigma.ParseArchive(name, f.pack(func(string) bool { return true }), sigma.LoadOptions{Stop: ctx.Err})
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	out := &RulesImported{
		Skipped: maps.Clone(f.skipped), Refused: append(slices.Clone(f.refused), c.Refused...), files: map[string]bool{},
	}
	if out.Skipped == nil {
		out.Skipped = map[string]int{}
	}
	for why, n := range c.Skipped {
		out.Skipped[why] += n
	}
	for _, r := range c.Rules {
		out.files[r.File] = true
	}
	for _, r := range c.Correlations {
		out.files[r.File] = true
	}
	for _, r := range c.Filters {
		out.files[r.File] = true
	}
	if len(c.Rules)+len(c.Correlations) == 0 {
		return nil, out, nil
	}
	n := &NewDocument{Kind: KindDetections, Name: name, Content: f.pack(func(name string) bool { return out.files[name] })}
	n.Version = string(Hash(n.Content)[:12])
	err := n.check()
	return n, out, err
}

// rulesWith compiles the detections of a ruleset with one document put in.
func (s *Service) rulesWith(ctx context.Context, tenant domain.TenantID, b *base, n *NewDocument) (*detect.Rules, error) {
	refs := []Ref{n.ref()}
	for _, r := range b.refs {
		if r.Kind == KindDetections && r.Name != n.Name {
			refs = append(refs, r)
		}
	}
	refs = inForce(refs)
	content := map[Ref][]byte{n.ref(): n.Content}
	archives, err := s.archives(ctx, tenant, refs, content)
	if err != nil {
		return nil, err
	}
	if err := boundedArchives(archives); err != nil {
		return nil, err
	}
	rules, err := s.Rules.compiled(ctx, refs, archives)
	if err != nil {
		return nil, err
	}
	return rules, boundedRules(rules)
}

// archives reads documents into the form that is compiled; content holds what is
// known of them already.
func (s *Service) archives(ctx context.Context, tenant domain.TenantID, refs []Ref, content map[Ref][]byte) ([]detect.Archive, error) {
	if err := s.readTx(ctx, tenant, func(tx *db.Tx) error { return readRefs(ctx, tx, tenant, refs, content) }); err != nil {
		return nil, err
	}
	out := make([]detect.Archive, len(refs))
	for i, r := range refs {
		b, ok := content[r]
		if !ok {
			return nil, fault.New(fault.Unavailable, "the active ruleset names %s %s version %s, which does not exist", r.Kind, r.Name, r.Version)
		}
		out[i] = detect.Archive{Name: r.Name, Content: b}
	}
	return out, nil
}

// maxUsable bounds what an import says of each rule.
const maxUsable = 100

func (r *RulesImported) load(x RuleInfo) {
	if r.Loaded++; len(r.Usable) < maxUsable {
		r.Usable = append(r.Usable, x)
	}
}

// count adds what compiling said of a document's rules. Reading them again refused
// the same as before: only what is new is added.
func (r *RulesImported) count(rules *detect.Rules, source string) {
	r.Loaded, r.Unserved = 0, 0
	unserved := map[*sigma.Rule]bool{}
	for _, x := range rules.Set().Unserved() {
		if unserved[x] = true; rules.Source(x) == source {
			r.Unserved++
		}
	}
	for _, x := range rules.Set().Rules() {
		if rules.Source(x) == source {
			r.load(RuleInfo{Name: rules.Name(x), Rule: x, Source: source, Unserved: unserved[x]})
		}
	}
	for _, c := range rules.Correlations() {
		if c.Source == source {
			r.load(correlationInfo(&c))
		}
	}
	known := make(map[sigma.Refusal]bool, len(r.Refused))
	for _, x := range r.Refused {
		known[x] = true
	}
	for _, x := range rules.RefusedIn(source) {
		if !known[x] {
			r.Refused = append(r.Refused, x)
		}
	}
}
