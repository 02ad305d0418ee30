package normal

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestEveryTypeIsRecognised tries each sign of each Graph type by itself.
func TestEveryTypeIsRecognised(t *testing.T) {
	t.Parallel()
	types := Builtin()
	n := New(types, testKey)
	try := func(want, place, doc string) {
		t.Helper()
		if got := one(t, n, Record{Place: place, JSON: []byte(doc)}); got.Type != want {
			t.Errorf("%s in %s: got %s, want %s", doc, place, got.Type, want)
		}
	}
	const id = "11111111-2222-3333-4444-555555555555"
	for _, f := range types.families {
		if f.name != "graph" {
			continue
		}
		for name := range types.paths {
			want := types.paths[name].typ.Name
			try(want, "x.json", fmt.Sprintf(`{"id":%q,"@odata.context":"https://graph.microsoft.com/beta/$metadata#%s/$entity"}`, id, name))
			try(want, "x.json", fmt.Sprintf(`{"id":%q,"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#%s(assignments(),x(y()))/$entity"}`, id, name))
			try(want, "x.json", fmt.Sprintf(`{"id":%q,"@odata.id":"%s('%s')"}`, id, name, id))
			try(want, "x.json", fmt.Sprintf(`{"id":%q,"@odata.editLink":"%s('%s')/microsoft.graph.some"}`, id, name, id))
			try(want, "x.json", fmt.Sprintf(`{"id":%q,"@odata.id":"https://graph.microsoft.com/v1.0/%s/%s"}`, id, name, id))
			try(want, "x.json", fmt.Sprintf(`{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#%s","value":[{"id":%q}]}`, name, id))
		}
		for name, r := range types.odata.exact {
			try(r.typ.Name, "x.json", fmt.Sprintf(`{"id":%q,"@odata.type":"#microsoft.graph.%s"}`, id, name))
		}
		for _, g := range types.odata.list {
			try(g.rules.typ.Name, "x.json", fmt.Sprintf(`{"id":%q,"@odata.type":"#microsoft.graph.%s"}`, id, strings.ReplaceAll(g.glob.text, "*", "some")))
		}
	}
	for _, s := range types.shapes {
		var b strings.Builder
		for _, m := range s.members {
			fmt.Fprintf(&b, `,%q:"x"`, m)
		}
		try(s.rules.typ.Name, "x.json", fmt.Sprintf(`{"id":%q%s}`, id, b.String()))
	}
	for folder, r := range types.folders {
		if r.typ.Family == "graph" {
			try(r.typ.Name, "some/"+folder+"/deeper/x.json", fmt.Sprintf(`{"id":%q}`, id))
		}
	}
}

func TestWhereTypeAndIdentityComeFrom(t *testing.T) {
	t.Parallel()
	const catalog, ca = "deviceManagement/configurationPolicies", "identity/conditionalAccess/policies"
	for name, c := range map[string]struct {
		rec                    Record
		typ, id, name, content string
	}{
		"the source's word counts": {
			Record{Place: "Groups/x.json", Type: "Conditional access", ID: "7", JSON: []byte(`{"id":"8","displayName":"N"}`)},
			ca, "7", "N", `{"displayName":"N"}`,
		},
		"IntuneCD puts the ID into the file's name": {
			Record{Place: "backup/Settings Catalog/Win__a-b__0f9c.json", JSON: []byte(`{"name":"Win","settings":[]}`)},
			catalog, "0f9c", "Win", `{"name":"Win","settings":[]}`,
		},
		"IntuneCD without an ID": {
			Record{Place: "Conditional Access/My policy_x.yaml", JSON: []byte(`{"displayName":"My policy"}`)},
			ca, "Conditional Access/My policy_x", "My policy", `{"displayName":"My policy"}`,
		},
		"in a stream the name is all there is": {
			Record{JSON: []byte(`{"conditions":{},"grantControls":{},"displayName":"P"}`)},
			ca, "P", "P", `{"conditions":{},"displayName":"P","grantControls":{}}`,
		},
		"documents of one file go by name": {
			Record{Place: "Conditional Access/all.yaml#2", JSON: []byte(`{"displayName":"P"}`)},
			ca, "P", "P", `{"displayName":"P"}`,
		},
		"EntraExporter": {
			Record{Place: "Groups/1f/1f.json", JSON: []byte(`{"id":"1f","displayName":"G","renewedDateTime":"2025-05-23T09:35:24Z"}`)},
			"groups", "1f", "G", `{"displayName":"G"}`,
		},
		"singletons are called as their path": {
			Record{JSON: []byte(`{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#policies/authorizationPolicy/$entity","id":"authorizationPolicy","allowInvitesFrom":"none"}`)},
			"policies/authorizationPolicy", "policies/authorizationPolicy", "", `{"allowInvitesFrom":"none"}`,
		},
		"a collection that no table lists": {
			Record{JSON: []byte(`{"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/somethingNew/$entity","@odata.type":"#microsoft.graph.newConfiguration","id":"1","version":3,"a":null}`)},
			"deviceManagement/somethingNew", "1", "", `{"@odata.type":"#microsoft.graph.newConfiguration"}`,
		},
		"a type that no table lists": {
			Record{JSON: []byte(`{"@odata.type":"#microsoft.graph.brandNew","id":"1","createdDateTime":"x"}`)},
			"microsoft.graph.brandNew", "1", "", `{"@odata.type":"#microsoft.graph.brandNew"}`,
		},
		"other JSON is known by its file": {
			Record{Place: "etc/app.json", JSON: []byte(`{"name":"app","x":null}`)},
			"json", "etc/app", "app", `{"name":"app","x":null}`,
		},
		"other JSON with an ID": {
			Record{Place: "etc/app.json", JSON: []byte(`{"id":17,"name":"app"}`)},
			"json", "17", "app", `{"name":"app"}`,
		},
		"a value is no list of objects by itself": {
			Record{JSON: []byte(`{"id":"1","value":[{"id":"2"}]}`)},
			"json", "1", "", `{"value":[{"id":"2"}]}`,
		},
	} {
		got := one(t, New(Builtin(), testKey), c.rec)
		if got.Type != c.typ || got.ID != c.id || got.Name != c.name || string(got.Canonical) != c.content {
			t.Errorf("%s: got %s %q %q %s", name, got.Type, got.ID, got.Name, got.Canonical)
		}
	}
}

func TestDocumentsOfSeveralObjects(t *testing.T) {
	t.Parallel()
	n := New(Builtin(), testKey)
	page := `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/configurationPolicies(settings())","@odata.count":2,"@odata.nextLink":"https://x","value":[{"id":"1","name":"A"},{"id":"2","name":"B"}]}`
	for doc, want := range map[string]string{
		page:             "[deviceManagement/configurationPolicies 1 deviceManagement/configurationPolicies 2]",
		"[" + page + "]": "[deviceManagement/configurationPolicies 1 deviceManagement/configurationPolicies 2]",
		`{"value":[{"id":"1","conditions":{},"grantControls":{}}]}`:      "[identity/conditionalAccess/policies 1]",
		`[{"id":"1","@odata.type":"#microsoft.graph.group"},{"id":"2"}]`: "[groups 1 json 2]",
		`{"value":[]}`: "[]",
		`[]`:           "[]",
		`{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#users","value":[{"id":"u"}]}`: "[users u]",
	} {
		got := []string{}
		for _, o := range objects(t, n, Record{JSON: []byte(doc)}) {
			got = append(got, o.Type, o.ID)
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%s: got %v", doc, got)
		}
	}
}

func TestPagesSayWhetherMoreFollow(t *testing.T) {
	t.Parallel()
	n := New(Builtin(), testKey)
	for doc, want := range map[string]string{
		`{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#groups","@odata.nextLink":"https://x","value":[{"id":"1"}]}`: "groups true",
		`{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#groups","value":[{"id":"1"}]}`:                               "groups false",
		`{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#groups","value":[]}`:                                         "groups false",
		`{"@odata.nextLink":"https://x","value":[{"id":"1","@odata.type":"#microsoft.graph.group"}]}`:                               "groups true",
		`{"@odata.nextLink":"https://x","value":[]}`:                                                                                "",
		`{"id":"1","@odata.nextLink":"https://x"}`:                                                                                  "",
		`[{"id":"1"}]`: "",
		`{"apiVersion":"v1","kind":"PodList","metadata":{"continue":"abc"},"items":[{"metadata":{"name":"a"}}]}`: "v1/Pod true",
		`{"apiVersion":"v1","kind":"PodList","metadata":{"resourceVersion":"1"},"items":[]}`:                     "v1/Pod false",
		`{"RoleDetailList":[{"Arn":"arn:aws:iam::1:role/b","RoleName":"b"}],"Policies":[],"IsTruncated":true}`:   "AWS::IAM::Role true AWS::IAM::Policy true",
		`{"RoleDetailList":[{"Arn":"arn:aws:iam::1:role/b","RoleName":"b"}],"IsTruncated":false}`:                "AWS::IAM::Role false",
		`{"Policies":[{"Arn":"arn:aws:iam::1:policy/b","PolicyName":"b"}],"NextToken":"x"}`:                      "AWS::IAM::Policy true",
	} {
		objects(t, n, Record{JSON: []byte(doc)})
		var got []string
		for _, p := range n.Pages() {
			got = append(got, fmt.Sprint(p.Type, " ", p.More))
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("%s: got %q, want %q", doc, got, want)
		}
	}
	if err := n.Objects(&Record{JSON: []byte("{")}, nil); err == nil {
		t.Fatal("no JSON was read")
	}
	if len(n.Pages()) > 0 {
		t.Error("a page stayed from the record before")
	}
}

func TestOneBadObjectDoesNotHideTheOthers(t *testing.T) {
	t.Parallel()
	n := New(Builtin(), testKey)
	for doc, want := range map[string]struct {
		good      int
		typ, says string
	}{
		`[{"id":"1","name":"a"},{},{"id":"2"}]`: {2, "", "no identity"},
		`{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#groups","value":[{"id":"1"},{"id":"2","@removed":{"reason":"deleted"}},{"id":"3"}]}`: {2, "groups", "removed"},
		`[{"id":"1"},7]`: {1, "", "JSON number"},
		`[{"@odata.type":"#microsoft.graph.group"},{"@odata.type":"#microsoft.graph.domain"}]`: {0, "", "no identity"},
		`{"error":{"code":"Authorization_RequestDenied","message":"no"}}`:                      {0, "", "Authorization_RequestDenied"},

		`{"error":"throttled"}`:                               {0, "", "throttled"},
		`{"errors":[{"message":"no such field"}]}`:            {0, "", "no such field"},
		`{"error":"invalid_client","error_description":"no"}`: {0, "", "invalid_client"},

		`{"apiVersion":"v1","kind":"Status","metadata":{},"status":"Failure","reason":"Forbidden"}`:                    {0, "", "Forbidden"},
		`{"apiVersion":"v1","kind":"List","metadata":{"continue":"x"},"items":[]}`:                                     {0, "", "goes on elsewhere"},
		`{"configurationItems":[{"resourceType":"AWS::S3::Bucket","resourceId":"b","awsRegion":"x"}],"nextToken":"x"}`: {1, "", "goes on elsewhere"},
		`"text"`:        {0, "", "JSON string"},
		`null`:          {0, "", "JSON null"},
		`[[[[]]]]`:      {0, "", "arrays in arrays"},
		`{"id":"1"`:     {0, "", "end"},
		`{"a":1,"a":2}`: {0, "", "duplicate"},
		`{"id":"` + strings.Repeat("x", maxID+1) + `"}`: {0, "", "identity of more than"},
		"": {0, "", "end"},
	} {
		good := 0
		err := n.Objects(&Record{JSON: []byte(doc)}, func(*Object) error { good++; return nil })
		var bad *Unreadable
		if !errors.As(err, &bad) || good != want.good || bad.Type != want.typ || !strings.Contains(bad.Reason, want.says) {
			t.Errorf("%.80s: %d good, %#v", doc, good, err)
		}
	}
	var bad *Unreadable
	err := n.Objects(&Record{Place: "x/SettingsCatalog/y.json", JSON: []byte("\xe7\xac")}, nil)
	if !errors.As(err, &bad) || bad.Type != "deviceManagement/configurationPolicies" {
		t.Errorf("a file that is no JSON lost its folder's type: %#v", err)
	}
	err = n.Objects(&Record{Place: "x/SettingsCatalog/y.json", JSON: []byte(`{"error":"throttled"}`)}, nil)
	if !errors.As(err, &bad) || bad.Type != "deviceManagement/configurationPolicies" {
		t.Errorf("an error lost its folder's type: %#v", err)
	}
	err = n.Objects(&Record{Type: "v1/Service", ID: "a/b", JSON: []byte(`5`)}, nil)
	if !errors.As(err, &bad) || bad.Type != "v1/Service" {
		t.Errorf("what is no object lost the type that its source named: %#v", err)
	}
	stop := errors.New("stop")
	calls := 0
	if err := n.Objects(&Record{JSON: []byte(`[{"id":"1"},{"id":"2"}]`)}, func(*Object) error { calls++; return stop }); !errors.Is(err, stop) || calls != 1 {
		t.Errorf("the error of each: %v after %d calls", err, calls)
	}
}

func TestTablesOfNamesAreIgnored(t *testing.T) {
	t.Parallel()
	n := New(Builtin(), testKey)
	for place, doc := range map[string]string{
		"a/MigrationTable.json": `{"TenantId":"x"}`,
		"a/b.json":              `{"TenantId":"x","Objects":[{"DisplayName":"G","Id":"1","Type":"Group"}]}`,
	} {
		var ignored *Ignored
		if err := n.Objects(&Record{Place: place, JSON: []byte(doc)}, nil); !errors.As(err, &ignored) {
			t.Errorf("%s: %v", place, err)
		}
	}
	if got := one(t, n, Record{JSON: []byte(`{"id":"1","TenantId":"x","Objects":[{"a":1}]}`)}); got.Type != "json" {
		t.Error("an object with tenant and objects was taken for a table of names")
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	types := Builtin()
	for text, want := range map[string]string{
		"conditional access":                  "identity/conditionalAccess/policies",
		"Groups":                              "groups",
		"settings CATALOG":                    "deviceManagement/configurationPolicies",
		"namedlocations":                      "identity/conditionalAccess/namedLocations",
		"deviceManagement/roleScopeTags":      "deviceManagement/roleScopeTags",
		" autopilot ":                         "deviceManagement/windowsAutopilotDeploymentProfiles",
		"identity/conditionalaccess/policies": "identity/conditionalAccess/policies",
	} {
		if got := types.Find(text); len(got) != 1 || got[0].Name != want {
			t.Errorf("%q: got %v, want %s", text, got, want)
		}
	}
	if got := types.Find("compliance"); len(got) < 3 {
		t.Errorf("compliance: only %v", got)
	}
	if got := types.Find(""); got != nil {
		t.Errorf("nothing found %v", got)
	}
	for folder, want := range map[string]string{
		"SettingsCatalog": "deviceManagement/configurationPolicies", "x/Settings Catalog": "deviceManagement/configurationPolicies",
		"Compliance Policies/Scripts": "deviceManagement/deviceComplianceScripts", "Entra/Applications": "applications",
		"Applications/macOS": "deviceAppManagement/mobileApps", "Roles": "deviceManagement/roleDefinitions",
		"Groups/6499F521-8620-4f4e-92a1-db47c79362e8": "groups", "Groups/6499f521-8620-4f4e-92a1-db47c79362e8/Members": "", "unknown": "", "": "", ".": "",
	} {
		if got, ok := types.TypeOfFolder(folder); got != want || ok != (want != "") {
			t.Errorf("folder %q: got %q %v", folder, got, ok)
		}
	}
}

func TestNameOf(t *testing.T) {
	t.Parallel()
	types := Builtin()
	name, template := types.NameOf("deviceManagement/configurationPolicies", []byte(`{"name":"N","templateReference":{"templateId":"T"}}`))
	if name != "N" || template != "T" {
		t.Errorf("got %q %q", name, template)
	}
	long := strings.Repeat("ä", maxName)
	if name, _ := types.NameOf("json", []byte(`{"name":"`+long+`"}`)); name != long[:maxName] {
		t.Errorf("a long name became %d bytes", len(name))
	}
	if name, _ := types.NameOf("json", []byte(`{`)); name != "" {
		t.Errorf("got %q from no JSON", name)
	}
}

func TestWhatPagesLeaveOutIsNoChange(t *testing.T) {
	t.Parallel()
	const policy = `"id":"1","displayName":"p","state":"enabled","conditions":{},"grantControls":{"builtInControls":["mfa"]}`
	n := New(Builtin(), testKey)
	exported := one(t, n, Record{JSON: []byte(`{"@odata.type":"#microsoft.graph.conditionalAccessPolicy",` + policy + `}`)})
	listed := one(t, n, Record{JSON: []byte(`{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess/policies","value":[{` + policy + `}]}`)})
	if exported.Type != listed.Type || string(exported.Canonical) != string(listed.Canonical) {
		t.Errorf("%s %s\n%s %s", exported.Type, exported.Canonical, listed.Type, listed.Canonical)
	}
	// Where there are several, it says what the object is.
	location := one(t, n, Record{JSON: []byte(`{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"1","ipRanges":[],"isTrusted":true}`)})
	if !strings.Contains(string(location.Canonical), "ipNamedLocation") {
		t.Errorf("%s", location.Canonical)
	}
}
