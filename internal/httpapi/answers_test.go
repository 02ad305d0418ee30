package httpapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"frostgate.io/frostgate/api"
	"frostgate.io/frostgate/internal/domain"
)

// contractDoc is the committed contract as a client reads it, apart from the
// code that printed it.
type contractDoc struct{ root map[string]any }

func committedContract(t *testing.T) contractDoc {
	t.Helper()
	var d contractDoc
	if err := yaml.Unmarshal(api.OpenAPI(), &d.root); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d contractDoc) at(keys ...string) map[string]any {
	n := d.root
	for _, k := range keys {
		n, _ = n[k].(map[string]any)
	}
	return n
}

// answerSchema is the schema of a route's answer.
func (d contractDoc) answerSchema(method, path, status string) map[string]any {
	r := d.at("paths", path, strings.ToLower(method), "responses", status)
	if ref, ok := r["$ref"].(string); ok {
		r = d.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
	}
	content, _ := r["content"].(map[string]any)
	for _, media := range content {
		s, _ := media.(map[string]any)["schema"].(map[string]any)
		return s
	}
	return nil
}

// check holds a JSON value against a schema (the keywords that the contract
// uses) and also refuses members that the schema doesn't name.
func (d contractDoc) check(s map[string]any, v any, at string) error {
	if ref, ok := s["$ref"].(string); ok {
		return d.check(d.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...), v, at)
	}
	if s == nil {
		return fmt.Errorf("%s: the contract has no schema for it", at)
	}
	if kinds := s["type"]; kinds != nil {
		allowed, _ := kinds.([]any)
		if one, ok := kinds.(string); ok {
			allowed = []any{one}
		}
		if !slices.ContainsFunc(allowed, func(k any) bool { return isKind(k.(string), v) }) {
			return fmt.Errorf("%s: %v is not of type %v", at, v, kinds)
		}
	}
	if enum, ok := s["enum"].([]any); ok && !slices.Contains(enum, v) {
		return fmt.Errorf("%s: %v is not one of %v", at, v, enum)
	}
	switch v := v.(type) {
	case string:
		if s["format"] == "date-time" {
			if _, err := time.Parse(time.RFC3339Nano, v); err != nil {
				return fmt.Errorf("%s: %w", at, err)
			}
		}
	case []any:
		items, _ := s["items"].(map[string]any)
		for i, e := range v {
			if err := d.check(items, e, fmt.Sprintf("%s[%d]", at, i)); err != nil {
				return err
			}
		}
	case map[string]any:
		return d.checkMembers(s, v, at)
	}
	return nil
}

func (d contractDoc) checkMembers(s, v map[string]any, at string) error {
	required, _ := s["required"].([]any)
	for _, name := range required {
		if _, ok := v[name.(string)]; !ok {
			return fmt.Errorf("%s.%s is missing", at, name)
		}
	}
	props, named := s["properties"].(map[string]any)
	values, mapped := s["additionalProperties"].(map[string]any)
	for name, m := range v {
		sub, ok := props[name].(map[string]any)
		switch {
		case ok:
		case mapped:
			sub = values
		case !named:
			continue // any object
		default:
			return fmt.Errorf("%s.%s is not in the contract", at, name)
		}
		if err := d.check(sub, m, at+"."+name); err != nil {
			return err
		}
	}
	return nil
}

func isKind(kind string, v any) bool {
	switch v := v.(type) {
	case nil:
		return kind == "null"
	case string:
		return kind == "string"
	case bool:
		return kind == "boolean"
	case json.Number:
		return kind == "number" || kind == "integer" && !strings.ContainsAny(v.String(), ".eE")
	case []any:
		return kind == "array"
	}
	return kind == "object"
}

func TestRealAnswersMatchTheCommittedContract(t *testing.T) {
	t.Parallel()
	f, doc := newFixture(t, Config{}), committedContract(t)
	hold := func(name, method, path, status string, a *answer) {
		t.Helper()
		dec := json.NewDecoder(strings.NewReader(string(a.body)))
		dec.UseNumber()
		var v any
		if err := dec.Decode(&v); err != nil {
			t.Fatalf("%s: %v: %.200s", name, err, a.body)
		}
		if err := doc.check(doc.answerSchema(method, path, status), v, name); err != nil {
			t.Errorf("%v\n%s", err, a.body)
		}
	}
	const defend = prefixV1 + "/defend"
	first := f.do(t, adminA, "POST", defend, attempt(1, "203.0.113.7"))
	hold("first decision", "POST", defend, "200", first)
	hold("replay", "POST", defend, "200", f.do(t, adminA, "POST", defend, attempt(1, "203.0.113.7")))
	second := f.do(t, adminA, "POST", defend, attempt(2, "203.0.113.8"))
	hold("second decision", "POST", defend, "200", second)
	hold("compact line", "POST", defend, "200", f.do(t, adminA, "POST", defend+"/batch?detail=compact", attempt(3, "203.0.113.9")))
	for _, text := range []string{string(first.body), string(second.body)} {
		if strings.Contains(text, `"previous_decision_id":null`) != (text == string(first.body)) {
			t.Errorf("this test must see both a null and an ID: %s", text)
		}
	}
	var d decisionAnswer
	first.into(t, &d)
	for path, url := range map[string]string{
		"/decisions/{id}": "/decisions/" + d.DecisionID, "/decisions/{id}/receipt": "/decisions/" + d.DecisionID + "/receipt",
		"/forensics/snapshot/{event_id}": "/forensics/snapshot/" + d.EventID,
		"/decisions":                     "", "/feed/live": "", "/stats": "", "/usage": "", "/whoami": "", "/tenants": "", "/keys": "", "/people": "",
		"/audit": "", "/enforcements": "", "/allowlists": "", "/missions": "", "/rulesets": "", "/webhooks": "", "/contracts/status": "",
	} {
		if url == "" {
			url = path
		}
		if doc.at("paths", prefixV1+path) == nil {
			t.Errorf("the contract has no %s", path)
			continue
		}
		a := f.do(t, adminA, "GET", prefixV1+url, "")
		if a.status != 200 {
			t.Errorf("%s: %d %s", path, a.status, a.body)
			continue
		}
		hold(path, "GET", prefixV1+path, "200", a)
	}
	f.keys.add("reader", tenantA, domain.ScopeDecisionsRead)
	hold("forbidden", "POST", defend, "default", f.do(t, "reader", "POST", defend, "{}"))
	hold("invalid JSON", "POST", defend, "default", f.do(t, adminA, "POST", defend, `{"source":`))
	hold("not found", "GET", prefixV1+"/decisions/{id}", "default", f.do(t, adminA, "GET", "/nothing", ""))
}

// The validator can fail.
func TestAnswerValidatorRefuses(t *testing.T) {
	t.Parallel()
	doc := committedContract(t)
	s := map[string]any{"$ref": "#/components/schemas/DiffView"}
	for text, ok := range map[string]bool{
		`{"previous_decision_id":null,"changes":[]}`:  true,
		`{"previous_decision_id":"a-1","changes":[]}`: true,
		`{"previous_decision_id":1,"changes":[]}`:     false,
		`{"changes":[]}`: false,
		`{"previous_decision_id":null,"changes":null}`:              false,
		`{"previous_decision_id":null,"changes":[{"field":"a"}]}`:   false,
		`{"previous_decision_id":null,"changes":[],"more":"thing"}`: false,
	} {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		if err := doc.check(s, v, "diff"); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
}
