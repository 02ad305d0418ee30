package plain

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

const sealed = `"frostgate-secret:01234567:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"`

func TestPath(t *testing.T) {
	t.Parallel()
	for keyed, want := range map[string]string{
		"":        "",
		"/a/b~1c": "a › b/c",
		"/settings/[settingDefinitionId=device_vendor_msft_policy_config_x_y]/settingInstance/choiceSettingValue/value": "x_y",
		"/settings": "settings",
		"/settings/[settingDefinitionId=a]/settingInstance/groupSettingCollectionValue/[#2]/children/[settingDefinitionId=a_b]/choiceSettingValue/value": "a › #2 › a_b",
		"/assignments/[@odata.type=#microsoft.graph.groupAssignmentTarget,groupId=g~3h]/intent":                                                          "assignments › groupAssignmentTarget g,h › intent",
		"/spec/containers/[name=web]/args/[0]": "spec › containers › web › args › #0",
		"/~2odd/x~0y":                          "[odd › x~y",
	} {
		if got := Path(keyed); got != want {
			t.Errorf("%s: got %q, want %q", keyed, got, want)
		}
	}
}

func TestValue(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"": "", `""`: `""`, `"a\n\"b\""`: "a\n\"b\"", "true": "true", "null": "null", `{"a":[1]}`: `{"a":[1]}`,
		`"ääääääääääää"`: "äääääääää…", sealed: secret, `{"k":` + sealed + `}`: `{"k":(sec…`,
	} {
		if got := Value([]byte(raw), 10); got != want {
			t.Errorf("%s: got %q, want %q", raw, got, want)
		}
	}
}

// A long value is whole where no limit is named, and never ends within a
// character or a secret.
func TestLongValue(t *testing.T) {
	t.Parallel()
	long := []byte(`["` + strings.Repeat("ä", maxLine) + `"]`)
	if got := Value(long, 0); got != string(long) {
		t.Errorf("%d bytes of %d", len(got), len(long))
	}
	if got := Value(long, maxLine); !utf8.ValidString(got) || !strings.HasSuffix(got, "ä…") {
		t.Errorf("cut: it ends in %q", got[len(got)-8:])
	}
	for at := range len(sealed) {
		raw := []byte(`["` + strings.Repeat("x", maxLine-at-5) + `",` + sealed + `]`)
		if got := Value(raw, maxLine); strings.Contains(got, "secret:") || !strings.HasSuffix(got, "…") {
			t.Fatalf("cut within a secret: it ends in %q", got[len(got)-80:])
		}
	}
}

func TestChange(t *testing.T) {
	t.Parallel()
	const path = "/settings/[settingDefinitionId=dev_x]/settingInstance/choiceSettingValue/value"
	const added = "/settings/[settingDefinitionId=dev_x]"
	const list = "/settings/[settingDefinitionId=dev_x]/settingInstance/groupSettingCollectionValue"
	const setting1 = `{"@odata.type":"a","settingInstance":{"@odata.type":"b","choiceSettingValue":{"children":[{"settingDefinitionId":"device_vendor_msft_z","simpleSettingValue":{"value":5}}],"value":"dev_x_1"},"settingDefinitionId":"dev_x","settingInstanceTemplateReference":null}}`
	child := func(id string, value int) string {
		return fmt.Sprintf(`{"settingDefinitionId":%q,"choiceSettingValue":{"children":[],"value":%q}}`, id, fmt.Sprint(id, "_", value))
	}
	for _, c := range []struct{ path, from, to, want string }{
		{"/a", `1`, `2`, "1 → 2"},
		{"/a", ``, `"x"`, "added: x"},
		{"/a", `"x"`, ``, "removed (was x)"},
		{"/a", `null`, `"x"`, "null → x"},
		{path, `"dev_x_0"`, `"dev_x_1"`, "0 → 1"},
		{"/a", sealed, strings.Replace(sealed, "0123", "9999", 1), "the secret changed"},
		{"/a", `"(secret)"`, `"(secret)"`, "the secret changed"},
		{"/a", `[{"k":` + sealed + `}]`, `[{"k":` + strings.Replace(sealed, "0123", "9999", 1) + `}]`, "a secret in it changed"},
		{"/a", `"plain"`, sealed, "plain → (secret)"},
		{"/a", `["a","b","b"]`, `["b","c"]`, "+ c  − a, b"},
		{"/a", `["a"]`, `[]`, "− a"},
		{"/a", `["a","b"]`, `["b","a"]`, `["a","b"] → ["b","a"]`},
		{"/a", `[{"x":1}]`, `[]`, "− 1"},
		{"/a", `"` + strings.Repeat("long ", 20) + `one"`, `"` + strings.Repeat("long ", 20) + `two"`, "…long long long one → …long long long two"},
		{added, ``, setting1, "added: 1, z: 5"},
		{added, setting1, ``, "removed (was 1, z: 5)"},
		{list, `[{"@odata.type":"s","value":"*S-1"},{"@odata.type":"s","value":"*S-2"}]`, `[{"@odata.type":"s","value":"*S-1"},{"@odata.type":"s","value":"*S-3"}]`, "− *S-2  + *S-3"},
		{list, `[{"children":[` + child("a", 0) + "," + child("b", 1) + `]}]`, `[{"children":[` + child("b", 2) + "," + child("c", 1) + `]}]`, "− a: 0  b: 1 → 2  + c: 1"},
	} {
		var from, to []byte
		if c.from != "" {
			from = []byte(c.from)
		}
		if c.to != "" {
			to = []byte(c.to)
		}
		if got := Change(c.path, from, to, 60); got != c.want {
			t.Errorf("%s → %s: got %q, want %q", c.from, c.to, got, c.want)
		}
	}
}

func TestHide(t *testing.T) {
	t.Parallel()
	if got := string(Hide([]byte(`{"a":` + sealed + `,"b":[` + sealed + `,1]}`))); got != `{"a":"(secret)","b":["(secret)",1]}` {
		t.Error(got)
	}
	if Hide(nil) != nil {
		t.Error("nothing became something")
	}
}

func TestReason(t *testing.T) {
	t.Parallel()
	if Reason("quarantine") == "quarantine" || Reason("new one") != "new one" {
		t.Error("no words")
	}
}

func FuzzChange(f *testing.F) {
	f.Add("/a/[x=1]", `["a"]`, `[]`)
	f.Add("/settings/[settingDefinitionId=a]/value", `"a_1"`, sealed)
	f.Fuzz(func(t *testing.T, path, from, to string) {
		Path(path)
		if s := Change(path, []byte(from), []byte(to), 40); utf8.RuneCountInString(s) > 240 {
			t.Errorf("%q is long", s)
		}
	})
}
