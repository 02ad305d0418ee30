package normal

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"testing"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/jsondoc"
)

// FuzzObjects: whatever the bytes, what comes out is canonical, stays as it is
// when it is normalised again, and holds no secret.
func FuzzObjects(f *testing.F) {
	f.Add("", "a/SettingsCatalog/x.json", policy(3))
	f.Add("json", "", []byte(`{"id":"1","password":"S3CRET-hunter2","a":[3,1.0,{"b":null}],"frostgate-secret:":"frostgate-secret:x"}`))
	f.Add("", "Groups/a__b.json", []byte(`{"@odata.context":"$metadata#groups","value":[{"id":"1","displayName":"x"},{"id":1e3}]}`))
	f.Add("", "MigrationTable.json", []byte(`{"TenantId":"t","Objects":[{"Id":"1","Type":"g"}]}`))
	f.Add("v1/Secret", "", []byte(`{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"stringData":{"a":"S3CRET-hunter2"}}`))
	f.Add("", "x.json", []byte(`{"@odata.type":"#microsoft.graph.androidDeviceOwnerEnterpriseWiFiConfiguration","id":"1","preSharedKey":"S3CRET-hunter2","omaSettings":[{"value":"S3CRET-hunter2"}]}`))
	types := Builtin()
	f.Fuzz(func(t *testing.T, typ, place string, doc []byte) {
		if !utf8.ValidString(typ) || !utf8.ValidString(place) {
			t.Skip("types and places are text")
		}
		n, other := New(types, testKey), New(types, testKey)
		err := n.Objects(&Record{Type: typ, Place: place, JSON: doc}, func(o *Object) error {
			if o.Hash != sha256.Sum256(o.Canonical) || o.ID == "" {
				t.Fatalf("object %+v", o)
			}
			d, err := jsondoc.Parse(o.Canonical, objectLimits)
			if err != nil {
				t.Fatalf("%s: %v", o.Canonical, err)
			}
			if got := d.Root().AppendCanonical(nil); !bytes.Equal(got, o.Canonical) {
				t.Fatalf("not canonical: %s", o.Canonical)
			}
			again, hash, err := other.Again(o.Type, o.Canonical)
			if err != nil || hash != o.Hash {
				t.Fatalf("%v: %s\nbecame %s", err, o.Canonical, again)
			}
			return nil
		})
		var bad *Unreadable
		var ignored *Ignored
		if err != nil && !errors.As(err, &bad) && !errors.As(err, &ignored) {
			t.Fatalf("%T %v", err, err)
		}
	})
}
