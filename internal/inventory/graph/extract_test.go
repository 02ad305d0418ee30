package graph

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/jsondoc"

	"github.com/google/go-cmp/cmp"
)

func testExtractor(t testing.TB) *extractor {
	t.Helper()
	set, err := parse(builtin)
	if err != nil {
		t.Fatal(err)
	}
	types := normal.Builtin()
	return newExtractor(set, func(typ string) bool { return types.Rules(typ).Type().Assignable })
}

// shown writes references as "relation type id", with a mark for what need not
// be there (?) and what always is (!).
func (x *extractor) shown(f facts) []string {
	var out []string
	for _, r := range f.refs {
		mark := ""
		if !r.sure {
			mark += " ?"
		}
		if r.known {
			mark += " !"
		}
		out = append(out, x.set.refs[r.rule].relation+" "+r.typ+" "+r.id+mark)
	}
	slices.Sort(out)
	return out
}

var extracted = []struct {
	typ, id, json string
	standing      standing
	want          []string
}{
	{
		"deviceManagement/configurationPolicies", "p1",
		`{"roleScopeTagIds":["0","7"],"assignments":[
			{"target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"g1","deviceAndAppManagementAssignmentFilterId":"f1"}},
			{"target":{"@odata.type":"#microsoft.graph.exclusionGroupAssignmentTarget","groupId":"g2"}},
			{"target":{"@odata.type":"#microsoft.graph.allDevicesAssignmentTarget","deviceAndAppManagementAssignmentFilterId":"00000000-0000-0000-0000-000000000000"}}],
		"settings":[{"settingInstance":{"groupSettingCollectionValue":[{"children":[{"simpleSettingCollectionValue":[{"@odata.type":"#microsoft.graph.deviceManagementConfigurationReferenceSettingValue","value":"r1"}]}]}]}}]}`,
		assigned,
		[]string{
			"assigned to groups g1",
			"filtered by deviceManagement/assignmentFilters f1",
			"not assigned to groups g2",
			"reuses deviceManagement/reusablePolicySettings r1",
			"tagged deviceManagement/roleScopeTags 0 !",
			"tagged deviceManagement/roleScopeTags 7",
		},
	},
	{"deviceManagement/configurationPolicies", "p2", `{"assignments":[]}`, unassigned, nil},
	{"deviceManagement/configurationPolicies", "p3", `{"name":"x"}`, unread, nil},
	{
		"deviceManagement/configurationPolicies", "p4",
		`{"assignments":[{"target":{"@odata.type":"#microsoft.graph.exclusionGroupAssignmentTarget","groupId":"g"}}]}`,
		unassigned,
		[]string{"not assigned to groups g"},
	},
	{
		"deviceManagement/deviceCompliancePolicies", "c",
		`{"assignments":[{"target":{"@odata.type":"#microsoft.graph.allLicensedUsersAssignmentTarget"}}],"deviceCompliancePolicyScript":{"deviceComplianceScriptId":"s"},
		"scheduledActionsForRule":[{"scheduledActionConfigurations":[{"notificationTemplateId":"00000000-0000-0000-0000-000000000000","notificationMessageCCList":["g9"]},{"notificationTemplateId":"n","notificationMessageCCList":[]},{"notificationTemplateId":""}]}]}`,
		assigned,
		[]string{
			"checks with deviceManagement/deviceComplianceScripts s",
			"notifies groups g9",
			"notifies with deviceManagement/notificationMessageTemplates n",
		},
	},
	{
		"identity/conditionalAccess/policies", "ca",
		`{"conditions":{"users":{"includeUsers":["All"],"excludeUsers":["u1","GuestsOrExternalUsers"],"excludeGroups":["g1"],"includeRoles":["62e90394-69f5-4237-9190-012177145e10"]},
			"locations":{"includeLocations":["All"],"excludeLocations":["AllTrusted","l1"]},"applications":{"includeApplications":["All","app1"],"includeAuthenticationContextClassReferences":["c1"]}},
			"grantControls":{"termsOfUse":["t1"],"authenticationStrength":{"id":"00000000-0000-0000-0000-000000000004"}}}`,
		assigned,
		[]string{
			"applies in identity/conditionalAccess/authenticationContextClassReferences c1",
			"applies to roleManagement/directory/roleDefinitions 62e90394-69f5-4237-9190-012177145e10",
			"applies to servicePrincipals app1 ?",
			"demands identityGovernance/termsOfUse/agreements t1",
			"demands policies/authenticationStrengthPolicies 00000000-0000-0000-0000-000000000004 !",
			"spares at identity/conditionalAccess/namedLocations l1",
			"spares groups g1",
			"spares users u1",
		},
	},
	{"identity/conditionalAccess/policies", "off", `{"conditions":{"users":{"includeUsers":["None"]}}}`, unassigned, nil},
	{"identity/conditionalAccess/policies", "guests", `{"conditions":{"users":{"includeUsers":[],"includeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"b2bCollaborationGuest"}}}}`, assigned, nil},
	{"identity/conditionalAccess/policies", "agents", `{"conditions":{"users":{"includeUsers":["None"]},"agents":{"includeAgentUsers":["All"]}}}`, assigned, nil},
	{
		"apps/v1/Deployment", "prod/web",
		`{"metadata":{"name":"web","namespace":"prod","ownerReferences":[{"apiVersion":"example.com/v1","kind":"Site","name":"s"}]},"spec":{"template":{"spec":{"serviceAccountName":"web","imagePullSecrets":[{"name":"pull"}],
			"volumes":[{"configMap":{"name":"c"},"name":"v"},{"secret":{"secretName":"s","optional":true},"name":"w"},{"persistentVolumeClaim":{"claimName":"pvc"},"name":"x"}],
			"containers":[{"name":"a","envFrom":[{"secretRef":{"name":"env"}}],"env":[{"name":"X","valueFrom":{"configMapKeyRef":{"name":"c","key":"k"}}}]}]}}}}`,
		notAssignable,
		[]string{
			"in v1/Namespace /prod",
			"mounts v1/ConfigMap prod/c",
			"mounts v1/PersistentVolumeClaim prod/pvc",
			"mounts v1/Secret prod/s ?",
			"owned by example.com/v1/Site prod/s ?",
			"pulls with v1/Secret prod/pull",
			"reads v1/ConfigMap prod/c",
			"reads v1/Secret prod/env",
			"runs as v1/ServiceAccount prod/web",
		},
	},
	{
		"rbac.authorization.k8s.io/v1/RoleBinding", "prod/b",
		`{"metadata":{"name":"b"},"roleRef":{"kind":"ClusterRole","name":"view"},"subjects":[{"kind":"ServiceAccount","name":"x","namespace":"other"},{"kind":"ServiceAccount","name":"default"},{"kind":"User","name":"u"}]}`,
		notAssignable,
		[]string{
			"grants rbac.authorization.k8s.io/v1/ClusterRole /view !",
			"grants to v1/ServiceAccount other/x",
			"grants to v1/ServiceAccount prod/default !",
		},
	},
	{
		"AWS::IAM::Role", "arn:aws:iam::111122223333:role/web",
		`{"AttachedManagedPolicies":[{"PolicyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"},{"PolicyArn":"arn:aws:iam::111122223333:policy/P"}],
			"AssumeRolePolicyDocument":{"Statement":[{"Principal":{"AWS":["arn:aws:iam::444455556666:role/ci","arn:aws:iam::111122223333:root"]}}]}}`,
		notAssignable,
		[]string{
			"granted by AWS::IAM::Policy arn:aws:iam::111122223333:policy/P",
			"granted by AWS::IAM::Policy arn:aws:iam::aws:policy/ReadOnlyAccess !",
			"trusts AWS::IAM::Role arn:aws:iam::444455556666:role/ci ?",
		},
	},
	{
		"AWS::IAM::User", "arn:aws:iam::111122223333:user/ada", `{"GroupList":["ops"]}`, notAssignable,
		[]string{"member of AWS::IAM::Group arn:aws:iam::111122223333:group/ops ?"},
	},
	{"v1/ConfigMap", "/x", `{"data":{"a":"b"}}`, notAssignable, nil},
	{"json", "x", `{"assignments":[{"target":{"groupId":"g"}}]}`, notAssignable, nil},
}

func TestReferencesAreFoundWhereTheyAre(t *testing.T) {
	t.Parallel()
	x := testExtractor(t)
	var doc jsondoc.Doc
	for _, c := range extracted {
		t.Run(c.typ+" "+strings.ReplaceAll(c.id, "/", "_"), func(t *testing.T) {
			f, err := x.facts(&doc, c.typ, c.id, []byte(c.json))
			if err != nil {
				t.Fatal(err)
			}
			if f.standing != c.standing {
				t.Errorf("standing %d, want %d", f.standing, c.standing)
			}
			if d := cmp.Diff(c.want, x.shown(f)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			checkPacked(t, x, f)
		})
	}
}

// checkPacked says that what is stored reads back as it was.
func checkPacked(t *testing.T, x *extractor, f facts) {
	t.Helper()
	var back facts
	err := x.unpack(x.pack(nil, f.refs), func(rule int, sure, known bool, typ, id []byte) {
		r := ref{rule: rule, typ: string(typ), id: string(id), sure: sure, known: known}
		if typ == nil {
			r.typ, _ = x.set.refs[rule].to.constant()
		}
		back.refs = append(back.refs, r)
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(f.refs) == 0 {
		return
	}
	if d := cmp.Diff(f.refs, back.refs, cmp.AllowUnexported(ref{})); d != "" {
		t.Errorf("stored and read (-was +is):\n%s", d)
	}
}

func TestBrokenRulesAreRefused(t *testing.T) {
	t.Parallel()
	const good = "types: [a]\n    each: /x\n    to: b\n    id: \"{$}\"\n    relation: r"
	for _, c := range [...]string{
		"refs:\n  - " + strings.Replace(good, "each: /x", "each: x", 1),
		"refs:\n  - " + strings.Replace(good, "{$}", "{", 1),
		"refs:\n  - " + strings.Replace(good, "{$}", "{@nobody}", 1),
		"refs:\n  - " + strings.Replace(good, "relation: r", "flows: from", 1),
		"refs:\n  - " + good + "\n    surprise: 1",
		"targets:\n  - {type: a}\n  - {type: a}",
	} {
		if _, err := parse([]byte(c)); err == nil {
			t.Errorf("no error:\n%s", c)
		}
	}
	if _, err := parse([]byte("refs:\n  - " + good)); err != nil {
		t.Error(err)
	}
}

// FuzzFacts reads any document as an object of types with many rules.
func FuzzFacts(f *testing.F) {
	for _, c := range extracted {
		f.Add(c.json)
	}
	x := testExtractor(f)
	f.Fuzz(func(t *testing.T, s string) {
		var doc jsondoc.Doc
		for _, c := range extracted {
			got, err := x.facts(&doc, c.typ, c.id, []byte(s))
			if err != nil {
				return
			}
			checkPacked(t, x, got)
		}
	})
}

// FuzzUnpack reads any bytes as packed references.
func FuzzUnpack(f *testing.F) {
	x := testExtractor(f)
	f.Add([]byte{0, 1, 'a'})
	f.Add(x.pack(nil, []ref{{rule: 1, id: "x", sure: true}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		n := 0
		_ = x.unpack(b, func(rule int, _, _ bool, _, _ []byte) {
			if n++; rule < 0 || rule >= len(x.set.refs) || n > len(b) {
				t.Error(fmt.Errorf("rule %d, reference %d of %d bytes", rule, n, len(b)))
			}
		})
	})
}
