package sigma

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Lengths that the specification sets for a rule's texts.
const (
	maxTitle = 256
	maxID    = 128
	maxText  = 65_535
	maxWord  = 256
)

// header is what rules, correlations and filters have in common.
type header struct {
	ID, Title, Name, Status, Description, Author, License, Date, Modified string

	Level          Level
	Tags           []string
	References     []string
	FalsePositives []string
	Fields         []string
	Related        []Related
}

// readHeader reads the common members. Others are free for the writer's use, as
// the specification has it.
func readHeader(top *yaml.Node) (*header, error) {
	h, r := &header{}, &reader{}
	for key, v := range pairs(top) {
		h.member(r, key.Value, v)
	}
	if r.err == nil && h.Title == "" {
		r.fail(top, "title is missing")
	}
	return h, r.err
}

func (h *header) member(r *reader, key string, v *yaml.Node) {
	switch key {
	case "title":
		h.Title = strings.TrimSpace(r.text(key, v, maxTitle))
	case "id":
		h.ID = r.id(key, v)
	case "name":
		h.Name = r.text(key, v, maxWord)
	case "status":
		h.Status = r.oneOf(key, v, "stable", "test", "experimental", "deprecated", "unsupported")
	case "description":
		h.Description = r.text(key, v, maxText)
	case "author":
		h.Author = strings.Join(r.texts(key, v), ", ")
	case "license":
		h.License = r.text(key, v, maxWord)
	case "date":
		h.Date = r.text(key, v, maxWord)
	case "modified":
		h.Modified = r.text(key, v, maxWord)
	case "level":
		h.Level = r.level(key, v)
	case "taxonomy":
		if r.text(key, v, maxWord) != "sigma" {
			r.fail(v, "taxonomy %q is not known; only sigma is", v.Value)
		}
	default:
		h.listMember(r, key, v)
	}
}

func (h *header) listMember(r *reader, key string, v *yaml.Node) {
	switch key {
	case "tags":
		h.Tags = r.texts(key, v)
	case "references":
		h.References = r.texts(key, v)
	case "falsepositives":
		h.FalsePositives = r.texts(key, v)
	case "fields":
		h.Fields = r.texts(key, v)
	case "related":
		h.Related = r.related(v)
	}
}

// id reads an identifier: any short text without white space.
func (r *reader) id(key string, v *yaml.Node) string {
	id := r.text(key, v, maxID)
	if strings.ContainsFunc(id, func(c rune) bool { return c <= ' ' || c == 0x7f }) {
		r.fail(v, "%s must not hold white space or control characters", key)
	}
	return id
}

// level reads a level; Level's zero value stands for an absent one.
func (r *reader) level(key string, v *yaml.Node) Level {
	word := r.oneOf(key, v, "informational", "low", "medium", "high", "critical")
	level, _ := ParseLevel(word)
	return level
}

// ParseLevel reads a level's word; ok is false for any other text.
func ParseLevel(word string) (level Level, ok bool) {
	for l := Informational; l <= Critical; l++ {
		if l.String() == word {
			return l, true
		}
	}
	return Informational, false
}

// related reads the list of related rules.
func (r *reader) related(v *yaml.Node) []Related {
	if isNull(v) {
		return nil
	}
	if v.Kind != yaml.SequenceNode {
		r.fail(v, "related must be a list, not %s", kindName(v))
		return nil
	}
	var list []Related
	for _, item := range v.Content {
		item = deref(item)
		if item.Kind != yaml.MappingNode {
			r.fail(item, "related must be a list of maps with id and type")
			return nil
		}
		var rel Related
		for key, value := range pairs(item) {
			switch key.Value {
			case "id":
				rel.ID = r.text("related id", value, maxID)
			case "type":
				rel.Type = r.text("related type", value, maxWord)
			}
		}
		list = append(list, rel)
	}
	return list
}

// addRule reads a detection rule.
func (p *parser) addRule(c *Collection, top *yaml.Node) error {
	h, err := readHeader(top)
	if err != nil {
		return err
	}
	source, err := readLogsource(top)
	if err != nil {
		return err
	}
	condition, err := p.detection(member(top, "detection"), "detection")
	if err != nil {
		return err
	}
	c.Rules = append(c.Rules, &Rule{
		ID: h.ID, Title: h.Title, Name: h.Name, Status: h.Status, Description: h.Description,
		Author: h.Author, License: h.License, Date: h.Date, Modified: h.Modified,
		Level: h.Level, Logsource: source, Tags: h.Tags, References: h.References,
		FalsePositives: h.FalsePositives, Fields: h.Fields, Related: h.Related,
		Condition: condition, File: p.file, Line: p.line(top),
	})
	return nil
}

// readLogsource reads which events a rule is about.
func readLogsource(top *yaml.Node) (Logsource, error) {
	n := member(top, "logsource")
	if n == nil {
		return Logsource{}, at(top, "logsource is missing")
	}
	if n.Kind != yaml.MappingNode {
		return Logsource{}, at(n, "logsource must be a map, not %s", kindName(n))
	}
	var s Logsource
	r := &reader{}
	for key, v := range pairs(n) {
		switch key.Value {
		case "category":
			s.Category = strings.ToLower(r.text(key.Value, v, maxWord))
		case "product":
			s.Product = strings.ToLower(r.text(key.Value, v, maxWord))
		case "service":
			s.Service = strings.ToLower(r.text(key.Value, v, maxWord))
		}
	}
	if r.err == nil && s == (Logsource{}) {
		r.fail(n, "logsource names neither category, product nor service")
	}
	return s, r.err
}

// Techniques lists the ATT&CK techniques of the rule's tags, for example
// T1059.001, sorted and each once.
func (r *Rule) Techniques() []string { return techniques(r.Tags) }

// Techniques lists the ATT&CK techniques of the correlation's tags, as Rule's does.
func (c *Correlation) Techniques() []string { return techniques(c.Tags) }

func techniques(tags []string) []string {
	var list []string
	for _, tag := range tags {
		name, ok := strings.CutPrefix(strings.ToLower(tag), "attack.t")
		if ok && isTechnique(name) {
			list = append(list, "T"+name)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// isTechnique says whether a text is a technique's number: four digits, and
// three more behind a dot for a sub-technique.
func isTechnique(s string) bool {
	if len(s) != 4 && (len(s) != 8 || s[4] != '.') {
		return false
	}
	for i := range len(s) {
		if i != 4 && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}
