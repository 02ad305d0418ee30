package normal

import (
	"bytes"
	"net/url"
	"strings"

	"frostgate.io/frostgate/internal/jsondoc"
)

// Types of IAM, as AWS Config names them.
const (
	awsRole   = "AWS::IAM::Role"
	awsUser   = "AWS::IAM::User"
	awsGroup  = "AWS::IAM::Group"
	awsPolicy = "AWS::IAM::Policy"
)

// awsReader reads items of AWS Config and snapshots of them, the account's
// authorisation details, and policy documents by themselves.
func awsReader() reader {
	return reader{
		family:    "aws",
		split:     splitAWS,
		pages:     awsPages,
		gone:      goneAWS,
		recognise: recogniseAWS,
		identify:  identifyAWS,
		prepare:   prepareAWS,
	}
}

// awsLists are the members of documents that hold several objects, with the
// type of these; none where each says so itself.
var awsLists = [...]struct{ member, typ string }{
	{"configurationItems", ""},
	{"UserDetailList", awsUser},
	{"GroupDetailList", awsGroup},
	{"RoleDetailList", awsRole},
	{"Policies", awsPolicy},
}

// splitAWS takes apart a snapshot of AWS Config, and what
// get-account-authorization-details prints.
func splitAWS(_ *Types, doc jsondoc.Value, each func(jsondoc.Value, string)) bool {
	if !isAWSList(doc) {
		return false
	}
	for _, l := range awsLists {
		for e := range doc.Get(l.member).Elements() {
			each(e, l.typ)
		}
	}
	return true
}

// awsPages says whether the lists in a document go on: the API cuts its answers
// and names where the next one begins.
func awsPages(_ *Types, doc jsondoc.Value) []Page {
	more, _ := doc.Get("IsTruncated").Bool()
	for _, name := range [...]string{"Marker", "NextToken", "nextToken"} {
		next, _ := doc.Get(name).Str()
		more = more || next != ""
	}
	var out []Page
	for _, l := range awsLists {
		if doc.Get(l.member).Kind() == jsondoc.Array {
			out = append(out, Page{Type: l.typ, More: more, any: l.typ == ""})
		}
	}
	return out
}

// goneAWS recognises items of AWS Config that say that the resource was deleted.
func goneAWS(object jsondoc.Value) bool {
	status, _ := object.Get("configurationItemStatus").Str()
	return strings.HasPrefix(status, "ResourceDeleted")
}

// isAWSList wants more than a member that others could have too: of Policies
// alone, ARNs.
func isAWSList(doc jsondoc.Value) bool {
	for _, l := range awsLists[:4] {
		if doc.Get(l.member).Kind() == jsondoc.Array {
			return l.typ != "" || doc.Get(l.member).Len() == 0 || recogniseAWS(nil, doc.Get(l.member).Index(0), nil) != ""
		}
	}
	arn, _ := doc.Get("Policies").Index(0).Get("Arn").Str()
	return strings.HasPrefix(arn, "arn:")
}

func recogniseAWS(_ *Types, object jsondoc.Value, _ *Record) string {
	if typ, _ := object.Get("resourceType").Str(); strings.HasPrefix(typ, "AWS::") {
		return typ
	}
	arn, _ := object.Get("Arn").Str()
	if typ := typeOfARN(arn); typ != "" {
		return typ
	}
	if object.Get("Version").Kind() == jsondoc.String && isPolicyDocument(object) {
		return awsPolicy
	}
	return ""
}

// typeOfARN gives the type of an IAM resource from its ARN
// (arn:aws:iam::123456789012:role/path/name).
func typeOfARN(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "iam" {
		return ""
	}
	kind, _, _ := strings.Cut(parts[5], "/")
	switch kind {
	case "role":
		return awsRole
	case "user":
		return awsUser
	case "group":
		return awsGroup
	case "policy":
		return awsPolicy
	}
	return ""
}

// isPolicyDocument says that an object is made of statements.
func isPolicyDocument(v jsondoc.Value) bool {
	s := v.Get("Statement")
	if s.Kind() == jsondoc.Array {
		s = s.Index(0)
	}
	return s.Get("Effect").Kind() == jsondoc.String
}

// identifyAWS gives the ARN; for resources without one the region and the ID,
// which are unique together.
func identifyAWS(_ *Rules, object jsondoc.Value, _ *Record) (id, name string) {
	text := func(members ...string) string {
		for _, m := range members {
			if s, _ := object.Get(m).Str(); s != "" {
				return s
			}
		}
		return ""
	}
	name = text("resourceName", "RoleName", "UserName", "GroupName", "PolicyName", "resourceId")
	if id = text("arn", "ARN", "Arn"); id == "" {
		if id = text("resourceId"); id != "" {
			if region := text("awsRegion"); region != "" {
				id = region + "/" + id
			}
		}
	}
	return id, name
}

// prepareAWS decodes what comes as text: the configuration of an item, policy
// documents in it; and leaves of a policy's versions the one that counts.
func prepareAWS(dst []byte, r *Rules, object jsondoc.Value) ([]byte, bool) {
	w := awsWriter{kubernetesWriter{dst: dst}}
	if r.typ.Name == awsPolicy && isPolicyDocument(object) {
		w.open('{')
		w.key("Document")
		w.document(object)
		w.close('}')
		return w.dst, true
	}
	w.copy(object, "", 0)
	return w.dst, true
}

// awsWriter copies an object and decodes texts on the way.
type awsWriter struct{ kubernetesWriter }

// maxEmbedded is how deep text in text is decoded.
const maxEmbedded = 4

func (w *awsWriter) copy(v jsondoc.Value, name string, depth int) {
	switch v.Kind() {
	case jsondoc.Object:
		if isPolicyDocument(v) {
			w.document(v)
			return
		}
		w.members(v, depth)
	case jsondoc.Array:
		w.open('[')
		for e := range v.Elements() {
			w.copy(e, name, depth)
			w.dst = append(w.dst, ',')
		}
		w.close(']')
	case jsondoc.String:
		w.text(v, name, depth)
	default:
		w.dst = append(w.dst, v.Raw()...)
	}
}

func (w *awsWriter) members(v jsondoc.Value, depth int) {
	w.open('{')
	active, known := activeVersion(v)
	for key, m := range v.MemberViews() {
		name := string(key)
		if known {
			// The document says it better than its version's name.
			switch name {
			case "PolicyVersionList", "policyVersionList":
				w.key("Document")
				w.copy(active, "Document", depth)
				continue
			case "DefaultVersionId", "defaultVersionId":
				continue
			}
		}
		w.key(name)
		w.copy(m, name, depth)
	}
	w.close('}')
}

// activeVersion gives the document of the version of a policy that is in force.
// The others are history: that another one is made the default shows as the
// change of the document that it is. A list of policies without their versions
// has only the name of the version to go by.
func activeVersion(policy jsondoc.Value) (jsondoc.Value, bool) {
	versions := policy.Get("PolicyVersionList")
	if !versions.Exists() {
		versions = policy.Get("policyVersionList")
	}
	for version := range versions.Elements() {
		for _, m := range [...][2]string{{"IsDefaultVersion", "Document"}, {"isDefaultVersion", "document"}} {
			if active, _ := version.Get(m[0]).Bool(); active {
				if document := version.Get(m[1]); document.Exists() {
					return document, true
				}
			}
		}
	}
	return jsondoc.Value{}, false
}

// text decodes documents in text: policies anywhere, whatever JSON an item has
// as its configuration.
func (w *awsWriter) text(v jsondoc.Value, name string, depth int) {
	text, _ := v.StrView()
	if depth < maxEmbedded {
		if doc, ok := embedded(text); ok && (isPolicyDocument(doc.Root()) || embeds(name)) {
			w.copy(doc.Root(), name, depth+1)
			return
		}
	}
	w.dst = append(w.dst, v.Raw()...)
}

// embeds says that a member is known to hold JSON as text.
func embeds(name string) bool {
	switch name {
	case "configuration", "supplementaryConfiguration", "policyText", "PolicyText", "BucketPolicy",
		"AssumeRolePolicyDocument", "assumeRolePolicyDocument", "PolicyDocument", "policyDocument", "Document":
		return true
	}
	return false
}

// embedded parses text that is a JSON object, as it is or percent-encoded.
func embedded(text []byte) (*jsondoc.Doc, bool) {
	trimmed := bytes.TrimSpace(text)
	if bytes.HasPrefix(trimmed, []byte("%7B")) || bytes.HasPrefix(trimmed, []byte("%7b")) || bytes.HasPrefix(trimmed, []byte("%0A")) {
		plain, err := url.PathUnescape(string(trimmed))
		if err != nil {
			return nil, false
		}
		trimmed = []byte(strings.TrimSpace(plain))
	}
	if len(trimmed) == 0 || trimmed[0] != '{' {
		return nil, false
	}
	doc, err := jsondoc.Parse(trimmed, objectLimits)
	return doc, err == nil
}

// document writes a policy document in the one form that all spellings share:
// Statement, Action, Resource, principals and the values of conditions are
// lists, also when there is one.
func (w *awsWriter) document(v jsondoc.Value) {
	w.open('{')
	for key, m := range v.MemberViews() {
		w.key(string(key))
		if string(key) != "Statement" {
			w.dst = append(w.dst, m.Raw()...)
			continue
		}
		if m.Kind() == jsondoc.Object {
			w.open('[')
			w.statement(m)
			w.close(']')
			continue
		}
		w.open('[')
		for s := range m.Elements() {
			w.statement(s)
			w.dst = append(w.dst, ',')
		}
		w.close(']')
	}
	w.close('}')
}

func (w *awsWriter) statement(v jsondoc.Value) {
	if v.Kind() != jsondoc.Object {
		w.dst = append(w.dst, v.Raw()...)
		return
	}
	w.open('{')
	for key, m := range v.MemberViews() {
		w.key(string(key))
		switch string(key) {
		case "Action", "NotAction", "Resource", "NotResource":
			w.listOf(m)
		case "Principal", "NotPrincipal":
			w.principal(m)
		case "Condition":
			w.condition(m)
		default:
			w.dst = append(w.dst, m.Raw()...)
		}
	}
	w.close('}')
}

// listOf writes a value as a list of one unless it is a list.
func (w *awsWriter) listOf(v jsondoc.Value) {
	if v.Kind() == jsondoc.Array || v.IsNull() {
		w.dst = append(w.dst, v.Raw()...)
		return
	}
	w.open('[')
	w.dst = append(w.dst, v.Raw()...)
	w.dst = append(w.dst, ']')
}

// principal writes "*" as {"AWS":["*"]}, which means the same, and an account's
// number as the ARN of its root, which it stands for.
func (w *awsWriter) principal(v jsondoc.Value) {
	if text, ok := v.StrView(); ok && string(text) == "*" {
		w.dst = append(w.dst, `{"AWS":["*"]}`...)
		return
	}
	if v.Kind() != jsondoc.Object {
		w.dst = append(w.dst, v.Raw()...)
		return
	}
	w.open('{')
	for key, m := range v.MemberViews() {
		w.key(string(key))
		w.open('[')
		each := func(e jsondoc.Value) {
			if text, ok := e.StrView(); ok && string(key) == "AWS" && isAccount(text) {
				w.dst = jsondoc.AppendString(w.dst, "arn:aws:iam::"+string(text)+":root")
			} else {
				w.dst = append(w.dst, e.Raw()...)
			}
			w.dst = append(w.dst, ',')
		}
		if m.Kind() == jsondoc.Array {
			for e := range m.Elements() {
				each(e)
			}
		} else {
			each(m)
		}
		w.close(']')
	}
	w.close('}')
}

func isAccount(text []byte) bool {
	if len(text) != 12 {
		return false
	}
	for _, c := range text {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// condition writes operator -> key -> list of values as text: true and "true"
// are the same there.
func (w *awsWriter) condition(v jsondoc.Value) {
	if v.Kind() != jsondoc.Object {
		w.dst = append(w.dst, v.Raw()...)
		return
	}
	w.open('{')
	for operator, keys := range v.MemberViews() {
		w.key(string(operator))
		if keys.Kind() != jsondoc.Object {
			w.dst = append(w.dst, keys.Raw()...)
			continue
		}
		w.open('{')
		for key, values := range keys.MemberViews() {
			w.key(string(key))
			w.conditionValues(values)
		}
		w.close('}')
	}
	w.close('}')
}

func (w *awsWriter) conditionValues(v jsondoc.Value) {
	w.open('[')
	each := func(e jsondoc.Value) {
		if k := e.Kind(); k == jsondoc.Bool || k == jsondoc.Number {
			w.dst = jsondoc.AppendString(w.dst, string(e.Raw()))
		} else {
			w.dst = append(w.dst, e.Raw()...)
		}
		w.dst = append(w.dst, ',')
	}
	if v.Kind() == jsondoc.Array {
		for e := range v.Elements() {
			each(e)
		}
	} else {
		each(v)
	}
	w.close(']')
}
