package sigma

import (
	"maps"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Parse reads a file's documents: rules, correlations and filters. What can't be
// honoured exactly as it is written is refused, with the line and the reason, and
// leaves the other documents as they are. The file's name is only noted.
func Parse(file string, data []byte) *Collection {
	return ParseWith(file, data, LoadOptions{})
}

// ParseWith is Parse with options, for rules with placeholders.
func ParseWith(file string, data []byte, opt LoadOptions) *Collection {
	c := newCollection()
	c.parse(file, data, opt.withDefaults())
	return c
}

func newCollection() *Collection { return &Collection{Skipped: map[string]int{}} }

// refuse notes a reason that concerns a whole file.
func (c *Collection) refuse(file, reason string) {
	c.Refused = append(c.Refused, Refusal{File: file, Reason: reason})
}

// parse adds a file's documents.
func (c *Collection) parse(file string, data []byte, opt LoadOptions) {
	switch {
	case int64(len(data)) > opt.MaxFileBytes:
		c.refuse(file, "the file is larger than the limit")
		return
	case !utf8.Valid(data):
		c.refuse(file, "the file is not UTF-8 text")
		return
	}
	docs := splitDocuments(data)
	if len(docs) == 0 {
		c.refuse(file, "the file holds no rule")
	}
	if len(docs) > maxDocuments {
		c.refuse(file, "the file holds too many documents")
		return
	}
	for _, d := range docs {
		p := parser{file: file, doc: d, placeholders: opt.Placeholders, left: opt.left}
		top, err := d.read()
		if err == nil {
			err = p.document(c, top)
		}
		if err != nil {
			c.Refused = append(c.Refused, d.refusal(file, err))
		}
	}
}

// parser reads one document.
type parser struct {
	file         string
	doc          document
	placeholders map[string][]string
	budget       int    // tests that the document may still hold
	left         *int64 // what all documents together may still take
}

// line is a node's line in the file.
func (p *parser) line(n *yaml.Node) int { return p.doc.line(n.Line) }

// document adds one document to the collection.
func (p *parser) document(c *Collection, top *yaml.Node) error {
	p.budget = maxTests
	if action := member(top, "action"); action != nil {
		return at(action, "action: %s is not supported: the multi-document form with action was removed from Sigma; write each rule out", action.Value)
	}
	if status := member(top, "status"); status != nil && (status.Value == "unsupported" || status.Value == "deprecated") {
		c.Skipped[status.Value]++
		return nil
	}
	switch {
	case member(top, "correlation") != nil:
		return p.addCorrelation(c, top)
	case member(top, "filter") != nil:
		return p.addFilter(c, top)
	case member(top, "detection") != nil:
		return p.addRule(c, top)
	}
	return at(top, "neither a rule (detection), a correlation nor a filter")
}

// Add puts what another collection holds behind what this one holds. A rule,
// correlation or filter with an ID that is taken is refused.
func (c *Collection) Add(other *Collection) {
	if c.Skipped == nil {
		c.Skipped = map[string]int{}
	}
	for reason, n := range other.Skipped {
		c.Skipped[reason] += n
	}
	c.Rules = append(c.Rules, other.Rules...)
	c.Correlations = append(c.Correlations, other.Correlations...)
	c.Filters = append(c.Filters, other.Filters...)
	c.Refused = append(c.Refused, other.Refused...)
	c.refuseTwins()
}

// refuseTwins refuses everything whose ID or name something before it has.
func (c *Collection) refuseTwins() {
	taken := make(map[string]place, len(c.Rules))
	c.Rules = keepFirst(c, taken, c.Rules, func(r *Rule) twin { return twin{r.ID, r.Name, place{r.File, r.Line}} })
	c.Correlations = keepFirst(c, taken, c.Correlations, func(r *Correlation) twin {
		return twin{r.ID, r.Name, place{r.File, r.Line}}
	})
	filters := maps.Clone(taken)
	c.Filters = keepFirst(c, filters, c.Filters, func(f *Filter) twin { return twin{f.ID, f.Name, place{f.File, f.Line}} })
}
