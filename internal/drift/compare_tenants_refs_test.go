package drift

import (
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/drift/diff"

	"github.com/google/go-cmp/cmp"
)

// GUIDs of tests.
const (
	groupHere  = "11111111-aaaa-4aaa-8aaa-000000000001"
	groupThere = "22222222-bbbb-4bbb-8bbb-000000000001"
	loneHere   = "11111111-aaaa-4aaa-8aaa-000000000009"
	loneThere  = "22222222-bbbb-4bbb-8bbb-000000000009"
)

func group(id, name string) string {
	return `{"@odata.type":"#microsoft.graph.group","id":"` + id + `","displayName":"` + name + `","securityEnabled":true,"mailEnabled":false,"mailNickname":"x"}`
}

func policyFor(groups string) string {
	return `{"@odata.type":"#microsoft.graph.conditionalAccessPolicy","id":"` + loneHere + `","displayName":"P","state":"enabled","conditions":{"users":{"includeGroups":[` + groups + `]}},"grantControls":{"builtInControls":["mfa"]}}`
}

// verdict says what comes of the one policy of two tenants.
func verdict(c compared) string {
	switch {
	case c.Changed > 0 && len(c.unknown) > 0:
		return "changed and unknown"
	case c.Changed > 0:
		return "changed"
	case len(c.unknown) > 0:
		return "unknown " + c.unknown[0].Reason
	}
	return "equal"
}

func TestReferencesMeanWhatTheyName(t *testing.T) {
	t.Parallel()
	quoted := func(ids ...string) string { return `"` + strings.Join(ids, `","`) + `"` }
	const policy, file = "ConditionalAccess/p.json", "Groups/g.json"
	for name, c := range map[string]struct {
		a, b files
		want string
	}{
		"the same group by another ID": {
			files{policy: policyFor(quoted(groupHere)), file: group(groupHere, "Admins")},
			files{policy: policyFor(quoted(groupThere)), file: group(groupThere, "Admins")},
			"equal",
		},
		"a group of another name": {
			files{policy: policyFor(quoted(groupHere)), file: group(groupHere, "Admins"), "Groups/h.json": group(loneHere, "Others")},
			files{policy: policyFor(quoted(groupThere)), file: group(loneThere, "Admins"), "Groups/h.json": group(groupThere, "Others")},
			"changed",
		},
		"groups that neither tenant read": {
			files{policy: policyFor(quoted(groupHere))}, files{policy: policyFor(quoted(groupThere))}, "unknown reference",
		},
		"the same group that neither read": {
			files{policy: policyFor(quoted(groupHere))}, files{policy: policyFor(quoted(groupHere))}, "equal",
		},
		"more groups, none read": {
			files{policy: policyFor(quoted(groupHere))}, files{policy: policyFor(quoted(groupThere, loneThere))}, "changed",
		},
		"one tenant did not read groups": {
			files{policy: policyFor(quoted(groupHere)), file: group(groupHere, "Admins")},
			files{policy: policyFor(quoted(groupThere))},
			"unknown reference",
		},
		"copied without its group": {
			files{policy: policyFor(quoted(groupHere)), file: group(groupHere, "Admins")},
			files{policy: policyFor(quoted(groupHere)), file: group(groupThere, "Admins")},
			"changed",
		},
		"two groups of the name": {
			files{policy: policyFor(quoted(groupHere)), file: group(groupHere, "Admins"), "Groups/h.json": group(loneHere, "Admins")},
			files{policy: policyFor(quoted(groupThere)), file: group(groupThere, "Admins")},
			"unknown reference",
		},
		"in doubt and changed besides": {
			files{policy: policyFor(quoted(groupHere))},
			files{policy: strings.Replace(policyFor(quoted(groupThere)), `"enabled"`, `"disabled"`, 1)},
			"changed and unknown",
		},
		"all users by name": {
			files{policy: policyFor(quoted("All"))}, files{policy: policyFor(quoted("None"))}, "changed",
		},
		"marks of doubt in a tenant's text": {
			files{policy: policyFor(quoted(`a\u0002b\u0003`))}, files{policy: policyFor(quoted(`a\u0002c\u0003`))}, "changed",
		},
	} {
		got := comparePair(t, c.a.observe(t, "here"), c.b.observe(t, "there"))
		got.unknown = onlyPolicies(got.unknown)
		if v := verdict(got); v != c.want {
			t.Errorf("%s: %s, want %s\n%s", name, v, c.want, got.String())
		}
	}
}

func onlyPolicies(list []diff.Unknown) (out []diff.Unknown) {
	for _, u := range list {
		if u.Type == "identity/conditionalAccess/policies" {
			out = append(out, u)
		}
	}
	return out
}

func TestWhatIsInDoubtShowsItsID(t *testing.T) {
	t.Parallel()
	got := comparePair(t, files{"ConditionalAccess/p.json": policyFor(`"` + groupHere + `"`)}.observe(t, "here"),
		files{"ConditionalAccess/p.json": policyFor(`"All","` + groupThere + `"`)}.observe(t, "there"))
	if len(got.changes) != 1 {
		t.Fatal(got.String())
	}
	c := got.changes[0]
	want := []string{`["? <` + groupHere + `>"]`, `["? <` + groupThere + `>","All"]`}
	if d := cmp.Diff(want, []string{string(c.From), string(c.To)}); d != "" || c.Path != "/conditions/users/includeGroups" {
		t.Error(c.Path, d)
	}
	if strings.Contains(string(c.Ops[len(c.Ops)-1].Value), "u0002") {
		t.Errorf("%s", c.Ops[len(c.Ops)-1].Value)
	}
}

func TestScopeTagsGoByTheirNames(t *testing.T) {
	t.Parallel()
	tenant := func(id, name, tags string) files {
		return files{
			"ScopeTags/t.json":       `{"@odata.type":"#microsoft.graph.roleScopeTag","id":"` + id + `","displayName":"` + name + `","isBuiltIn":false}`,
			"SettingsCatalog/a.json": `{"@odata.type":"#microsoft.graph.deviceManagementConfigurationPolicy","id":"` + loneHere + `","name":"C","roleScopeTagIds":[` + tags + `],"settings":[]}`,
		}
	}
	same := comparePair(t, tenant("3", "Paris", `"0","3"`).observe(t, "here"), tenant("7", "Paris", `"7","0"`).observe(t, "there"))
	if same.Changed != 0 || len(same.unknown) != 0 {
		t.Error(same.String())
	}
	// The same number is another tag.
	other := comparePair(t, tenant("3", "Paris", `"0","3"`).observe(t, "here"), tenant("3", "Rome", `"0","3"`).observe(t, "there"))
	if other.Changed != 1 || len(other.changes) != 3 {
		t.Error(other.String())
	}
}

func TestSecretsOfTwoTenantsSayNothing(t *testing.T) {
	t.Parallel()
	tenant := func(secret, ssid string) files {
		return files{"DeviceConfiguration/w.json": `{"@odata.type":"#microsoft.graph.windowsWifiConfiguration","id":"` + loneHere + `","displayName":"W","ssid":"` + ssid + `","preSharedKey":"` + secret + `"}`}
	}
	got := comparePair(t, tenant("one", "net").observe(t, "here"), tenant("two", "net").observe(t, "there"))
	if got.Changed != 0 || got.Secrets != 1 || got.Unchanged != 1 {
		t.Error(got.String())
	}
	got = comparePair(t, tenant("one", "net").observe(t, "here"), tenant("two", "other").observe(t, "there"))
	if got.Changed != 1 || len(got.changes) != 1 || got.changes[0].Path != "/ssid" {
		t.Error(got.String())
	}
}

func TestTheOwnAccountIsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	role := func(account, trusted string) files {
		return files{"r.json": `{"RoleName":"app","RoleId":"AROA` + account + `","Arn":"arn:aws:iam::` + account + `:role/app","Path":"/","AssumeRolePolicyDocument":` +
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::` + trusted + `:root"}}]}}`}
	}
	got := comparePair(t, role("111111111111", "111111111111").observe(t, "here"), role("222222222222", "222222222222").observe(t, "there"))
	for _, c := range got.changes {
		if strings.Contains(c.Path, "Principal") {
			t.Error(got.String())
		}
	}
	foreign := comparePair(t, role("111111111111", "111111111111").observe(t, "here"), role("222222222222", "333333333333").observe(t, "there"))
	if len(foreign.changes) != len(got.changes)+1 {
		t.Error(foreign.String())
	}
}

func TestWhatOneTenantDidNotReadIsUnknown(t *testing.T) {
	t.Parallel()
	a := files{"ConditionalAccess/p.json": policyFor(`"All"`), "Groups/g.json": group(groupHere, "Admins"), "Groups/h.json": group(loneThere, "Others")}
	for name, c := range map[string]struct {
		b              files
		removed, added int
		unknown        []string
	}{
		"read and not there": {files{"ConditionalAccess/p.json": policyFor(`"All"`), "Groups/h.json": group(loneThere, "Others")}, 1, 0, nil},
		"not read":           {files{"ConditionalAccess/p.json": policyFor(`"All"`)}, 0, 0, []string{"name:Admins folder", "name:Others folder"}},
		"something unreadable": {
			files{"ConditionalAccess/p.json": policyFor(`"All"`), "Groups/h.json": group(loneThere, "Others"), "Groups/x.json": "{"},
			0, 0,
			[]string{"name:Admins quarantine"},
		},
		"one there twice": {files{
			"ConditionalAccess/p.json": policyFor(`"All"`), "Groups/h.json": group(loneThere, "Others"),
			"Groups/x.json": group(groupThere, "Admins"), "Groups/y.json": group(groupThere, "Admins"),
		}, 0, 0, nil},
	} {
		got := comparePair(t, a.observe(t, "here"), c.b.observe(t, "there"))
		var unknown []string
		for _, u := range got.unknown {
			unknown = append(unknown, u.ID+" "+u.Reason)
		}
		if d := cmp.Diff(c.unknown, unknown); d != "" || got.Removed != c.removed || got.Added != c.added || got.Counts.Unknown != len(c.unknown) {
			t.Errorf("%s: %s\n%s", name, d, got.String())
		}
	}
}
