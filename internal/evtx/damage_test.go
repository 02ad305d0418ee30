package evtx_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/evtx"
	"frostgate.io/frostgate/internal/evtx/evtxtest"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"
)

// drain reads to the end: how many records there were, and what was damaged.
func drain(tb testing.TB, in io.Reader) (records int, damage []*evtx.RecordError, end error) {
	tb.Helper()
	doc := &jsondoc.Doc{}
	for r := evtx.NewReader(in); ; {
		rec, err := r.Next()
		var bad *evtx.RecordError
		switch {
		case err == nil:
			records++
			if err := doc.Parse(rec.JSON, jsondoc.Limits{MaxBytes: 1 << 20}); err != nil {
				tb.Fatalf("record %d: %v in %.300s", rec.Number, err, rec.JSON)
			}
		case errors.As(err, &bad):
			damage = append(damage, bad)
		default:
			return records, damage, err
		}
		if r.Number() != int64(records+len(damage)) {
			tb.Fatalf("number %d after %d records and %d flaws", r.Number(), records, len(damage))
		}
	}
}

const (
	fileHeader = 4096
	chunkSize  = 64 << 10
	firstAt    = fileHeader + 512
)

// sample is a file of two chunks.
func sample(tb testing.TB) (raw []byte, records int) {
	tb.Helper()
	var b Builder
	tmpl := &Template{Root: &Element{Name: "Event", Content: []any{&Element{Name: "EventData", Content: []any{sub(0)}}}}}
	for range 40 {
		b.Record(tmpl, text(strings.Repeat("text", 200)))
	}
	raw = b.Bytes()
	if len(raw) != fileHeader+2*chunkSize {
		tb.Fatalf("%d bytes", len(raw))
	}
	return raw, 40
}

// recordAt finds the n-th record of the first chunk.
func recordAt(raw []byte, n int) int {
	at := firstAt
	for ; n > 0; n-- {
		at += int(binary.LittleEndian.Uint32(raw[at+4:]))
	}
	return at
}

func TestDamage(t *testing.T) {
	t.Parallel()
	le := binary.LittleEndian
	reseal := func(raw []byte) {
		chunk := raw[fileHeader:][:chunkSize]
		evtxtest.Seal(chunk, int(le.Uint32(chunk[48:])))
	}
	tests := []struct {
		name   string
		change func(raw []byte) []byte
		lost   int
		want   []string // what each error says
		at     func(raw []byte) int
	}{
		{"none", func(raw []byte) []byte { return raw }, 0, nil, nil},
		{"room at the end", func(raw []byte) []byte { return append(raw, make([]byte, 3*chunkSize)...) }, 0, nil, nil},
		{"a byte of a text", func(raw []byte) []byte { raw[recordAt(raw, 4)-40] ^= 1; return raw }, 0, []string{"checksum of the chunk's records"}, nil},
		{"the same in a file that was open", func(raw []byte) []byte { raw[recordAt(raw, 4)-40] ^= 1; raw[120] = 1; return raw }, 0, nil, nil},
		{"the header of a chunk", func(raw []byte) []byte { raw[fileHeader+20] ^= 1; return raw }, 0, []string{"checksum of the chunk header"}, nil},
		{"the file header", func(raw []byte) []byte { raw[9] ^= 1; return raw }, 0, []string{"checksum of the file header"}, nil},
		{
			"the length of the file header", func(raw []byte) []byte { raw[41] ^= 0x60; return raw }, 0,
			[]string{"checksum of the file header"},
			nil,
		},
		{
			"a longer file header", func(raw []byte) []byte {
				raw[41] = 0x20
				le.PutUint32(raw[124:], crc32.ChecksumIEEE(raw[:120]))
				return slices.Insert(raw, fileHeader, make([]byte, fileHeader)...)
			}, 0, nil, nil,
		},
		{
			"the signature of a record", func(raw []byte) []byte { raw[recordAt(raw, 3)] = 0; reseal(raw); return raw }, 1,
			[]string{"are no record"},
			func(raw []byte) int { return recordAt(raw, 3) },
		},
		{"the size of a record", func(raw []byte) []byte { raw[recordAt(raw, 3)+5] = 0xff; reseal(raw); return raw }, 1, []string{"are no record"}, nil},
		{"several records", func(raw []byte) []byte { clear(raw[recordAt(raw, 3):recordAt(raw, 6)]); reseal(raw); return raw }, 3, []string{"are no record"}, nil},
		{
			"a token", func(raw []byte) []byte { raw[recordAt(raw, 3)+28] = 0x33; reseal(raw); return raw }, 1,
			[]string{"unknown BinXML token"},
			func(raw []byte) int { return recordAt(raw, 3) },
		},
		{"the definition a record names", func(raw []byte) []byte {
			le.PutUint32(raw[recordAt(raw, 3)+34:], 60_000)
			reseal(raw)
			return raw
		}, 1, []string{"BinXML ends too early"}, nil},
		{"the number of values", func(raw []byte) []byte {
			le.PutUint32(raw[recordAt(raw, 3)+38:], 0xffffffff)
			reseal(raw)
			return raw
		}, 1, []string{"BinXML ends too early"}, nil},
		{
			"the signature of a chunk", func(raw []byte) []byte { raw[fileHeader+chunkSize] = 0; return raw }, 15,
			[]string{"no chunk"},
			func([]byte) int { return fileHeader + chunkSize },
		},
		{"an end within a chunk", func(raw []byte) []byte { return raw[:recordAt(raw, 10)+100] }, 30, []string{"ends within a chunk", "are no record"}, nil},
		{"an end within a chunk header", func(raw []byte) []byte { return raw[:fileHeader+chunkSize+100] }, 15, []string{"within the header of a chunk"}, nil},
		{"an end within the file header", func(raw []byte) []byte { return raw[:100] }, 40, []string{"within its header"}, nil},
		{"an end after the file header", func(raw []byte) []byte { return raw[:fileHeader] }, 40, nil, nil},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			raw, all := sample(t)
			raw = c.change(raw)
			records, damage, end := drain(t, bytes.NewReader(raw))
			if !errors.Is(end, io.EOF) {
				t.Errorf("end: %v", end)
			}
			if records != all-c.lost {
				t.Errorf("%d of %d records, %d should be lost: %v", records, all, c.lost, damage)
			}
			if len(damage) != len(c.want) {
				t.Fatalf("damage %v, want %q", damage, c.want)
			}
			for i, d := range damage {
				if !strings.Contains(d.Error(), c.want[i]) {
					t.Errorf("damage %q, want %q", d, c.want[i])
				}
				if c.at != nil && d.Offset != int64(c.at(raw)) {
					t.Errorf("at %d, want %d", d.Offset, c.at(raw))
				}
			}
		})
	}
}

// TestStale has a chunk whose header is older than its records, as a copy of a
// log in use has, or one where somebody hid the latest. What was left there by
// earlier use doesn't go on counting and is no record.
func TestStale(t *testing.T) {
	t.Parallel()
	const known = 5
	for _, leftover := range []bool{false, true} {
		raw, all := sample(t)
		raw = raw[:fileHeader+chunkSize]
		want := 0
		for at := firstAt; binary.LittleEndian.Uint32(raw[at:]) != 0; want++ {
			if leftover && want >= known {
				binary.LittleEndian.PutUint64(raw[at+8:], uint64(3*want))
			}
			at += int(binary.LittleEndian.Uint32(raw[at+4:]))
		}
		evtxtest.Seal(raw[fileHeader:], recordAt(raw, known)-fileHeader)
		if want >= all {
			t.Fatal("the sample has one chunk only")
		}
		if leftover {
			want = known
		}
		records, damage, _ := drain(t, bytes.NewReader(raw))
		if records != want || len(damage) != 0 {
			t.Errorf("leftover %t: %d records, want %d; %v", leftover, records, want, damage)
		}
	}
}

func TestNoEVTX(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "ElfFil", "{\"EventID\":1}", strings.Repeat("x", 10_000)} {
		_, _, end := drain(t, strings.NewReader(text))
		if fault.CodeOf(end) != fault.Invalid {
			t.Errorf("%.20q: %v", text, end)
		}
	}
	broken := errors.New("broken")
	raw, _ := sample(t)
	for _, n := range []int{0, 10, fileHeader, fileHeader + 100, fileHeader + chunkSize} {
		_, _, end := drain(t, io.MultiReader(bytes.NewReader(raw[:n]), failing{broken}))
		if !errors.Is(end, broken) {
			t.Errorf("input that breaks after %d bytes: %v", n, end)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// TestTruncated cuts real files everywhere.
func TestTruncated(t *testing.T) {
	t.Parallel()
	const files, step = 5, 512
	for _, raw := range smallest(t, files) {
		for n := 0; n <= len(raw); n += step {
			drain(t, bytes.NewReader(raw[:n]))
		}
	}
}

// TestFlipped breaks real files at many places, with checksums that fit: what a
// chunk says must never be believed.
func TestFlipped(t *testing.T) {
	t.Parallel()
	for _, whole := range smallest(t, 2) {
		end := int(binary.LittleEndian.Uint32(whole[fileHeader+48:]))
		for at := firstAt; at < fileHeader+end; at++ {
			raw := slices.Clone(whole)
			raw[at] ^= byte(at%255 + 1)
			evtxtest.Seal(raw[fileHeader:], end)
			drain(t, bytes.NewReader(raw))
		}
	}
}

// smallest gives the real files with the least in them, cut behind their first
// chunk.
func smallest(tb testing.TB, n int) [][]byte {
	tb.Helper()
	var all [][]byte
	for _, raw := range realFiles(tb) {
		all = append(all, raw[:fileHeader+chunkSize])
	}
	slices.SortFunc(all, func(a, b []byte) int {
		return int(binary.LittleEndian.Uint32(a[fileHeader+48:])) - int(binary.LittleEndian.Uint32(b[fileHeader+48:]))
	})
	return all[:n]
}

// TestFilled checks the files that benchmarks read: full chunks, each record that
// of a real file but for its number.
func TestFilled(t *testing.T) {
	t.Parallel()
	for _, raw := range smallest(t, 10) {
		full, count, err := evtxtest.Fill([][]byte{raw, raw}, 5_000_000)
		if err != nil {
			t.Fatal(err)
		}
		originals := readAll(t, raw)
		got := readAll(t, full)
		if len(got) != count || count < 2*20 {
			t.Fatalf("%d records, want %d", len(got), count)
		}
		if end := binary.LittleEndian.Uint32(full[fileHeader+48:]); end < chunkSize*9/10 {
			t.Errorf("chunk filled to %d", end)
		}
		number := func(raw []byte) string {
			_, rest, _ := strings.Cut(string(raw), `"EventRecordID":`)
			n, _, _ := strings.Cut(rest, ",")
			return n
		}
		// Between the chunks the originals begin again.
		if a, b := string(got[len(originals)]), string(originals[0]); strings.Replace(a, number(got[len(originals)]), number(originals[0]), 1) != b {
			t.Errorf("filled   %s\noriginal %s", a, b)
		}
		if number(got[1]) != "5000001" {
			t.Errorf("second record has number %s", number(got[1]))
		}
	}
}
