package detect

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// ScenarioInfo is a scenario as its document says it, for people.
type ScenarioInfo struct {
	ID, Title   string
	Points      int
	Types       []string // event types that can fire it; none: all
	Techniques  []string // of ATT&CK
	When        string   // CEL
	Windows     []WindowInfo
	Mitigations []MitigationInfo
	Line        int
}

// WindowInfo is what a scenario counts over time.
type WindowInfo struct {
	Name, Kind string // an empty kind counts from the first event on
	Types      []string
	When       string // CEL; empty: any event
	Detections []string
	Key        []string
	Of         string
	Span       string
	Limit      int    // where the number stops; of leaky: what runs off within the span
	Hit        string // ratio: CEL
	Least      int    // ratio: with fewer events it is 0
	Learn      string // first_seen: how long the key must be known
	Percent    int    // percentile and median
	Steps      []StepInfo
	// Needs is the number that the scenario compares the window with, such as
	// ">= 10"; empty where it says it another way.
	Needs string
}

// StepInfo is one of the things that a sequence waits for.
type StepInfo struct {
	When       string
	Detections []string
	Count      int
}

// MitigationInfo is what a scenario proposes when it fires.
type MitigationInfo struct {
	Action, Target string
	TTL            []string // one for each time it happens
}

// ResponseInfo is what is proposed for detections of a level.
type ResponseInfo struct {
	Level string
	MitigationInfo
}

// ScenarioBook is a scenario document to read.
type ScenarioBook struct {
	Version   string
	Scenarios []ScenarioInfo
	Responses []ResponseInfo
}

// windowUse finds what a condition asks of a window.
var windowUse = regexp.MustCompile(`\bwindow\.([A-Za-z0-9_]+)(?:\s*(>=|<=|==|!=|>|<)\s*([0-9]+))?`)

// ReadScenarios reads a document without making it ready to decide.
func ReadScenarios(doc []byte) (*ScenarioBook, error) {
	d, err := parse(doc)
	if err != nil {
		return nil, err
	}
	out := &ScenarioBook{Version: d.Version}
	for i := range d.Scenarios {
		info := d.scenarioInfo(&d.Scenarios[i])
		info.Line = d.lines[fmt.Sprintf("scenarios/%d", i)]
		out.Scenarios = append(out.Scenarios, info)
	}
	for i := range d.Responses {
		r := &d.Responses[i]
		out.Responses = append(out.Responses, ResponseInfo{r.Level, mitigationInfo(&r.mitigationDoc)})
	}
	return out, nil
}

func (d *document) scenarioInfo(s *scenarioDoc) ScenarioInfo {
	out := ScenarioInfo{
		ID: s.ID, Title: s.Title, Points: s.Points, Types: s.Types, Techniques: slices.Sorted(slices.Values(s.Techniques)), When: s.When.text,
	}
	for i := range s.Mitigations {
		out.Mitigations = append(out.Mitigations, mitigationInfo(&s.Mitigations[i]))
	}
	for _, use := range windowUse.FindAllStringSubmatch(s.When.text, -1) {
		i := slices.IndexFunc(d.Windows, func(w windowDoc) bool { return w.Name == use[1] })
		if i < 0 {
			continue
		}
		at := slices.IndexFunc(out.Windows, func(w WindowInfo) bool { return w.Name == use[1] })
		if at < 0 {
			at = len(out.Windows)
			out.Windows = append(out.Windows, windowInfo(&d.Windows[i]))
		}
		if w := &out.Windows[at]; w.Needs == "" {
			w.Needs = strings.TrimSpace(use[2] + " " + use[3])
		}
	}
	return out
}

func windowInfo(w *windowDoc) WindowInfo {
	out := WindowInfo{
		Name: w.Name, Kind: w.Kind, Types: w.Types, When: w.When.text, Detections: w.Detections, Key: w.Key, Of: strings.TrimSpace(w.Of), Span: w.Span, Limit: w.Limit,
		Hit: w.Hit.text, Least: w.Least, Learn: w.Learn, Percent: w.Percent,
	}
	switch w.Kind {
	case "sliding", "leaky", "distinct":
		out.Limit = cmp.Or(w.Limit, defaultLimit)
	case "ratio":
		out.Least = cmp.Or(w.Least, defaultLeast)
	case "median":
		out.Percent = 50
	}
	for _, s := range w.Steps {
		out.Steps = append(out.Steps, StepInfo{s.When.text, s.Detections, max(s.Count, 1)})
	}
	return out
}

func mitigationInfo(m *mitigationDoc) MitigationInfo {
	return MitigationInfo{m.Action, m.Target, m.TTL}
}
