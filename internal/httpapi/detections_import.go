package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/governance"
	"frostgate.io/frostgate/internal/tenant"
	"frostgate.io/frostgate/sigma"
)

const (
	// rulesMedia is how uploads are documented; what they are is told by their
	// bytes.
	rulesMedia = "application/x-tar"
	// uploadTime bounds how long an upload takes to arrive, importTime also
	// compiling and storing it.
	uploadTime = time.Minute
	importTime = 2 * time.Minute
	// maxRefusals bounds what an answer lists; refused_total counts all.
	maxRefusals = 1000
	// maxUsable bounds what it lists of what was loaded, maxUsableWords what it
	// explains.
	maxUsable      = 100
	maxUsableWords = 10
	// Uploads of rules at work at the same time.
	maxRulePacks       = 2
	maxTenantRulePacks = 1
	// Documents of rules on their way to somebody.
	maxRuleDocuments = 2
	// Questions which rules match an event.
	maxRuleQuestions       = 4
	maxTenantRuleQuestions = 2
)

// rulesRefusal is a document of a file that can't be used.
type rulesRefusal struct {
	File   string `json:"file"`
	Line   int    `json:"line" doc:"0: it concerns the whole file."`
	Reason string `json:"reason"`
}

// rulesChecked is what became, or would become, of uploaded rules.
type rulesChecked struct {
	Loaded       int              `json:"loaded" doc:"Rules and correlations that can be used."`
	Skipped      map[string]int64 `json:"skipped" doc:"Left out on purpose: placeholder, unsupported, deprecated, ..."`
	Refused      []rulesRefusal   `json:"refused" doc:"Can't be used as they are written; the first 1,000."`
	RefusedTotal int              `json:"refused_total"`
	Unserved     int              `json:"unserved" doc:"Loaded, but no known kind of event reaches them."`
	Usable       []rulesUsable    `json:"usable" doc:"What was loaded; the first 100."`
}

// rulesUsable is a rule or a correlation that was loaded.
type rulesUsable struct {
	ID       string       `json:"id"`
	Title    string       `json:"title"`
	Level    string       `json:"level"`
	File     string       `json:"file"`
	Line     int          `json:"line"`
	Served   bool         `json:"served" doc:"Some known kind of event reaches it."`
	LooksFor []ruleClause `json:"looks_for" doc:"In words; of the first 10 rules."`
}

// rulesImported is an import's answer.
type rulesImported struct {
	rulesChecked
	Document   detectionsRef `json:"document"`
	Ruleset    documentRef   `json:"ruleset" doc:"The one that was active, with the document in it."`
	Active     bool          `json:"active" doc:"It decides from the next event on."`
	Generation int64         `json:"generation" doc:"Of the tenant's pointer; 0: it follows the platform."`
}

func (s *Server) importRoute() *Route {
	e := withBody[rulesImported](text("application/json", s.importRules))
	e.reqMedia = rulesMedia
	return &Route{
		Method: http.MethodPost, Path: prefixV1 + "/rules/import", Access: scoped, Scope: domain.ScopeRulesWrite, Class: tenant.ClassWrite, Tag: "rules",
		Summary: "Put Sigma rules into the ruleset",
		Doc: "The body is a tar, plain or gzip, or an archive of files in the txtar format: up to 64 MiB sent, 20,000 rule files of 64 MiB together, 32 MiB of usable rules. " +
			"The usable files are kept byte for byte as the detections document `name`, instead of the one that had this name. Rules that can't be honoured are named with file and line and left out. " +
			"With activate=true the ruleset decides from the next event on, unless somebody else switched meanwhile. The same body again changes nothing.",
		Query: []Param{
			{Name: "name", Doc: "Of the document, for example sigmahq (default imported)."},
			{Name: "activate", Kind: paramBool, Doc: "Switch to the new ruleset (default false)."},
			{Name: "reason", Doc: "Kept in the audit."},
		},
		endpoint: e,
	}
}

func (s *Server) checkRulesRoute() *Route {
	e := withBody[rulesChecked](text("application/json", s.checkRules))
	e.reqMedia = rulesMedia
	return &Route{
		Method: http.MethodPost, Path: prefixV1 + "/rules/check", Access: scoped, Scope: domain.ScopeRulesWrite, Class: tenant.ClassWrite, Tag: "rules",
		Summary: "What would become of Sigma rules, without storing them",
		Doc:     "The body is as for /rules/import. It is asked by those who may import: it takes as much of the server.", endpoint: e,
	}
}

// ruleUpload reads an upload and gives it to work. Few are at work at a time: each
// takes memory and some seconds of a core.
func (s *Server) ruleUpload(ctx context.Context, x *exchange, c *Call, work func(context.Context, *governance.RuleFiles) (any, error)) error {
	done, err := s.packs.take(c.Tenant())
	if err != nil {
		return err
	}
	defer done()
	if e := c.Request.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return fault.New(codeMedia, "Content-Encoding %q is not supported; send the file as it is", clip(e)).At("Content-Encoding")
	}
	if c.Request.ContentLength > governance.MaxUpload {
		return tooLarge(governance.MaxUpload, limitBody)
	}
	extend(x, uploadTime, importTime+uploadTime)
	ctx, cancel := context.WithTimeout(ctx, importTime)
	defer cancel()
	body := &bodyReader{r: http.MaxBytesReader(x, c.Request.Body, governance.MaxUpload)}
	files, err := governance.ReadRuleFiles(ctx, body)
	if body.err != nil {
		return body.err
	}
	if err != nil {
		return err
	}
	out, err := work(ctx, files)
	if err != nil {
		return err
	}
	text, err := json.Marshal(out, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("encode an import: %w", err)
	}
	x.Header().Set("Content-Type", "application/json")
	_, _ = x.Write(text) // the reader is gone
	return nil
}

func (s *Server) importRules(ctx context.Context, x *exchange, c *Call) error {
	name := c.Query.text("name")
	if name == "" {
		name = "imported"
	}
	activate, _ := c.Query.flag("activate")
	return s.ruleUpload(ctx, x, c, func(ctx context.Context, files *governance.RuleFiles) (any, error) {
		got, err := s.deps.Govern.ImportRules(ctx, c.Tenant(), name, files, activate, c.because(c.Query.text("reason")))
		if err != nil {
			return nil, err
		}
		return importedOf(got), nil
	})
}

const builtinDoc = "They come with the version of the server and are the detections document builtin. " +
	"An upgrade leaves the ruleset in force as it is; this takes the new ones, keeping imports and tuning, and also undoes removing them. " +
	"The ruleset decides from the next event on. The same again changes nothing."

func (s *Server) restoreBuiltin(ctx context.Context, c *Call) (rulesImported, error) {
	done, err := s.packs.take(c.Tenant())
	if err != nil {
		return rulesImported{}, err
	}
	defer done()
	got, err := s.deps.Govern.RestoreBuiltin(ctx, c.Tenant(), c.because(c.Query.text("reason")))
	if err != nil {
		return rulesImported{}, err
	}
	return importedOf(got), nil
}

func importedOf(got *governance.RulesImported) rulesImported {
	out := rulesImported{rulesChecked: checkedOf(got), Document: detectionsRefOf(got.Document), Ruleset: refOf(got.Ruleset), Active: got.Active}
	if !got.Pointer.Platform {
		out.Generation = got.Pointer.Generation
	}
	return out
}

func (s *Server) checkRules(ctx context.Context, x *exchange, c *Call) error {
	return s.ruleUpload(ctx, x, c, func(ctx context.Context, files *governance.RuleFiles) (any, error) {
		got, err := s.deps.Govern.CheckRules(ctx, files)
		if err != nil {
			return nil, err
		}
		return checkedOf(got), nil
	})
}

func checkedOf(r *governance.RulesImported) rulesChecked {
	out := rulesChecked{Loaded: r.Loaded, Skipped: map[string]int64{}, RefusedTotal: len(r.Refused), Unserved: r.Unserved}
	for why, n := range r.Skipped {
		out.Skipped[why] = int64(n)
	}
	out.Refused, out.Usable = refusalsOf(r.Refused), []rulesUsable{}
	for i := range r.Usable[:min(len(r.Usable), maxUsable)] {
		x := &r.Usable[i]
		u := rulesUsable{x.Name, x.Rule.Title, x.Rule.Level.String(), x.Rule.File, x.Rule.Line, !x.Unserved, []ruleClause{}}
		if i < maxUsableWords {
			u.LooksFor, _ = clausesOf(x.Rule)
		}
		out.Usable = append(out.Usable, u)
	}
	return out
}

func refusalsOf(in []sigma.Refusal) []rulesRefusal {
	out := make([]rulesRefusal, 0, min(len(in), maxRefusals))
	for _, r := range in[:min(len(in), maxRefusals)] {
		out = append(out, rulesRefusal(r))
	}
	return out
}
