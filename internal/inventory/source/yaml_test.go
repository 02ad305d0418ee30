package source

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestYAMLToJSON(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ yaml, want string }{
		{"a: 2024-01-02\nb: 2024-01-02T03:04:05Z\nc: 12:30:45", `{"a":"2024-01-02","b":"2024-01-02T03:04:05Z","c":"12:30:45"}`},
		{"a: no\nb: yes\nc: on\nd: y\ne: true\nf: False\ng: ~\nh:\ni: Null", `{"a":"no","b":"yes","c":"on","d":"y","e":true,"f":false,"g":null,"h":null,"i":null}`},
		{"apiVersion: v1\nkind: X\na: no\nb: \"no\"\nc: on\nd: y\ne: |\n  no", `{"apiVersion":"v1","kind":"X","a":false,"b":"no","c":true,"d":"y","e":"no"}`},
		{"a: 1\nb: -1.50\nc: 1e3\nd: .5\ne: 5.\nf: +3\ng: 1_000", `{"a":1,"b":-1.50,"c":1e3,"d":0.5,"e":5,"f":3,"g":1000}`},
		{"a: 0644\nb: 0o644\nc: 0x1F\nd: 0b11\ne: -0x10", `{"a":420,"b":420,"c":31,"d":3,"e":-16}`},
		{"a: 08\nb: 0099\nc: .inf\nd: .nan\ne: 00.5", `{"a":"08","b":"0099","c":".inf","d":".nan","e":"00.5"}`},
		{"a: 12345678901234567890123\nb: 0.1000000000000000000001", `{"a":12345678901234567890123,"b":0.1000000000000000000001}`},
		{"a: \"1\"\nb: !!str 1\nc: '2024-01-02'", `{"a":"1","b":"1","c":"2024-01-02"}`},
		{"1: a\ntrue: b\n2024-01-01: c", `{"1":"a","true":"b","2024-01-01":"c"}`},
		{"base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3", `{"base":{"x":1,"y":2},"use":{"y":3,"x":1}}`},
		{"a: &a {x: 1}\nb: &b {x: 2, z: 3}\nc:\n  <<: [*a, *b]", `{"a":{"x":1},"b":{"x":2,"z":3},"c":{"x":1,"z":3}}`},
		{"a: &l [1, 2]\nb: *l", `{"a":[1,2],"b":[1,2]}`},
		{"a: !!binary |\n  aGVs\n  bG8=", `{"a":"aGVsbG8="}`},
		{"a: \"\\u00e9\\n\"\nb: |\n  x\n  y", `{"a":"é\n","b":"x\ny"}`},
		{"'k:{\"name\":\"x\"}':\n  .: {}", `{"k:{\"name\":\"x\"}":{".":{}}}`},
	} {
		got, err := yamlToJSON([]byte(c.yaml))
		if err != nil {
			t.Errorf("%q: %v", c.yaml, err)
		} else if d := cmp.Diff(c.want, string(got)); d != "" {
			t.Errorf("%q: %s", c.yaml, d)
		}
	}
}

func TestYAMLRefused(t *testing.T) {
	t.Parallel()
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		p := string(c - 1)
		bomb += string(c) + ": &" + string(c) + " [*" + strings.Repeat(p+",*", 9) + p + "]\n"
	}
	merge := "a: &a {k0: 1}\n"
	for c := 'b'; c < 'z'; c++ {
		p := string(c - 1)
		merge += string(c) + ": &" + string(c) + " {<<: [*" + strings.Repeat(p+", *", 19) + p + "], k" + string(c) + ": 1}\n"
	}
	for _, c := range []struct{ yaml, want string }{
		{"a: 1\na: 2", `line 2: the key "a" occurs twice`},
		{"a: !Ref b", "the tag !Ref is not supported"},
		{"a: !!python/object:os.system {}", "is not supported"},
		{"? [a, b]\n: c", "a key must be a plain text"},
		{"~: c", "a key is missing"},
		{"<<: 5", "only maps can be merged"},
		{"b: 1\na: *hunter2", "line 2: a text that begins with *"},
		{"a: &hunter2\n  b: *hunter2", ""},
		{"a: [1, 2", "line "},
		{"a: &x\n  b: *x", ""},
		{strings.Repeat("[", 200) + strings.Repeat("]", 200), "nested deeper"},
		{bomb, "aliases expanded"},
		{merge, "aliases expanded"},
		{"# nothing\n", errNothing.Error()},
	} {
		got, err := yamlToJSON([]byte(c.yaml))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60q gave %.60q, %v", c.yaml, got, err)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v: quotes what may be a password", err)
		}
	}
}

func TestYAMLFiles(t *testing.T) {
	t.Parallel()
	text := "# head\n---\na: 1\n---\n# only a comment\n---\nb: [\n---\nc: |\n  x\n  --- no marker\n...\n---\nd: 1\n"
	same(t, stream(t, text, "x.yaml"), []string{
		`x.yaml#1 = {"a":1}`,
		`bad x.yaml#2: no valid YAML: line 2: did not find expected node content`,
		`x.yaml#3 = {"c":"x\n--- no marker\n"}`,
		`x.yaml#4 = {"d":1}`,
		"read .",
	})
	same(t, stream(t, "# templates leave such files\n", "x.yaml"), []string{"read ."})
	same(t, stream(t, "", "x.yaml"), []string{"bad x.yaml: the file is empty"})
	same(t, stream(t, "just text\n", "x.yaml"), []string{"bad x.yaml: a string, no object", "read ."})
}
