package jsondoc

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func parse(t testing.TB, src string) Value {
	t.Helper()
	d, err := Parse([]byte(src), Limits{})
	if err != nil {
		t.Fatalf("%q: %v", src, err)
	}
	return d.Root()
}

func TestLookups(t *testing.T) {
	t.Parallel()
	v := parse(t, `{"a":{"b":[1,"two",{"c":null}],"\u0065":"x\ty"},"n":null,"t":true,"f":false}`)
	if k := v.Kind(); k != Object || v.Len() != 4 {
		t.Errorf("root is %s of %d", k, v.Len())
	}
	if s, ok := v.Path("a", "e").Str(); !ok || s != "x\ty" {
		t.Errorf("a.e = %q %v", s, ok)
	}
	if e := v.Path("a", "e"); string(v.Raw()[e.Offset():e.Offset()+len(e.Raw())]) != string(e.Raw()) || v.Get("none").Offset() != -1 {
		t.Errorf("offset %d", e.Offset())
	}
	if got := string(v.Path("a", "e").Raw()); got != `"x\ty"` {
		t.Errorf("a.e raw = %s", got)
	}
	list := v.Get("a").Get("b")
	if s, _ := list.Index(1).Str(); s != "two" || list.Len() != 3 {
		t.Errorf("a.b[1] = %q", s)
	}
	if c := list.Index(2).Get("c"); !c.IsNull() || !c.Exists() {
		t.Errorf("a.b[2].c is %s", c.Kind())
	}
	if b, ok := v.Get("t").Bool(); !b || !ok {
		t.Error("t is not true")
	}
	if b, ok := v.Get("f").Bool(); b || !ok {
		t.Error("f is not false")
	}
	for name, absent := range map[string]Value{
		"zero": {}, "missing": v.Get("x"), "through scalar": v.Path("t", "x"), "through absent": v.Path("x", "y", "z"),
		"index": list.Index(3), "negative": list.Index(-1), "index of object": v.Index(0), "key of array": list.Get("0"),
		"empty doc": new(Doc).Root(),
	} {
		if absent.Exists() || absent.Kind() != Absent || absent.IsNull() || absent.Len() != 0 || absent.Raw() != nil ||
			absent.Any() != nil || absent.AppendCanonical(nil) != nil {
			t.Errorf("%s is not Absent", name)
		}
		for range absent.Elements() {
			t.Errorf("%s has elements", name)
		}
		for range absent.Members() {
			t.Errorf("%s has members", name)
		}
	}
}

func TestWrongKinds(t *testing.T) {
	t.Parallel()
	for _, src := range []string{`null`, `true`, `1`, `"1"`, `[1]`, `{"a":1}`} {
		v := parse(t, src)
		_, str := v.Str()
		_, num := v.Num()
		_, i64 := v.Int64()
		_, boolean := v.Bool()
		got := []bool{v.IsNull(), boolean, num, i64, str}
		k := v.Kind()
		if diff := cmp.Diff([]bool{k == Null, k == Bool, k == Number, k == Number, k == String}, got); diff != "" {
			t.Errorf("%s: %s", src, diff)
		}
	}
}

func TestIterationOrder(t *testing.T) {
	t.Parallel()
	var keys, raws []string
	for k, m := range parse(t, `{"z":[[1],2],"a\n":{"q":{}},"":3}`).Members() {
		keys, raws = append(keys, k), append(raws, string(m.Raw()))
	}
	if diff := cmp.Diff([]string{"z", "a\n", ""}, keys); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{`[[1],2]`, `{"q":{}}`, `3`}, raws); diff != "" {
		t.Error(diff)
	}
	list := parse(t, `[[1,[2]],{"a":3},4,[],5]`)
	i := 0
	for e := range list.Elements() {
		if diff := cmp.Diff(string(e.Raw()), string(list.Index(i).Raw())); diff != "" {
			t.Errorf("element %d: %s", i, diff)
		}
		if i++; i == 4 {
			break
		}
	}
}

func TestGetInLargeObjects(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, indexFrom, indexFrom + 1, 300} {
		var b strings.Builder
		b.WriteString(`{"outer":{`)
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`"\u006b` + strconv.Itoa(i) + `":` + strconv.Itoa(i))
		}
		b.WriteString(`},"k0":"outside"}`)
		v := parse(t, b.String()).Get("outer")
		for i := range n {
			if got, ok := v.Get("k" + strconv.Itoa(i)).Int64(); !ok || got != int64(i) {
				t.Fatalf("%d members: k%d = %d %v", n, i, got, ok)
			}
		}
		for _, k := range []string{"", "k", "outer", "k" + strconv.Itoa(n)} {
			if v.Get(k).Exists() {
				t.Errorf("%d members: %q exists", n, k)
			}
		}
	}
}

func TestInt64(t *testing.T) {
	t.Parallel()
	want := map[string]int64{
		"0": 0, "-0": 0, "0.0": 0, "0e999999999999999999999": 0, "1": 1, "-1": -1, "1.0": 1, "1e3": 1000, "1E+3": 1000,
		"1.5e1": 15, "1500e-2": 15, "0.001e3": 1, "0.00012e5": 12, "-2.50e1": -25, "100e-00000000000000000000002": 1,
		"9223372036854775807": 1<<63 - 1, "-9223372036854775808": -1 << 63, "9.223372036854775807e18": 1<<63 - 1,
		"9007199254740993": 9007199254740993, "1e18": 1e18, "92233720368547758070e-1": 1<<63 - 1,
		"1" + strings.Repeat("0", 500) + "e-500": 1, "0." + strings.Repeat("0", 500) + "7e501": 7,
	}
	for _, src := range slices.Sorted(maps.Keys(want)) {
		if got, ok := parse(t, src).Int64(); !ok || got != want[src] {
			t.Errorf("%s: got %d %v, want %d", src, got, ok, want[src])
		}
	}
	for _, src := range []string{
		"0.5", "1.5", "1e-1", "15e-1", "1.05e1", "9223372036854775808", "-9223372036854775809", "1e19", "-1e19",
		"18446744073709551616", "1e999999999999999999999", "1e-999999999999999999999", "1844674407370955161600000e-2", "19e19", "9223372036854775807e1",
		"184467440737095516150", "922337203685477580.71e1",
	} {
		if got, ok := parse(t, src).Int64(); ok {
			t.Errorf("%s: got %d", src, got)
		}
	}
}

func TestNumberLexeme(t *testing.T) {
	t.Parallel()
	for _, src := range []string{"1.0", "-0", "1E5", "12345678901234567890123", "0.10"} {
		if got, ok := parse(t, " "+src+" ").Num(); !ok || got != src {
			t.Errorf("%s became %s", src, got)
		}
	}
}

func TestAny(t *testing.T) {
	t.Parallel()
	src := []byte(`{"a":[1,2.50,"x\u0041",true,false,null,[],{}],"b":{"c":"d"}}`)
	d, err := Parse(src, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"a": []any{json.Number("1"), json.Number("2.50"), "xA", true, false, nil, []any{}, map[string]any{}},
		"b": map[string]any{"c": "d"},
	}
	got := d.Root().Any()
	clear(src) // Any shares nothing with the source
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLookupsDoNotAllocate(t *testing.T) {
	v := parse(t, `{"a":{"b":"text","n":12,"e":"\u0041"}}`)
	allocs := testing.AllocsPerRun(100, func() {
		if s, _ := v.Path("a", "b").Str(); s != "text" {
			t.Error("b")
		}
		if s, _ := v.Path("a", "e").StrView(); string(s) != "A" {
			t.Error("e")
		}
		if n, _ := v.Path("a", "n").Int64(); n != 12 {
			t.Error("n")
		}
		for k, m := range v.Get("a").MemberViews() {
			if len(k) != 1 || !m.Exists() {
				t.Error("member")
			}
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

// A parsed Doc is read by several goroutines at once; run with -race.
func TestConcurrentReads(t *testing.T) {
	t.Parallel()
	v := parse(t, string(largeObject(100)))
	want := string(v.AppendCanonical(nil))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 20 {
				if !v.Get("key99").Exists() || string(v.AppendCanonical(nil)) != want || len(v.Any().(map[string]any)) != 101 {
					t.Error("a concurrent reader sees something else")
				}
			}
		})
	}
	wg.Wait()
}
