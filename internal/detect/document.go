package detect

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"frostgate.io/frostgate/internal/fault"
)

// maxDocument bounds a scenario document; it is far above any sensible one.
const maxDocument = 1 << 20

// document is a scenario document as written.
type document struct {
	Version   string        `yaml:"version"`
	Windows   []windowDoc   `yaml:"windows"`
	Scenarios []scenarioDoc `yaml:"scenarios"`
	Responses []responseDoc `yaml:"responses"` // to detections, by level
	Default   defaultDoc    `yaml:"default"`

	lines map[string]int // "windows/0" -> line
}

type scenarioDoc struct {
	ID          string          `yaml:"id"`
	Title       string          `yaml:"title"`
	Points      int             `yaml:"points"`
	Types       []string        `yaml:"types"`      // event types that can fire it; absent: all
	Techniques  []string        `yaml:"techniques"` // of ATT&CK, for example T1110.003
	When        expr            `yaml:"when"`
	Relevant    expr            `yaml:"relevant"` // the rule concerns the event although it did not fire
	Values      []string        `yaml:"values"`   // fields to show in the trace
	Mitigations []mitigationDoc `yaml:"mitigations"`
	Escalate    *escalateDoc    `yaml:"escalate"` // absent, with lists of ttl: by the first one's target
	Flips       []flipDoc       `yaml:"flips"`
}

type mitigationDoc struct {
	Action     string `yaml:"action"`
	Target     string `yaml:"target"` // an event field
	TargetKind string `yaml:"target_kind"`
	Confidence expr   `yaml:"confidence"` // thousandths, or CEL that gives them
	TTL        texts  `yaml:"ttl"`        // Go duration, or one for each time it happens; absent: doctrine's default
}

type flipDoc struct {
	If     string            `yaml:"if"` // "fired", "quiet" or absent: both
	Change string            `yaml:"change"`
	Set    map[string]string `yaml:"set"`
}

type defaultDoc struct {
	ID     string `yaml:"id"`
	Title  string `yaml:"title"`
	Points int    `yaml:"points"`
}

// expr is CEL text with the line it stands on.
type expr struct {
	text string
	line int
}

// UnmarshalYAML takes any scalar as text, so that `when: true` is CEL too.
func (e *expr) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return fmt.Errorf("line %d: must be an expression", n.Line)
	}
	e.text, e.line = strings.TrimSpace(n.Value), n.Line
	return nil
}

// inType is the Go type's name that the YAML decoder adds to its messages.
var inType = regexp.MustCompile(` (in|into) (type )?detect\.\w+`)

// parse reads a document strictly: one YAML document, no unknown field.
func parse(doc []byte) (*document, error) {
	if len(doc) > maxDocument {
		return nil, fault.New(fault.TooLarge, "scenario document: %d bytes are over the limit of %d", len(doc), maxDocument)
	}
	d := new(document)
	dec := yaml.NewDecoder(bytes.NewReader(doc))
	dec.KnownFields(true)
	if err := dec.Decode(d); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fault.New(fault.Invalid, "scenario document: is empty")
		}
		text := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "unmarshal errors:\n  ")
		return nil, fault.Wrap(fault.Invalid, err, "scenario document: %s", inType.ReplaceAllString(text, ""))
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, "scenario document: must be one YAML document")
	}
	var root yaml.Node
	if err := yaml.Unmarshal(doc, &root); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "scenario document: %v", err)
	}
	d.lines = entryLines(&root)
	return d, nil
}

// entryLines maps "scenarios/2" to the line its entry starts on.
func entryLines(root *yaml.Node) map[string]int {
	lines := map[string]int{}
	if len(root.Content) == 0 {
		return lines
	}
	top := root.Content[0].Content
	for i := 0; i+1 < len(top); i += 2 {
		lines[top[i].Value] = top[i].Line
		for k, entry := range top[i+1].Content {
			lines[fmt.Sprintf("%s/%d", top[i].Value, k)] = entry.Line
		}
	}
	return lines
}

// bad names an entry, its line and what is wrong with it.
func (d *document) bad(entry, field, format string, args ...any) error {
	return d.badLine(d.lines[entry], entry, field, fmt.Sprintf(format, args...))
}

func (d *document) badLine(line int, entry, field, what string) error {
	path := entry
	if field != "" {
		path += "/" + field
	}
	return fault.New(fault.Invalid, "scenario document, line %d, %s: %s", line, path, what).At(path)
}
