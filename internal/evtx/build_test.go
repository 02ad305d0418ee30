package evtx_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/evtx"
	"frostgate.io/frostgate/internal/evtx/evtxtest"
)

type (
	Element  = evtxtest.Element
	Attr     = evtxtest.Attr
	Sub      = evtxtest.Sub
	CDATA    = evtxtest.CDATA
	CharRef  = evtxtest.CharRef
	Entity   = evtxtest.Entity
	PI       = evtxtest.PI
	Template = evtxtest.Template
	Value    = evtxtest.Value
	Builder  = evtxtest.Builder
)

// le gives integers as little-endian bytes.
func le(width int, values ...uint64) []byte {
	var out []byte
	for _, v := range values {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], v)
		out = append(out, b[:width]...)
	}
	return out
}

// guid is 00112233-4455-6677-8899-AABBCCDDEEFF as it is stored.
var guid = []byte{0x33, 0x22, 0x11, 0, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff}

// sid is S-1-5-21-1-2.
var sid = []byte{1, 3, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0}

func TestValues(t *testing.T) {
	t.Parallel()
	const ticks = 132_000_000_000_000_015
	tests := []struct {
		name string
		typ  byte
		data []byte
		want string
	}{
		{"null", 0x00, nil, `null`},
		{"string", 0x01, evtxtest.UTF16("a\"b\\c\té€😀"), `"a\"b\\c\té€😀"`},
		{"empty string", 0x01, nil, `""`},
		{"control characters", 0x01, evtxtest.UTF16("\x01\r\nx"), `"\u0001\r\nx"`},
		{"terminated string", 0x01, evtxtest.UTF16("ab \x00\x00"), `"ab"`},
		{"text behind a NUL", 0x01, evtxtest.UTF16("a\x00b"), "\"a\ufffdb\""},
		{"half a character", 0x01, le(2, 'x', 0xd800, 'y', 'z', 'z', 'z'), `"x�yzzz"`},
		{"odd length", 0x01, []byte{'x', 0, 'y'}, `"x"`},
		{"long string", 0x01, evtxtest.UTF16(strings.Repeat("abcdefg", 300)), `"` + strings.Repeat("abcdefg", 300) + `"`},
		{"ANSI", 0x02, []byte("ab\"\x80\xe9\x00"), `"ab\"€é"`},
		{"ANSI that is UTF-8", 0x02, []byte("é"), `"é"`},
		{"int8", 0x03, []byte{0xff}, `-1`},
		{"uint8", 0x04, []byte{0xff}, `255`},
		{"int16", 0x05, le(2, 0xfffe), `-2`},
		{"uint16", 0x06, le(2, 0xfffe), `65534`},
		{"int32", 0x07, le(4, 0xffffffff), `-1`},
		{"uint32", 0x08, le(4, 0xffffffff), `4294967295`},
		{"int64", 0x09, le(8, math.MaxUint64), `-1`},
		{"uint64", 0x0a, le(8, math.MaxUint64), `18446744073709551615`},
		{"real32", 0x0b, le(4, uint64(math.Float32bits(1.5))), `1.5`},
		{"real64", 0x0c, le(8, math.Float64bits(-1e300)), `-1e+300`},
		{"real64 zero", 0x0c, le(8, 0), `0`},
		{"not a number", 0x0c, le(8, math.Float64bits(math.NaN())), `"NaN"`},
		{"true", 0x0d, le(4, 1), `true`},
		{"false", 0x0d, le(4, 0), `false`},
		{"binary", 0x0e, []byte{0, 0xab, 0x10}, `"00AB10"`},
		{"guid", 0x0f, guid, `"00112233-4455-6677-8899-AABBCCDDEEFF"`},
		{"size_t of 32 bits", 0x10, le(4, 0xab), `"0xab"`},
		{"size_t of 64 bits", 0x10, le(8, 0xab), `"0xab"`},
		{"filetime", 0x11, le(8, ticks), `"2019-04-17T18:40:00.000001Z"`},
		{"filetime zero", 0x11, le(8, 0), `"1601-01-01T00:00:00.000000Z"`},
		{"systemtime", 0x12, le(2, 2024, 2, 4, 29, 23, 59, 58, 7), `"2024-02-29T23:59:58.007000Z"`},
		{"sid", 0x13, sid, `"S-1-5-21-1-2"`},
		{"hex32", 0x14, le(4, 0), `"0x0"`},
		{"hex64", 0x15, le(8, 0x8020000000000000), `"0x8020000000000000"`},
		{"handle", 0x20, le(8, 16), `"0x10"`},
		{"xml text", 0x23, evtxtest.UTF16("<a/>"), `"<a/>"`},
		{"unknown type", 0x7f, []byte{1, 2}, `"0102"`},
		{"integer of a wrong size", 0x08, []byte{1, 2}, `"0102"`},
		{"integer without bytes", 0x08, nil, `null`},
		{"sid that is none", 0x13, []byte{1, 9, 9}, `"010909"`},
		{"strings", 0x81, evtxtest.UTF16("a\x00\x00b c\x00"), `["a","","b c"]`},
		{"one string", 0x81, evtxtest.UTF16("a"), `["a"]`},
		{"ANSI strings", 0x82, []byte("a\x00b\x00"), `["a","b"]`},
		{"int8s", 0x83, []byte{1, 0xff}, `[1,-1]`},
		{"uint16s", 0x86, le(2, 1, 2, 3), `[1,2,3]`},
		{"uint16s and a byte", 0x86, []byte{1, 0, 2}, `[1,"02"]`},
		{"int64s", 0x89, le(8, 1, math.MaxUint64), `[1,-1]`},
		{"real64s", 0x8c, le(8, math.Float64bits(0.5)), `[0.5]`},
		{"booleans", 0x8d, le(4, 0, 1), `[false,true]`},
		{"guids", 0x8f, append(guid[:16:16], guid...), `["00112233-4455-6677-8899-AABBCCDDEEFF","00112233-4455-6677-8899-AABBCCDDEEFF"]`},
		{"sizes", 0x90, le(8, 1, 2), `["0x1","0x2"]`},
		{"times", 0x91, le(8, ticks), `["2019-04-17T18:40:00.000001Z"]`},
		{"times of the other kind", 0x92, le(2, 1999, 12, 0, 31, 0, 0, 0, 0), `["1999-12-31T00:00:00.000000Z"]`},
		{"sids", 0x93, append(sid[:20:20], sid...), `["S-1-5-21-1-2","S-1-5-21-1-2"]`},
		{"hex32s", 0x94, le(4, 1, 0xf), `["0x1","0xf"]`},
		{"hex64s", 0x95, le(8, 1, 0xf), `["0x1","0xf"]`},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tmpl := &Template{Root: &Element{Name: "E", Content: []any{Sub{Type: c.typ, Optional: true}}}}
			var b Builder
			b.Record(tmpl, Value{Type: c.typ, Data: c.data})
			if got, want := one(t, &b), `{"E":`+c.want+`}`; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// one gives the JSON of the only record.
func one(tb testing.TB, b *Builder) string {
	tb.Helper()
	all := readAll(tb, b.Bytes())
	if len(all) != 1 {
		tb.Fatalf("%d records", len(all))
	}
	return string(all[0])
}

func attr(name string, content ...any) Attr { return Attr{Name: name, Content: content} }

func text(s string) Value { return Value{Type: 1, Data: evtxtest.UTF16(s)} }

func sub(id int) Sub { return Sub{ID: id, Type: 1, Optional: true} }

func TestShapes(t *testing.T) {
	t.Parallel()
	el := func(name string, content ...any) *Element { return &Element{Name: name, Content: content} }
	data := func(name any, content ...any) *Element {
		return &Element{Name: "Data", Attrs: []Attr{attr("Name", name)}, Content: content}
	}
	with := func(e *Element, attrs ...Attr) *Element { e.Attrs = attrs; return e }
	inner := &Template{Root: el("EventData", data("A", sub(0)), data("B", sub(1)))}
	tests := []struct {
		name   string
		root   *Element
		values []Value
		want   string
	}{
		{"nothing", el("E"), nil, `{"E":null}`},
		{
			"attributes", with(el("E"), attr("a", "1"), attr("b", sub(0)), attr("c", sub(1))),
			[]Value{{}, {Type: 8, Data: le(4, 7)}},
			`{"E":{"#attributes":{"a":"1","c":7}}}`,
		},
		{"no attribute has a value", with(el("E"), attr("a", sub(0))), []Value{{}}, `{"E":null}`},
		{
			"attribute and text", with(el("E", sub(0)), attr("Qualifiers", "0")),
			[]Value{{Type: 6, Data: le(2, 9)}},
			`{"E":{"#attributes":{"Qualifiers":"0"},"#text":9}}`,
		},
		{"a value that is missing", el("E", sub(3)), nil, `{"E":null}`},
		{"text and values", el("E", "a<", sub(0), sub(1), "b"), []Value{{Type: 8, Data: le(4, 7)}, {}}, `{"E":"a<7b"}`},
		{"array in text", el("E", "a ", sub(0)), []Value{{Type: 0x86, Data: le(2, 1, 2)}}, `{"E":"a 1,2"}`},
		{
			"references", el("E", "a", Entity("amp"), CharRef('"'), Entity("lt"), Entity("gt"), Entity("quot"), Entity("apos"), Entity("euro"), CDATA("<x>")), nil,
			`{"E":"a&\"<>\"'&euro;<x>"}`,
		},
		{"processing instruction", el("E", PI{Target: "target", Data: "data"}, "x"), nil, `{"E":"x"}`},
		{"elements and text", el("E", "x", el("F", "y")), nil, `{"E":{"#text":"x","F":"y"}}`},
		{"white space between elements", el("E", "\n  ", el("F", "y"), "\n"), nil, `{"E":{"F":"y"}}`},
		{"elements of one name", el("E", el("H", "1"), el("H", "2"), el("H", "3")), nil, `{"E":{"H":"1","H_1":"2","H_2":"3"}}`},
		{
			"named data", el("EventData", data("A", sub(0)), data("B", sub(1)), data("C"), data("A", "again")),
			[]Value{text("x"), {Type: 1}},
			`{"EventData":{"A":"x","B":"","C":null,"A_1":"again"}}`,
		},
		{
			"names that are values", el("EventData", data(sub(0), "1"), data(sub(0), "2"), data(sub(1), "3")),
			[]Value{text("n"), {}},
			`{"EventData":{"n":"1","n_1":"2","Data_2":"3"}}`,
		},
		{
			"data without names", el("EventData", el("Data", sub(0)), el("Data", sub(1)), el("Binary", sub(2)), el("Data", "z")),
			[]Value{text("x"), {}, {Type: 14, Data: []byte{1}}},
			`{"EventData":{"Data":["x",null,"z"],"Binary":"01"}}`,
		},
		{"one data without name", el("EventData", el("Data", sub(0))), []Value{text("x")}, `{"EventData":{"Data":["x"]}}`},
		{"array in data", el("EventData", el("Data", sub(0)), el("Data", "z")), []Value{{Type: 0x81, Data: evtxtest.UTF16("a\x00b\x00")}}, `{"EventData":{"Data":["a","b","z"]}}`},
		{"empty array in data", el("EventData", el("Data", "y"), el("Data", sub(0)), el("Data", "z")), []Value{{Type: 0x81}}, `{"EventData":{"Data":["y",null,"z"]}}`},
		{"array in named data", el("EventData", data("A", sub(0))), []Value{{Type: 0x81, Data: evtxtest.UTF16("a\x00b\x00")}}, `{"EventData":{"A":["a","b"]}}`},
		{
			"nested template", el("Event", el("System"), Sub{Type: 0x21, Optional: true}),
			[]Value{{Type: 0x21, Template: inner, Values: []Value{text("x"), {Type: 7, Data: le(4, 1)}}}},
			`{"Event":{"System":null,"EventData":{"A":"x","B":1}}}`,
		},
		{
			"nested template of a name that is there", el("Event", el("EventData"), Sub{Type: 0x21}),
			[]Value{{Type: 0x21, Template: inner}},
			`{"Event":{"EventData":null,"EventData_1":{"A":null,"B":null}}}`,
		},
		{
			"nested element", el("UserData", Sub{Type: 0x21}),
			[]Value{{Type: 0x21, Bare: with(el("X", el("Y", "1")), attr("xmlns", "u"))}},
			`{"UserData":{"X":{"#attributes":{"xmlns":"u"},"Y":"1"}}}`,
		},
		{"nothing nested", el("UserData", Sub{Type: 0x21}), []Value{{Type: 0x21}}, `{"UserData":null}`},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tmpl := &Template{Root: c.root}
			var b Builder
			b.Record(tmpl, c.values...)
			b.Record(tmpl, c.values...) // by reference
			for i, got := range readAll(t, b.Bytes()) {
				if string(got) != c.want {
					t.Errorf("record %d\ngot  %s\nwant %s", i+1, got, c.want)
				}
			}
		})
	}
}

func TestFragment(t *testing.T) {
	t.Parallel()
	var b Builder
	b.Fragment(&Element{Name: "Event", Content: []any{&Element{Name: "System"}}}, &Element{Name: "Event"})
	if diff := cmp.Diff(`{"Event":{"System":null},"Event_1":null}`, one(t, &b)); diff != "" {
		t.Error(diff)
	}
}

// TestManyRecords fills several chunks: names and templates of one must not be
// those of the next.
func TestManyRecords(t *testing.T) {
	t.Parallel()
	var b Builder
	const count = 2000
	tmpl := &Template{Root: &Element{Name: "Event", Content: []any{
		&Element{Name: "System", Content: []any{&Element{Name: "EventRecordID", Content: []any{Sub{ID: 0, Type: 10}}}}},
		&Element{Name: "EventData", Content: []any{&Element{Name: "Data", Attrs: []Attr{attr("Name", "Text")}, Content: []any{sub(1)}}}},
	}}}
	for i := range count {
		b.Record(tmpl, Value{Type: 10, Data: le(8, uint64(i+10_000))}, text(strings.Repeat("x", i%100)))
	}
	r := evtx.NewReader(trickle{bytes.NewReader(b.Bytes())})
	last := int64(0)
	for i := range count {
		rec, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if rec.ID != uint64(i+10_000) || rec.Number != int64(i+1) || rec.Offset <= last {
			t.Fatalf("record %d has ID %d, number %d, offset %d", i, rec.ID, rec.Number, rec.Offset)
		}
		last = rec.Offset
		if !strings.Contains(string(rec.JSON), `"Text":"`+strings.Repeat("x", i%100)+`"`) {
			t.Fatalf("record %d: %s", i, rec.JSON)
		}
	}
	for range 2 {
		if _, err := r.Next(); !errors.Is(err, io.EOF) {
			t.Fatalf("at the end: %v", err)
		}
	}
}

// trickle gives little at a time, as a network does.
type trickle struct{ r io.Reader }

func (o trickle) Read(p []byte) (int, error) {
	if len(p) > 777 {
		p = p[:777]
	}
	return o.r.Read(p)
}
