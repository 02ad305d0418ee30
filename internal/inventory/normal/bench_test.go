package normal

import (
	"fmt"
	"strings"
	"testing"
)

// policy is an object of about 2 KB with what policies have: annotations of
// OData, settings in a set, assignments.
func policy(i int) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/configurationPolicies(assignments(),settings())/$entity","@odata.type":"#microsoft.graph.deviceManagementConfigurationPolicy","@odata.id":"deviceManagement/configurationPolicies('%08d-84b8-4010-9a4c-65741327dbf7')","createdDateTime@odata.type":"#DateTimeOffset","createdDateTime":"2024-04-10T19:35:10.9655299Z","creationSource":null,"description":"Line one\nLine two of %d","lastModifiedDateTime":"2025-04-18T11:09:03.6844085Z","name":"Policy %d","platforms":"windows10","priorityMetaData":null,"roleScopeTagIds@odata.type":"#Collection(String)","roleScopeTagIds":["1","0"],"settingCount":4,"technologies":"mdm","id":"%08d-84b8-4010-9a4c-65741327dbf7","templateReference":{"templateId":"","templateFamily":"none","templateDisplayName":null},"assignments":[{"id":"a_%d","source":"direct","sourceId":"x","target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"6499f521-8620-4f4e-92a1-db47c79362e8","deviceAndAppManagementAssignmentFilterId":null,"deviceAndAppManagementAssignmentFilterType":"none"}}],"settings":[`, i, i, i, i, i)
	for s := range 3 {
		if s > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"%d","settingInstance":{"@odata.type":"#microsoft.graph.deviceManagementConfigurationSimpleSettingInstance","settingDefinitionId":"device_vendor_msft_policy_config_%d","settingInstanceTemplateReference":null,"simpleSettingValue":{"@odata.type":"#microsoft.graph.deviceManagementConfigurationIntegerSettingValue","settingValueTemplateReference":null,"value":%d.0}}}`, s, 9-s, i%50+s)
	}
	b.WriteString(`]}`)
	return []byte(b.String())
}

func BenchmarkObjects(b *testing.B) {
	n := New(Builtin(), &Secrets{ID: "00000001", Key: []byte("k")})
	var docs [64][]byte
	size := 0
	for i := range docs {
		docs[i] = policy(i)
		size += len(docs[i])
	}
	b.SetBytes(int64(size / len(docs)))
	b.ReportAllocs()
	rec := &Record{}
	each := func(*Object) error { return nil }
	for i := 0; b.Loop(); i++ {
		rec.JSON = docs[i%len(docs)]
		if err := n.Objects(rec, each); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBuiltin(b *testing.B) {
	for b.Loop() {
		Builtin()
	}
}

func BenchmarkCompileLargest(b *testing.B) {
	for b.Loop() {
		Builtin().Rules("apps/v1/Deployment").paths()
	}
}
