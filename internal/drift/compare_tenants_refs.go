package drift

import (
	"bytes"
	"regexp"
	"strings"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/jsondoc"
)

// A reference that can't be resolved for certain carries its ID between these,
// so that it equals nothing but itself, and can be told from a real difference
// afterwards. Texts from tenants that hold them are never rewritten.
const (
	doubtBegin = "\x02"
	doubtEnd   = "\x03"
	// unresolved stands before the mark of what has no name at all.
	unresolved = "?"
)

// doubts are those marks as they stand in canonical JSON.
var doubts = regexp.MustCompile(`\\u0002([^"\\]*)\\u0003`)

// plainDoubts are those marks in a text.
var plainDoubts = regexp.MustCompile("\x02([^\x03]*)\x03")

// guids finds the IDs that Microsoft's objects have.
var guids = regexp.MustCompile(`[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`)

// wellKnown begins the IDs of objects that every tenant has.
const wellKnown = "00000000-0000-0000-"

// scopeTags have small numbers as IDs, which mean something in their own member
// alone.
const (
	scopeTags      = "deviceManagement/roleScopeTags"
	scopeTagMember = "roleScopeTagIds"
)

// references knows what the IDs in one tenant's objects refer to.
type references struct {
	byID  map[string]named  // GUIDs in lower case, ARNs as they are
	tags  map[string]string // scope tags
	other *references       // of the tenant that is compared
	// covered says that the snapshot has every object of a type.
	covered func(typ string) bool
	doc     jsondoc.Doc
}

// named is what an ID stands for.
type named struct{ typ, text string }

func newReferences() *references {
	return &references{byID: map[string]named{}, tags: map[string]string{}}
}

// learn notes an object's ID. only says that no other object has its name.
func (r *references) learn(l label, id string, only bool) {
	if l.name == "" {
		return
	}
	text := l.typ + ":" + l.name
	if l.template != "" {
		text += " (" + l.template + ")"
	}
	if strings.ContainsAny(text, doubtBegin+doubtEnd) {
		return
	}
	if !only {
		text += doubtBegin + id + doubtEnd
	}
	switch {
	case l.typ == scopeTags:
		r.tags[id] = text
	case strings.HasPrefix(id, "arn:"):
		r.byID[id] = named{l.typ, text}
	case len(id) == 36 && guids.MatchString(id) && !strings.HasPrefix(id, wellKnown):
		if folded := strings.ToLower(id); r.byID[folded].text == "" {
			r.byID[folded] = named{l.typ, text}
		}
	}
}

// refersTo are the types that the IDs in a member refer to, for members whose
// IDs mean nothing in another tenant. IDs that are the same everywhere (of
// applications, of built-in roles) are compared as they are.
func refersTo(parent, member string) []string {
	switch member {
	case "groupId", "includeGroups", "excludeGroups", "notificationMessageCCList":
		return []string{"groups"}
	case "includeLocations", "excludeLocations":
		return []string{"identity/conditionalAccess/namedLocations"}
	case "deviceAndAppManagementAssignmentFilterId":
		return []string{"deviceManagement/assignmentFilters"}
	case "termsOfUse":
		return []string{"identityGovernance/termsOfUse/agreements"}
	case "notificationTemplateId":
		return []string{"deviceManagement/notificationMessageTemplates"}
	case "deviceComplianceScriptId":
		return []string{"deviceManagement/deviceComplianceScripts"}
	case "targetedMobileApps", "selectedMobileAppIds":
		return []string{"deviceAppManagement/mobileApps"}
	case "includeUsers", "excludeUsers", "includeServicePrincipals", "excludeServicePrincipals", "principalId":
		return []string{"users"} // inventory has none of them
	case "id":
		if parent == "authenticationStrength" {
			return []string{"policies/authenticationStrengthPolicies"}
		}
	}
	return nil
}

// rewrite puts names in the place of IDs; changed is false if there are none.
func (r *references) rewrite(_ string, body []byte) (out []byte, changed bool, err error) {
	if !guids.Match(body) && !bytes.Contains(body, []byte("arn:")) && !bytes.Contains(body, []byte(scopeTagMember)) {
		return body, false, nil
	}
	if bytes.Contains(body, []byte(`\u0002`)) || bytes.Contains(body, []byte(`\u0003`)) {
		return body, false, nil
	}
	if err := r.doc.Parse(body, jsondoc.Limits{MaxBytes: normal.MaxObject}); err != nil {
		return nil, false, fault.Wrap(fault.Damaged, err, "a stored object is not readable")
	}
	out = r.value(make([]byte, 0, len(body)+len(body)/4), r.doc.Root(), "", "")
	return out, !bytes.Equal(out, body), nil
}

func (r *references) value(dst []byte, v jsondoc.Value, parent, member string) []byte {
	switch v.Kind() {
	case jsondoc.Object:
		dst = append(dst, '{')
		first := true
		for key, m := range v.Members() {
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = append(jsondoc.AppendString(dst, key), ':')
			dst = r.value(dst, m, member, key)
		}
		return append(dst, '}')
	case jsondoc.Array:
		dst = append(dst, '[')
		first := true
		for e := range v.Elements() {
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = r.value(dst, e, parent, member)
		}
		return append(dst, ']')
	case jsondoc.String:
		text, _ := v.Str()
		return jsondoc.AppendString(dst, r.text(text, parent, member))
	}
	return append(dst, v.Raw()...)
}

// text gives a string as another tenant would read it.
func (r *references) text(text, parent, member string) string {
	if _, secret := normal.IsSecret(text); secret {
		return text
	}
	if member == scopeTagMember {
		return r.tag(text)
	}
	if n, ok := r.byID[text]; ok && strings.HasPrefix(text, "arn:") {
		return n.text
	}
	if len(text) == 36 && guids.MatchString(text) {
		return r.id(text, parent, member)
	}
	if len(text) < 36 || !guids.MatchString(text) {
		return text
	}
	return guids.ReplaceAllStringFunc(text, func(id string) string {
		if n, ok := r.byID[strings.ToLower(id)]; ok {
			return n.text
		}
		return id
	})
}

// id names what a GUID stands for. One that the snapshot would have, but has
// not, refers to nothing here and stays as it is: that is a difference from a
// reference that works. One that it need not have stays in doubt.
func (r *references) id(id, parent, member string) string {
	folded := strings.ToLower(id)
	if n, ok := r.byID[folded]; ok {
		return n.text
	}
	if strings.HasPrefix(id, wellKnown) {
		return id
	}
	doubt := doubtBegin + folded + doubtEnd
	if r.other != nil {
		if n, ok := r.other.byID[folded]; ok {
			if r.covered(n.typ) {
				return id
			}
			return undoubted(n.text) + doubt
		}
	}
	for _, typ := range refersTo(parent, member) {
		if !r.covered(typ) {
			return unresolved + doubt
		}
	}
	return id
}

// undoubted takes the mark off a text that is not JSON yet.
func undoubted(text string) string {
	text, _, _ = strings.Cut(text, doubtBegin)
	return text
}

// tag names a scope tag.
func (r *references) tag(id string) string {
	if text, ok := r.tags[id]; ok {
		return text
	}
	if id == "0" || r.covered(scopeTags) {
		return id // 0 is every tenant's default
	}
	return unresolved + doubtBegin + id + doubtEnd
}
