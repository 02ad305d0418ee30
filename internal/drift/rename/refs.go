package rename

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
// afterwards. In texts of tenants they are escaped: nobody can feign a doubt.
const (
	doubtBegin = "\x02"
	doubtEnd   = "\x03"
	// unresolved stands before the mark of what has no name at all.
	unresolved = "?"
)

// Escapes of the marks in tenants' texts.
var (
	escapeMarks   = strings.NewReplacer("\x02", "\x052", "\x03", "\x053", "\x05", "\x055")
	unescapeMarks = strings.NewReplacer("\x052", "\x02", "\x053", "\x03", "\x055", "\x05")
	unescapeJSON  = strings.NewReplacer(`\u00052`, `\u0002`, `\u00053`, `\u0003`, `\u00055`, `\u0005`)
)

// doubts are those marks as they stand in canonical JSON.
var doubts = regexp.MustCompile(`\\u0002([^"\\]*)\\u0003`)

// plainDoubts are those marks in a text.
var plainDoubts = regexp.MustCompile("\x02([^\x03]*)\x03")

// wellKnown begins the IDs of objects that every tenant has.
const wellKnown = "00000000-0000-0000-"

// scopeTags have small numbers as IDs, which mean something in their own member
// alone.
const (
	scopeTags     = "deviceManagement/roleScopeTags"
	scopeTagIDs   = "roleScopeTagIds"
	scopeTagsThem = "roleScopeTags"
)

// reused stands for the member "value" of settings that refer to reusable ones.
const reused = "value of a reference"

// references knows what the IDs in one tenant's objects refer to.
type references struct {
	byID  map[string]named  // GUIDs in lower case, ARNs as they are
	tags  map[string]string // scope tags
	other *references       // of the tenant that is compared
	// accounts are the AWS accounts of the tenant's objects. Where there is one,
	// it means "our own" in whatever refers to it.
	accounts map[string]bool
	// covered says that the snapshot has every object of a type.
	covered func(typ string) bool
	doc     jsondoc.Doc
}

// named is what an ID stands for.
type named struct{ typ, text string }

func newReferences() *references {
	return &references{byID: map[string]named{}, tags: map[string]string{}, accounts: map[string]bool{}}
}

// learn notes an object's ID. only says that no other object has its name.
func (r *references) learn(l Label, id string, only bool) {
	if l.Name == "" {
		return
	}
	text := l.Type + ":" + l.Name
	if l.Template != "" {
		text += " (" + l.Template + ")"
	}
	text = escapeMarks.Replace(text)
	if !only {
		text += doubtBegin + id + doubtEnd
	}
	switch {
	case l.Type == scopeTags:
		r.tags[id] = text
	case strings.HasPrefix(id, "arn:"):
		r.byID[id] = named{l.Type, text}
	case isGUID(id) && !strings.HasPrefix(id, wellKnown):
		if folded := strings.ToLower(id); r.byID[folded].text == "" {
			r.byID[folded] = named{l.Type, text}
		}
	}
}

// ownAccount stands for the number of a tenant's only account.
const ownAccount = "own account"

// accountOf is the account in an ARN: arn:partition:service:region:account:…
func accountOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return ""
	}
	return parts[4]
}

// refersTo is the type that the IDs in a member refer to, for members whose IDs
// mean nothing in another tenant; empty for others: IDs that are the same
// everywhere (of applications, of built-in roles) are compared as they are.
func refersTo(parent, member string) string {
	switch member {
	case "groupId", "includeGroups", "excludeGroups", "notificationMessageCCList", "members", "resourceScopes", "scopeMembers":
		return "groups"
	case "includeLocations", "excludeLocations":
		return "identity/conditionalAccess/namedLocations"
	case "deviceAndAppManagementAssignmentFilterId":
		return "deviceManagement/assignmentFilters"
	case "termsOfUse":
		return "identityGovernance/termsOfUse/agreements"
	case "notificationTemplateId":
		return "deviceManagement/notificationMessageTemplates"
	case "deviceComplianceScriptId":
		return "deviceManagement/deviceComplianceScripts"
	case "targetedMobileApps", "selectedMobileAppIds", "targetId":
		return "deviceAppManagement/mobileApps"
	case "includeUsers", "excludeUsers", "includeServicePrincipals", "excludeServicePrincipals", "principalId":
		return "users" // inventory has none of them
	case reused:
		return "deviceManagement/reusablePolicySettings"
	case "id":
		return refersByID(parent)
	}
	return ""
}

// refersByID is refersTo for objects that name another by its id.
func refersByID(parent string) string {
	switch parent {
	case "authenticationStrength":
		return "policies/authenticationStrengthPolicies"
	case "includeTargets", "excludeTargets":
		return "groups"
	case "roleDefinition":
		return "deviceManagement/roleDefinitions"
	case "rootCertificate", "rootCertificateForServerValidation", "rootCertificatesForServerValidation",
		"identityCertificate", "identityCertificateForClientAuthentication":
		return "deviceManagement/deviceConfigurations"
	}
	return ""
}

// rewrite puts names in the place of IDs; changed is false if there are none.
func (r *references) rewrite(_ string, body []byte) (out []byte, changed bool, err error) {
	if !bytes.Contains(body, []byte("-")) && !bytes.Contains(body, []byte("arn:")) && !bytes.Contains(body, []byte(`"`+scopeTagsThem)) &&
		!bytes.Contains(body, []byte(scopeTagIDs)) && !bytes.Contains(body, []byte(`\u000`)) {
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
		kind, _ := v.Get("@odata.type").Str()
		refers := strings.HasSuffix(kind, "ReferenceSettingValue")
		for key, m := range v.Members() {
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = append(jsondoc.AppendString(dst, escapeMarks.Replace(key)), ':')
			if refers && key == "value" {
				key = reused
			}
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
	text = escapeMarks.Replace(text)
	if member == scopeTagIDs || member == scopeTagsThem || member == "id" && parent == scopeTagsThem {
		return r.tag(text)
	}
	if strings.HasPrefix(text, "arn:") {
		return r.arn(text)
	}
	if isGUID(text) {
		return r.id(text, parent, member)
	}
	return replaceGUIDs(text, func(id string) string {
		if n, ok := r.byID[strings.ToLower(id)]; ok {
			return n.text
		}
		return id
	})
}

// arn names what an ARN stands for; in others the own account has no number.
func (r *references) arn(text string) string {
	if n, ok := r.byID[text]; ok {
		return n.text
	}
	return r.withoutAccount(text)
}

// withoutAccount is an ARN as other tenants have it too.
func (r *references) withoutAccount(arn string) string {
	if account := accountOf(arn); account != "" && len(r.accounts) == 1 && r.accounts[account] {
		return strings.Replace(arn, ":"+account+":", ":"+ownAccount+":", 1)
	}
	return arn
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
	if typ := refersTo(parent, member); typ != "" && !r.covered(typ) {
		return unresolved + doubt
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
