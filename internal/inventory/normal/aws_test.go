package normal

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// trust is a role's trust policy, percent-encoded as the API prints it.
const trust = `%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22ec2.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D`

// details is what get-account-authorization-details prints, with one of each.
const details = `{
	"UserDetailList":[{"Path":"/","UserName":"ada","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/ada","CreateDate":"2026-01-01T00:00:00Z","GroupList":["ops"],"AttachedManagedPolicies":[{"PolicyName":"Reader","PolicyArn":"arn:aws:iam::111122223333:policy/Reader"}],"Tags":[]}],
	"GroupDetailList":[{"Path":"/","GroupName":"ops","GroupId":"AGPA1","Arn":"arn:aws:iam::111122223333:group/ops","GroupPolicyList":[],"AttachedManagedPolicies":[]}],
	"RoleDetailList":[{"Path":"/","RoleName":"web","RoleId":"AROA1","Arn":"arn:aws:iam::111122223333:role/web","CreateDate":"2026-01-01T00:00:00Z","AssumeRolePolicyDocument":"` + trust + `","RoleLastUsed":{"LastUsedDate":"2026-05-01T00:00:00Z","Region":"eu-west-1"}}],
	"Policies":[{"PolicyName":"Reader","PolicyId":"ANPA1","Arn":"arn:aws:iam::111122223333:policy/Reader","DefaultVersionId":"v2","AttachmentCount":1,"UpdateDate":"2026-02-01T00:00:00Z","PolicyVersionList":[
		{"VersionId":"v2","IsDefaultVersion":true,"CreateDate":"2026-02-01T00:00:00Z","Document":{"Version":"2012-10-17","Statement":{"Sid":"Read","Effect":"Allow","Action":["s3:GetObject"],"Resource":"*"}}},
		{"VersionId":"v1","IsDefaultVersion":false,"Document":{"Version":"2012-10-17","Statement":[]}}]}]}`

func TestAccountAuthorizationDetails(t *testing.T) {
	t.Parallel()
	objects := observed(t, Record{JSON: []byte(details)})
	var got []string
	for _, o := range objects {
		got = append(got, o.Type+" "+o.ID+" "+o.Name)
	}
	want := []string{
		"AWS::IAM::User arn:aws:iam::111122223333:user/ada ada",
		"AWS::IAM::Group arn:aws:iam::111122223333:group/ops ops",
		"AWS::IAM::Role arn:aws:iam::111122223333:role/web web",
		"AWS::IAM::Policy arn:aws:iam::111122223333:policy/Reader Reader",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("(-want +got):\n%s", d)
	}
	role, policy := string(objects[2].Canonical), string(objects[3].Canonical)
	if want := `"AssumeRolePolicyDocument":{"Statement":[{"Action":["sts:AssumeRole"],"Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com"]}}],"Version":"2012-10-17"}`; !strings.Contains(role, want) {
		t.Errorf("role %s\nwant in it %s", role, want)
	}
	if want := `"Document":{"Statement":[{"Action":["s3:GetObject"],"Effect":"Allow","Resource":["*"],"Sid":"Read"}],"Version":"2012-10-17"}`; !strings.Contains(policy, want) {
		t.Errorf("policy %s\nwant in it %s", policy, want)
	}
	for _, volatile := range []string{"LastUsed", "2026-0", "AttachmentCount", "DefaultVersionId"} {
		if strings.Contains(role+policy, volatile) {
			t.Errorf("%s is still there", volatile)
		}
	}
}

// item is an item of AWS Config.
func item(captured, configuration string) string {
	return `{"version":"1.3","accountId":"111122223333","configurationItemCaptureTime":"` + captured + `","configurationItemStatus":"OK","configurationStateId":"1","resourceType":"AWS::IAM::Role","resourceId":"AROA1","resourceName":"web","ARN":"arn:aws:iam::111122223333:role/web","awsRegion":"global","configuration":` + configuration + `}`
}

func TestItemsOfAWSConfig(t *testing.T) {
	t.Parallel()
	embedded := item("2026-03-01T00:00:00Z", `{"roleName":"web","assumeRolePolicyDocument":"`+trust+`","roleLastUsed":null}`)
	asText := item("2026-03-02T00:00:00Z", `"{\"roleName\":\"web\",\"assumeRolePolicyDocument\":\"`+trust+`\"}"`)
	decoded := item("2026-03-03T00:00:00Z", `{"assumeRolePolicyDocument":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com"]},"Action":["sts:AssumeRole"]}},"roleName":"web"}`)
	first := single(t, embedded)
	if first.Type != awsRole || first.ID != "arn:aws:iam::111122223333:role/web" || first.Name != "web" {
		t.Errorf("got %s %s %s", first.Type, first.ID, first.Name)
	}
	for _, other := range []string{asText, decoded} {
		if d := cmp.Diff(string(first.Canonical), string(single(t, other).Canonical)); d != "" {
			t.Errorf("(-first +other):\n%s", d)
		}
	}
	if got := len(observed(t, Record{JSON: []byte(`{"fileVersion":"1.0","configSnapshotId":"x","configurationItems":[` + embedded + `]}`)})); got != 1 {
		t.Errorf("a snapshot of one gives %d", got)
	}
	lambda := single(t, `{"resourceType":"AWS::Lambda::Function","resourceId":"f","awsRegion":"eu-west-1","configuration":{"environment":{"variables":{"DB":"s3cr3t"}}}}`)
	if strings.Contains(string(lambda.Canonical), "s3cr3t") || lambda.ID != "eu-west-1/f" {
		t.Errorf("got %s %s", lambda.ID, lambda.Canonical)
	}
}

func TestWhatAWSConfigSaysIsGoneIsNoObject(t *testing.T) {
	t.Parallel()
	gone := strings.Replace(item("2026-03-04T00:00:00Z", "null"), `"OK"`, `"ResourceDeleted"`, 1)
	notRecorded := strings.Replace(gone, `"ResourceDeleted"`, `"ResourceDeletedNotRecorded"`, 1)
	if got := observed(t, Record{JSON: []byte(`{"configurationItems":[` + gone + `,` + notRecorded + `]}`)}); len(got) > 0 {
		t.Errorf("got %s", got[0].Canonical)
	}
}

func TestAListOfPoliciesTellsTheVersionInForce(t *testing.T) {
	t.Parallel()
	policy := func(version string) string {
		return string(single(t, `{"Policies":[{"PolicyName":"p","Arn":"arn:aws:iam::111122223333:policy/p","DefaultVersionId":"`+version+`"}]}`).Canonical)
	}
	if policy("v1") == policy("v2") {
		t.Error("another version in force is no change")
	}
}

func TestAPolicyHasOneForm(t *testing.T) {
	t.Parallel()
	policy := func(statement string) string {
		objects := observed(t, Record{Place: "policies/p.json", JSON: []byte(`{"Version":"2012-10-17","Statement":` + statement + `}`)})
		if len(objects) != 1 || objects[0].Type != awsPolicy || objects[0].ID != "policies/p" {
			t.Fatalf("got %+v", objects)
		}
		return string(objects[0].Canonical)
	}
	for _, c := range [...]struct {
		a, b string
		same bool
	}{
		{`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`, `[{"Effect":"Allow","Resource":["*"],"Action":["s3:*"]}]`, true},
		{`[{"Sid":"a","Effect":"Allow","Action":["b","a"]},{"Sid":"b","Effect":"Deny","Action":"c"}]`, `[{"Sid":"b","Effect":"Deny","Action":"c"},{"Sid":"a","Effect":"Allow","Action":["a","b"]}]`, true},
		{`[{"Effect":"Allow","Principal":"*","Action":"a"}]`, `[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"a"}]`, true},
		{`[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"a"}]`, `[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:root"]},"Action":"a"}]`, true},
		{`[{"Effect":"Allow","Action":"a","Condition":{"Bool":{"aws:SecureTransport":true}}}]`, `[{"Effect":"Allow","Action":"a","Condition":{"Bool":{"aws:SecureTransport":["true"]}}}]`, true},
		{`[{"Effect":"Allow","Action":"a"}]`, `[{"Effect":"Deny","Action":"a"}]`, false},
		{`[{"Effect":"Allow","Action":"a"}]`, `[{"Effect":"Allow","NotAction":"a"}]`, false},
		{`[{"Effect":"Allow","Action":"a","Condition":{"Bool":{"aws:SecureTransport":true}}}]`, `[{"Effect":"Allow","Action":"a","Condition":{"Bool":{"aws:SecureTransport":false}}}]`, false},
	} {
		if got := policy(c.a) == policy(c.b); got != c.same {
			t.Errorf("%s and %s: same is %v", c.a, c.b, got)
		}
	}
}

// FuzzAWS gives any text as a document and as one in text.
func FuzzAWS(f *testing.F) {
	f.Add(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*"}}`)
	f.Add(trust)
	f.Add(`{"Statement":[{"Effect":"Allow","Condition":{"a":{"b":1}}}]}`)
	types := Builtin()
	n := New(types, nil)
	f.Fuzz(func(t *testing.T, text string) {
		quoted := string(appendText(nil, []byte(strings.ToValidUTF8(text, ""))))
		for _, raw := range []string{text, `{"configuration":` + quoted + `}`, `{"Document":` + quoted + `}`} {
			_ = n.Objects(&Record{Type: awsPolicy, ID: "x", JSON: []byte(raw)}, func(o *Object) error {
				again, _, err := New(types, nil).Again(o.Type, o.Canonical)
				if err != nil || string(again) != string(o.Canonical) {
					t.Errorf("%v: not stable:\n%s\n%s", err, o.Canonical, again)
				}
				return nil
			})
		}
	})
}
