package evtx_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"testing"

	"frostgate.io/frostgate/internal/evtx/evtxtest"
	"frostgate.io/frostgate/internal/testdata"
)

// FuzzParse feeds one chunk with checksums that fit, so that the fuzzer gets to
// what is behind them, and the same bytes as a file.
func FuzzParse(f *testing.F) {
	var b Builder
	nested := &Template{Root: &Element{Name: "EventData", Content: []any{
		&Element{Name: "Data", Attrs: []Attr{attr("Name", "A")}, Content: []any{sub(0)}},
		&Element{Name: "Data", Content: []any{sub(1), CDATA("x"), Entity("amp"), CharRef('y')}},
		&Element{Name: "Data", Content: []any{PI{Target: "t", Data: "d"}, "z"}},
	}}}
	outer := &Template{Root: &Element{Name: "Event", Content: []any{
		&Element{Name: "System", Attrs: []Attr{attr("a", sub(1))}, Content: []any{sub(2), &Element{Name: "EventRecordID", Content: []any{sub(3)}}}},
		Sub{ID: 0, Type: 0x21, Optional: true},
	}}}
	for range 2 {
		b.Record(outer,
			Value{Type: 0x21, Template: nested, Values: []Value{text("x"), {Type: 0x81, Data: evtxtest.UTF16("a\x00b")}}},
			Value{Type: 0x0f, Data: guid}, Value{Type: 0x13, Data: sid}, Value{Type: 0x0a, Data: le(8, 7)})
	}
	b.Record(outer, Value{Type: 0x21, Bare: &Element{Name: "X", Content: []any{"y"}}}, Value{Type: 0x11, Data: le(8, 7)})
	b.Fragment(nested.Root)
	f.Add(used(b.Bytes()))
	for _, raw := range seeds(f) {
		f.Add(used(raw))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) > chunkSize-512 {
			body = body[:chunkSize-512]
		}
		raw := append(make([]byte, 0, fileHeader+chunkSize), "ElfFile\x00"...)
		raw = append(raw[:fileHeader], "ElfChnk\x00"...)
		raw = raw[:fileHeader+chunkSize]
		copy(raw[firstAt:], body)
		evtxtest.Seal(raw[fileHeader:], 512+len(body))
		raw[120] = 1
		for _, file := range [][]byte{raw, raw[:firstAt+len(body)], body} {
			if _, _, end := drain(t, bytes.NewReader(file)); end == nil || errors.Is(end, io.ErrUnexpectedEOF) {
				t.Fatalf("end: %v", end)
			}
		}
	})
}

// used gives the records of the first chunk.
func used(raw []byte) []byte {
	end := int(binary.LittleEndian.Uint32(raw[fileHeader+48:]))
	return bytes.Clone(raw[firstAt : fileHeader+end])
}

// seeds are the smallest real files, where there are any: fuzzing needs none.
func seeds(f *testing.F) [][]byte {
	f.Helper()
	if _, err := os.Stat("../../../shared/data"); err != nil && os.Getenv("FROSTGATE_TESTDATA") == "" {
		return nil
	}
	_ = testdata.Dir(f)
	return smallest(f, 5)
}
