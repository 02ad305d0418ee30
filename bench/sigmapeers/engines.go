package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	sigmago "github.com/bradleyjkemp/sigma-go"
	"github.com/bradleyjkemp/sigma-go/evaluator"
	"github.com/bradleyjkemp/sigma-go/evaluator/modifiers"
	ruleengine "github.com/markuskont/go-sigma-rule-engine"
)

// matcher is one compiled rule of an engine.
type matcher func(*view) bool

// loader compiles a rule, or says in a few words why the engine can't.
type loader func(file string, data []byte) (m matcher, reason string)

// safely loads a rule and survives engines that panic on it.
func safely(load loader, file string, data []byte) (m matcher, reason string) {
	defer func() {
		if p := recover(); p != nil {
			m, reason = nil, "panics"
		}
	}()
	return load(file, data)
}

// loadSigmaGo compiles a rule for sigma-go. That engine finds out what it can't do
// when an event comes, and by an error that ends the rule's evaluation; such rules
// are refused here instead. It evaluates rules one by one also as a bundle
// (ForRules): at this version the bundle's search for many texts at once is built
// and not used.
func loadSigmaGo(_ string, data []byte) (matcher, string) {
	rule, err := sigmago.ParseRule(data)
	if err != nil {
		return nil, "not parsed"
	}
	for _, search := range rule.Detection.Searches {
		if reason := searchProblem(&search); reason != "" {
			return nil, reason
		}
	}
	e := evaluator.ForRule(rule)
	return func(v *view) bool {
		r, err := e.Matches(context.Background(), v.loose)
		return err == nil && r.Match
	}, ""
}

func searchProblem(search *sigmago.Search) string {
	if len(search.Keywords) > 0 {
		return "keywords"
	}
	for _, all := range search.EventMatchers {
		for _, field := range all {
			mods := field.Modifiers
			if n := len(mods); n > 0 && mods[n-1] == "all" {
				mods = mods[:n-1]
			}
			if _, err := modifiers.GetComparator(field.Field, nil, mods...); err != nil {
				return err.Error()
			}
			for _, value := range field.Values {
				switch value.(type) {
				case string, int, float32, float64, bool:
				default:
					return fmt.Sprintf("value of type %T", value)
				}
			}
		}
	}
	return ""
}

// shim is an event as go-sigma-rule-engine asks for it: fields by name, and for
// keywords the text of every field.
type shim struct{ v *view }

// Keywords gives the texts that rules without a field look through.
func (s shim) Keywords() ([]string, bool) { return s.v.keywords, true }

// Select gives a field.
func (s shim) Select(name string) (any, bool) {
	value, ok := s.v.Fields[name]
	return value, ok
}

// loadRuleEngine compiles a rule for go-sigma-rule-engine, which reads files only.
// It compares with regard to case, which is its own decision.
func loadRuleEngine(_ string, data []byte) (matcher, string) {
	f, err := os.CreateTemp("", "sigmapeers-*.yml")
	if err != nil {
		return nil, err.Error()
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if _, err := f.Write(data); err != nil {
		return nil, err.Error()
	}
	if err := f.Close(); err != nil {
		return nil, err.Error()
	}
	rules, err := ruleengine.NewRuleList([]string{f.Name()}, false, false)
	switch {
	case err != nil:
		return nil, "not parsed"
	case rules[0].Multipart:
		return nil, "several documents"
	}
	tree, err := ruleengine.NewTree(rules[0])
	if err != nil {
		return nil, kind(err)
	}
	return func(v *view) bool {
		_, ok := tree.Eval(shim{v})
		return ok
	}, ""
}

// kind is the part of an engine's message that is the same for many rules.
func kind(err error) string {
	text := fmt.Sprintf("%T", err)
	if i := strings.LastIndexByte(text, '.'); i >= 0 && strings.Contains(text, "Err") {
		return text[i+1:]
	}
	if _, after, ok := strings.Cut(err.Error(), " specifier "); ok {
		return "specifier " + after
	}
	return "not compiled"
}
