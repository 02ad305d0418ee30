package evtx_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// TestHostile has files that ask for far more than they hold. Each must be
// refused, or cut down, within the budget of its chunk.
func TestHostile(t *testing.T) {
	t.Parallel()
	nest := func(depth int) *Element {
		e := &Element{Name: "E"}
		for range depth {
			e = &Element{Name: "E", Content: []any{e}}
		}
		return e
	}
	many := func(n int, make func(i int) any) []any {
		var out []any
		for i := range n {
			out = append(out, make(i))
		}
		return out
	}
	// Each level shows the value below many times.
	wide := &Template{Root: &Element{Name: "E", Content: many(200, func(int) any { return Sub{Type: 0x21} })}}
	deep := Value{Type: 0x21, Template: wide}
	for range 8 {
		deep = Value{Type: 0x21, Template: wide, Values: []Value{deep}}
	}
	big := text(strings.Repeat("x", 20_000))
	tests := []struct {
		name  string
		build func(b *Builder)
		want  string
		sound int
	}{
		{"deep elements", func(b *Builder) { b.Record(&Template{Root: nest(500)}) }, "too deep", 0},
		{"deep elements without template", func(b *Builder) { b.Fragment(nest(500)) }, "too deep", 0},
		{"deep enough", func(b *Builder) { b.Record(&Template{Root: nest(28)}) }, "", 1},
		{"nested templates that multiply", func(b *Builder) { b.Record(wide, deep) }, "more work", 0},
		{"a long text many times", func(b *Builder) {
			b.Record(&Template{Root: &Element{Name: "E", Content: many(2000, func(int) any { return sub(0) })}}, big)
		}, "longer than 1 MiB", 0},
		{"a long text in many attributes", func(b *Builder) {
			e := &Element{Name: "E"}
			for i := range 100 {
				e.Attrs = append(e.Attrs, attr(fmt.Sprint("a", i), sub(0)))
			}
			b.Record(&Template{Root: e}, big)
		}, "longer than 1 MiB", 0},
		{"thousands of equal names", func(b *Builder) {
			b.Record(&Template{Root: &Element{Name: "E", Content: many(2000, func(int) any { return &Element{Name: "F"} })}})
		}, "more work", 0},
		{"thousands of names that are values", func(b *Builder) {
			b.Record(&Template{Root: &Element{Name: "E", Content: many(1000, func(int) any {
				return &Element{Name: "Data", Attrs: []Attr{attr("Name", sub(0))}}
			})}}, text("n"))
		}, "more work", 0},
		{"a template within itself", func(b *Builder) {
			b.Raw(func(at int) []byte {
				// An instance whose definition's only element holds an instance of
				// the same definition.
				inst := func(def int) []byte {
					return []byte{0x0c, 1, 7, 0, 0, 0, byte(def), byte(def >> 8), 0, 0}
				}
				def := at + 10
				name := def + 24 + 11
				body := []byte{0x01, 0xff, 0xff, 0, 0, 0, 0, byte(name), byte(name >> 8), 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 'E', 0, 0, 0, 0x02}
				body = append(append(body, inst(def)...), 0, 0, 0, 0, 0x04, 0)
				out := append(inst(def), make([]byte, 24)...)
				out[30] = byte(len(body))
				return append(append(out, body...), 0, 0, 0, 0)
			})
		}, "", 0},
		{"attributes twice", func(b *Builder) {
			b.Record(&Template{Root: &Element{Name: "E", Attrs: []Attr{attr("a", "1"), attr("a", "2")}}})
		}, "bad name", 0},
		{"a name of ours", func(b *Builder) { b.Record(&Template{Root: &Element{Name: "#text"}}) }, "bad name", 0},
		{"no element", func(b *Builder) { b.Fragment() }, "too early", 0},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var b Builder
			c.build(&b)
			records, damage, _ := drain(t, bytes.NewReader(b.Bytes()))
			if records != c.sound || records+len(damage) != 1 {
				t.Fatalf("%d records, damage %v", records, damage)
			}
			if records == 0 && !strings.Contains(damage[0].Reason, c.want) {
				t.Errorf("%v, want %q", damage[0], c.want)
			}
		})
	}
}
