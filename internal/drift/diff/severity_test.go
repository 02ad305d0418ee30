package diff_test

import (
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/fault"
)

const (
	ca         = "identity/conditionalAccess/policies"
	compliance = "deviceManagement/deviceCompliancePolicies"
)

func add(path string) []diff.Op {
	return []diff.Op{{Op: "add", Path: path + "/-", Value: []byte(`"x"`)}}
}
func remove(path string) []diff.Op { return []diff.Op{{Op: "remove", Path: path + "/0"}} }

func TestBuiltinSeverities(t *testing.T) {
	t.Parallel()
	rules := diff.BuiltinSeverity()
	text := func(s string) []byte { return []byte(`"` + s + `"`) }
	for name, c := range map[string]struct {
		change diff.Change
		want   diff.Severity
	}{
		"policy switched off":          {diff.Change{Type: ca, Path: "/state", Kind: diff.Changed, From: text("enabled"), To: text("disabled")}, diff.Critical},
		"policy only reports":          {diff.Change{Type: ca, Path: "/state", Kind: diff.Changed, From: text("enabled"), To: text("enabledForReportingButNotEnforced")}, diff.Critical},
		"policy switched on":           {diff.Change{Type: ca, Path: "/state", Kind: diff.Changed, From: text("disabled"), To: text("enabled")}, diff.Medium},
		"policy removed":               {diff.Change{Type: ca, Kind: diff.Removed, From: []byte(`{}`)}, diff.Critical},
		"policy added":                 {diff.Change{Type: ca, Kind: diff.Added, To: []byte(`{}`)}, diff.Medium},
		"policy renamed":               {diff.Change{Type: ca, Path: "/displayName", Kind: diff.Metadata, From: text("a"), To: text("b")}, diff.Low},
		"MFA no longer asked for":      {diff.Change{Type: ca, Path: "/grantControls/builtInControls", Kind: diff.Changed, From: []byte(`["mfa"]`), To: []byte(`[]`), Ops: remove("/grantControls/builtInControls")}, diff.Critical},
		"grant controls gone":          {diff.Change{Type: ca, Path: "/grantControls", Kind: diff.Changed, From: []byte(`{}`)}, diff.Critical},
		"another control asked for":    {diff.Change{Type: ca, Path: "/grantControls/builtInControls", Kind: diff.Changed, From: []byte(`["mfa"]`), To: []byte(`["mfa","x"]`), Ops: add("/grantControls/builtInControls")}, diff.Critical},
		"first control asked for":      {diff.Change{Type: ca, Path: "/grantControls/builtInControls", Kind: diff.Changed, From: []byte(`[]`), To: []byte(`["mfa"]`), Ops: add("/grantControls/builtInControls")}, diff.High},
		"privileged container added":   {diff.Change{Type: "apps/v1/Deployment", Path: "/spec/template/spec/containers/[name=x]", Kind: diff.Changed, To: []byte(`{"name":"x","securityContext":{"privileged":true}}`)}, diff.Critical},
		"node's files mounted":         {diff.Change{Type: "apps/v1/Deployment", Path: "/spec/template/spec/volumes", Kind: diff.Changed, To: []byte(`[{"hostPath":{"path":"/"},"name":"v"}]`)}, diff.High},
		"rights for anybody":           {diff.Change{Type: "rbac.authorization.k8s.io/v1/ClusterRoleBinding", Path: "/subjects/[kind=Group,name=system:unauthenticated]", Kind: diff.Changed, To: []byte(`{"kind":"Group","name":"system:unauthenticated"}`)}, diff.Critical},
		"managed policy's rights":      {diff.Change{Type: "AWS::IAM::Policy", Path: "/Document/Statement", Kind: diff.Changed, From: []byte(`[]`), To: []byte(`[{}]`)}, diff.Critical},
		"user excluded":                {diff.Change{Type: ca, Path: "/conditions/users/excludeUsers", Kind: diff.Changed, From: []byte(`[]`), To: []byte(`["x"]`), Ops: add("/conditions/users/excludeUsers")}, diff.Critical},
		"exclusion gone":               {diff.Change{Type: ca, Path: "/conditions/users/excludeGroups", Kind: diff.Changed, From: []byte(`["x"]`), To: []byte(`[]`), Ops: remove("/conditions/users/excludeGroups")}, diff.High},
		"location trusted":             {diff.Change{Type: "identity/conditionalAccess/namedLocations", Path: "/isTrusted", Kind: diff.Changed, From: []byte(`false`), To: []byte(`true`)}, diff.Critical},
		"break-glass group renamed":    {diff.Change{Type: "groups", Name: "CA-BreakGlassAccounts - Exclude", Path: "/displayName", Kind: diff.Metadata, From: text("a"), To: text("b")}, diff.Critical},
		"group described":              {diff.Change{Type: "groups", Name: "Sales", Path: "/description", Kind: diff.Metadata, From: text("a"), To: text("b")}, diff.Low},
		"compliance without BitLocker": {diff.Change{Type: compliance, Path: "/bitLockerEnabled", Kind: diff.Changed, From: []byte(`true`), To: []byte(`false`)}, diff.Critical},
		"compliance with BitLocker":    {diff.Change{Type: compliance, Path: "/bitLockerEnabled", Kind: diff.Changed, From: []byte(`false`), To: []byte(`true`)}, diff.High},
		"Defender setting":             {diff.Change{Type: policies, Path: "/settings/[settingDefinitionId=device_vendor_msft_policy_config_defender_allowrealtimemonitoring]/settingInstance/choiceSettingValue/value", Kind: diff.Changed, From: text("a"), To: text("b")}, diff.High},
		"Defender setting gone":        {diff.Change{Type: policies, Path: "/settings/[settingDefinitionId=device_vendor_msft_policy_config_defender_allowrealtimemonitoring]", Kind: diff.Changed, From: text("a")}, diff.High},
		"some other setting":           {diff.Change{Type: policies, Path: "/settings/[settingDefinitionId=device_vendor_msft_policy_config_camera_allowcamera]", Kind: diff.Changed, From: text("a")}, diff.Medium},
		"firewall policy removed":      {diff.Change{Type: policies, Name: "Win - OIB - SC - Windows Firewall", Kind: diff.Removed, From: []byte(`{}`)}, diff.High},
		"group excluded":               {diff.Change{Type: policies, Path: "/assignments/[@odata.type=#microsoft.graph.exclusionGroupAssignmentTarget,groupId=x]", Kind: diff.Changed, To: []byte(`{}`)}, diff.High},
		"assignment gone":              {diff.Change{Type: policies, Path: "/assignments/[@odata.type=#microsoft.graph.groupAssignmentTarget,groupId=x]", Kind: diff.Changed, From: []byte(`{}`)}, diff.High},
		"cluster-admin bound":          {diff.Change{Type: "rbac.authorization.k8s.io/v1/ClusterRoleBinding", Kind: diff.Added, To: []byte(`{"roleRef":{"name":"cluster-admin"}}`)}, diff.Critical},
		"role gets a right":            {diff.Change{Type: "rbac.authorization.k8s.io/v1/ClusterRole", Path: "/rules", Kind: diff.Changed, From: []byte(`[]`), To: []byte(`[{}]`), Ops: add("/rules")}, diff.Critical},
		"privileged container":         {diff.Change{Type: "apps/v1/Deployment", Path: "/spec/template/spec/containers/[name=x]/securityContext/privileged", Kind: diff.Changed, To: []byte(`true`)}, diff.Critical},
		"label":                        {diff.Change{Type: "apps/v1/Deployment", Path: "/metadata/labels/app.kubernetes.io~1version", Kind: diff.Changed, From: text("1"), To: text("2")}, diff.Low},
		"image":                        {diff.Change{Type: "apps/v1/Deployment", Path: "/spec/template/spec/containers/[name=x]/image", Kind: diff.Changed, From: text("1"), To: text("2")}, diff.Medium},
		"pod security":                 {diff.Change{Type: "v1/Namespace", Path: "/metadata/labels/pod-security.kubernetes.io~1enforce", Kind: diff.Changed, From: text("restricted"), To: text("privileged")}, diff.Critical},
		"administrator's policy":       {diff.Change{Type: "AWS::IAM::Role", Path: "/attachedManagedPolicies/[policyArn=arn:aws:iam::aws:policy~1AdministratorAccess]", Kind: diff.Changed, To: []byte(`{"policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}`)}, diff.Critical},
		"role tagged":                  {diff.Change{Type: "AWS::IAM::Role", Path: "/tags/[key=x]/value", Kind: diff.Changed, From: text("1"), To: text("2")}, diff.Low},
		"role's path":                  {diff.Change{Type: "AWS::IAM::Role", Path: "/path", Kind: diff.Changed, From: text("1"), To: text("2")}, diff.High},
		"anything":                     {diff.Change{Type: "json", Path: "/x", Kind: diff.Changed, From: text("1"), To: text("2")}, diff.Medium},
	} {
		if got := rules.Of(&c.change); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestSeverityRules(t *testing.T) {
	t.Parallel()
	rules, err := diff.ParseSeverity([]byte(`
version: mine
default: low
rules:
  - {name: exact, severity: critical, types: [a], paths: [/x/*/y], kinds: [changed], from: ["1"], to: ["2*"]}
  - {name: deep, severity: high, paths: ["/**/z"]}
  - {name: below, severity: informational, paths: ["/w/**"]}
`))
	if err != nil || rules.Version() != "mine" {
		t.Fatal(err)
	}
	for _, c := range []struct {
		typ, path, from, to string
		want                diff.Severity
	}{
		{"a", "/x/[k=v]/y", "1", "22", diff.Critical},
		{"A", "/X/q/Y", "1", "2", diff.Critical},
		{"b", "/x/q/y", "1", "2", diff.Low},
		{"a", "/x/q/r/y", "1", "2", diff.Low},
		{"a", "/x/q/y", "2", "2", diff.Low},
		{"a", "/z", "1", "2", diff.High},
		{"a", "/a/b/z", "1", "2", diff.High},
		{"a", "/a/z/b", "1", "2", diff.Low},
		{"a", "/w", "1", "2", diff.Informational},
		{"a", "/w/a/b", "1", "2", diff.Informational},
		{"a", "/v/w", "1", "2", diff.Low},
		{"a", "", "1", "2", diff.Low},
	} {
		ch := diff.Change{Type: c.typ, Path: c.path, Kind: diff.Changed, From: []byte(c.from), To: []byte(c.to)}
		if got := rules.Of(&ch); got != c.want {
			t.Errorf("%s %s %s -> %s: %s, want %s", c.typ, c.path, c.from, c.to, got, c.want)
		}
	}
}

func TestSeverityRulesAreStrict(t *testing.T) {
	t.Parallel()
	for name, doc := range map[string]string{
		"empty":             ``,
		"not YAML":          `{`,
		"unknown member":    "rules: []\nrule: []",
		"two documents":     "rules: []\n---\nrules: []",
		"no name":           "rules: [{severity: low}]",
		"no severity":       "rules: [{name: a}]",
		"another severity":  "rules: [{name: a, severity: grave}]",
		"another default":   "default: grave\nrules: []",
		"another kind":      "rules: [{name: a, severity: low, kinds: [moved]}]",
		"a path from below": "rules: [{name: a, severity: low, paths: [x]}]",
		"many stars":        "rules: [{name: a, severity: low, types: ['" + strings.Repeat("*", 17) + "']}]",
		"many double stars": "rules: [{name: a, severity: low, paths: ['/**/a/**/b/**/c/**']}]",
		"too long":          "version: " + strings.Repeat("x", 300<<10),
	} {
		_, err := diff.ParseSeverity([]byte(doc))
		if code := fault.CodeOf(err); code != fault.Invalid && code != fault.TooLarge {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParseSeverity(f *testing.F) {
	f.Add([]byte("version: x\ndefault: low\nrules:\n- {name: a, severity: high, types: [a*], kinds: [changed], from: [absent], to: ['*'], gains: true}"), "abc", "/state", []byte(`"disabled"`))
	f.Add([]byte("rules: [{name: a, severity: low, paths: ['/**/*a*/**']}]"), "a", "/x/[k=v]/yay", []byte(`1`))
	f.Fuzz(func(t *testing.T, doc []byte, typ, path string, value []byte) {
		s, err := diff.ParseSeverity(doc)
		if err != nil {
			return
		}
		if value = value[:min(len(value), 100)]; len(value) == 0 {
			value = nil
		}
		got := s.Of(&diff.Change{Type: typ, Path: path, Kind: diff.Changed, To: value})
		if got == "" {
			t.Error("no severity")
		}
	})
}
