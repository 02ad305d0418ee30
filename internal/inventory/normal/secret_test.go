package normal

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/jsondoc"
)

const plainSecret = "S3CRET-hunter2"

// place builds the JSON of a value at a pattern's place; near holds the
// members beside the last one.
func place(steps []string, near, value string) string {
	if len(steps) == 0 {
		return value
	}
	inner := place(steps[1:], near, value)
	switch step := steps[0]; step {
	case "*":
		return "[" + inner + "]"
	case "**":
		return `{"any":[` + inner + `]}`
	default:
		extra := ""
		if len(steps) == 1 {
			extra = near
		}
		return "{" + string(jsondoc.AppendString(nil, unescape(step))) + ":" + inner + extra + "}"
	}
}

// TestNoSecretOfAnyTypeGetsOut puts a secret at each place that the table
// names, under its conditions.
func TestNoSecretOfAnyTypeGetsOut(t *testing.T) {
	t.Parallel()
	types := Builtin()
	n := New(types, testKey)
	tried := 0
	for _, typ := range types.List() {
		if typ.Family != "graph" && typ.Family != "json" {
			continue
		}
		for _, d := range types.Rules(typ.Name).doc.Secrets {
			near := ""
			for _, when := range d.When {
				text := "anything"
				switch {
				case len(when.Is) > 0:
					text = when.Is[0]
				case len(when.Has) > 0:
					text = "x" + strings.ToUpper(when.Has[0]) + "y"
				}
				near += fmt.Sprintf(",%q:%q", when.Member, text)
			}
			steps := strings.Split(strings.TrimPrefix(d.Path, "/"), "/")
			if !strings.HasPrefix(d.Path, "/") {
				steps = []string{"**", strings.ReplaceAll(d.Path, "*", "My")}
			}
			values := []string{`"` + plainSecret + `"`, `["` + plainSecret + `"]`, `"\u0053` + plainSecret[1:] + `"`}
			if strings.HasPrefix(d.Path, "/") {
				values = append(values, `{"deep":["`+plainSecret+`",{"x":"`+plainSecret+`"}]}`)
			}
			for _, value := range values {
				tried++
				doc := place(steps, near, value)
				got := one(t, n, Record{Type: typ.Name, ID: "1", JSON: []byte(doc)})
				if bytes.Contains(got.Canonical, []byte(plainSecret)) || !bytes.Contains(got.Canonical, []byte(secretMark+testKey.ID+":")) {
					t.Errorf("%s, %s: %s gives %s", typ.Name, d.Path, doc, got.Canonical)
				}
			}
		}
	}
	if tried < 500 {
		t.Errorf("only %d places", tried)
	}
}

func TestConditionsOfSecrets(t *testing.T) {
	t.Parallel()
	n := New(Builtin(), testKey)
	for doc, secret := range map[string]bool{
		`{"omaSettings":[{"omaUri":"./x","value":"S3CRET-hunter2","isEncrypted":true}]}`:                 true,
		`{"omaSettings":[{"omaUri":"./x","value":"S3CRET-hunter2"}]}`:                                    true, // nobody says that it is not
		`{"omaSettings":[{"omaUri":"./x","value":"S3CRET-hunter2","isEncrypted":false}]}`:                false,
		`{"omaSettings":[{"omaUri":"./WiFi/PSK","value":"S3CRET-hunter2","isEncrypted":false}]}`:         true,
		`{"omaSettings":[{"displayName":"Wifi Password","value":"S3CRET-hunter2","isEncrypted":false}]}`: true,
		`{"a":{"Password":"S3CRET-hunter2"}}`:                                                            true,
		`{"a":{"passwordHint":"S3CRET-hunter2"}}`:                                                        false,
		`{"a":{"password":{"kind":"S3CRET-hunter2"}}}`:                                                   false,
		`{"payload":{"a":[{"b":"S3CRET-hunter2"}]}}`:                                                     true,
	} {
		got := one(t, n, Record{Type: "deviceManagement/deviceConfigurations", ID: "1", JSON: []byte(doc)})
		if bytes.Contains(got.Canonical, []byte(plainSecret)) == secret {
			t.Errorf("%s gives %s", doc, got.Canonical)
		}
	}
	for doc, secret := range map[string]bool{
		`{"settings":[{"settingInstance":{"simpleSettingValue":{"@odata.type":"#microsoft.graph.deviceManagementConfigurationSecretSettingValue","value":"S3CRET-hunter2"}}}]}`: true,
		`{"settings":[{"settingInstance":{"simpleSettingValue":{"valueState":"notEncrypted","value":"S3CRET-hunter2"}}}]}`:                                                      true,
		`{"settings":[{"settingInstance":{"simpleSettingValue":{"@odata.type":"#microsoft.graph.deviceManagementConfigurationStringSettingValue","value":"S3CRET-hunter2"}}}]}`: false,
	} {
		got := one(t, n, Record{Type: "Settings catalog", ID: "1", JSON: []byte(doc)})
		if bytes.Contains(got.Canonical, []byte(plainSecret)) == secret {
			t.Errorf("%s gives %s", doc, got.Canonical)
		}
	}
}

func TestWhatStandsForASecret(t *testing.T) {
	t.Parallel()
	types := Builtin()
	seal := func(key *Secrets, doc string) string {
		return string(one(t, New(types, key), Record{Type: "json", ID: "1", JSON: []byte(doc)}).Canonical)
	}
	a := seal(testKey, `{"password":"x"}`)
	if a != seal(testKey, `{"password":"\u0078"}`) {
		t.Error("one secret, two hashes")
	}
	for what, b := range map[string]string{
		"another value": seal(testKey, `{"password":"y"}`),
		"another key":   seal(&Secrets{ID: testKey.ID, Key: []byte("z")}, `{"password":"x"}`),
		"another ID":    seal(&Secrets{ID: "ffffffff", Key: testKey.Key}, `{"password":"x"}`),
	} {
		if a == b {
			t.Errorf("%s gives the same", what)
		}
	}
	two := seal(testKey, `{"password":"x","passwd":"x"}`)
	if hash := two[strings.LastIndex(two, ":")+1:]; strings.Count(two, strings.TrimSuffix(hash, `"}`)) != 1 {
		t.Errorf("equal secrets in two places show as equal: %s", two)
	}
	if none := seal(nil, `{"password":"x"}`); none != seal(nil, `{"password":"y"}`) || strings.Contains(none, `"x"`) {
		t.Errorf("without a key: %s", none)
	}
	if s := seal(testKey, `{"pin_password":1234}`); !strings.Contains(s, `:"`+secretMark) {
		t.Error(s)
	}
	if seal(testKey, `{"password":1234}`) != seal(testKey, `{"password":1.234e3}`) {
		t.Error("one number, two hashes")
	}
	token := a[len(`{"password":"`) : len(a)-2]
	if id, ok := IsSecret(token); !ok || id != testKey.ID {
		t.Errorf("%s is not taken for a secret", token)
	}
	for _, s := range []string{"", "x", secretMark, token[:len(token)-1], token + "0", strings.Replace(token, ":0a", ":0A", 1), strings.ReplaceAll(token, ":", "-")} {
		if _, ok := IsSecret(s); ok {
			t.Errorf("%q is taken for a secret", s)
		}
	}
}
