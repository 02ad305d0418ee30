package governance

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/sigma"
)

// tarOf makes a tar of files, name and content in turn; gzip when zip.
func tarOf(t testing.TB, zip bool, files ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser = nopCloser{&out}
	if zip {
		w = gzip.NewWriter(&out)
	}
	tw := tar.NewWriter(w)
	for i := 0; i+1 < len(files); i += 2 {
		if err := tw.WriteHeader(&tar.Header{Name: files[i], Size: int64(len(files[i+1])), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(tw, files[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []io.Closer{tw, w} {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

func TestUploadsAreReadInAnyForm(t *testing.T) {
	t.Parallel()
	files := []string{"rules/b.yml", "title: b", "readme.md", "no rule", "rules/a.yaml", "-- x.yml --\n", "rules/deprecated/c.yml", "title: c"}
	text := sigma.AppendArchive(nil, "rules/a.yaml", []byte("-- x.yml --\n"))
	text = sigma.AppendArchive(text, "rules/b.yml", []byte("title: b"))
	for name, body := range map[string][]byte{"tar": tarOf(t, false, files...), "gzip": tarOf(t, true, files...), "text": text} {
		got, err := ReadRuleFiles(context.Background(), bytes.NewReader(body))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(got.files) != 2 || got.files[0].Name != "rules/a.yaml" || string(got.files[0].Data) != "-- x.yml --\n" || string(got.files[1].Data) != "title: b" {
			t.Errorf("%s: %+v", name, got.files)
		}
		if n := got.skipped["deprecated"]; name != "text" && n != 1 {
			t.Errorf("%s: %d deprecated", name, n)
		}
	}
}

func TestUploadsThatAreRefused(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	z, err := gzip.NewWriterLevel(&bomb, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	tw := tar.NewWriter(z)
	if err := tw.WriteHeader(&tar.Header{Name: "zeros.bin", Size: maxUnpacked + 1, Mode: 0o644}); err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range maxUnpacked >> 20 {
		if _, err := tw.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	whole := tarOf(t, true, "a.yml", strings.Repeat("x", 5000))
	for name, tc := range map[string]struct {
		body []byte
		code fault.Code
		want string
	}{
		"bomb":      {bomb.Bytes(), fault.TooLarge, "unpacked"},
		"cut":       {whole[:len(whole)/2], fault.Invalid, "not readable"},
		"zip":       {[]byte("PK\x03\x04rest"), fault.Invalid, "a zip is not read"},
		"nothing":   {nil, fault.Invalid, "neither a tar"},
		"no rules":  {tarOf(t, false, "a.txt", "x"), fault.Invalid, "no rule files"},
		"leads out": {tarOf(t, false, "../../etc/a.yml", "title: x"), fault.Invalid, "outside"},
	} {
		_, err := ReadRuleFiles(context.Background(), bytes.NewReader(tc.body))
		if fault.CodeOf(err) != tc.code || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %s %q", name, err, tc.code, tc.want)
		}
	}
}

func TestBytesThatAreNoTextAreRefusedByName(t *testing.T) {
	t.Parallel()
	got, err := ReadRuleFiles(context.Background(), bytes.NewReader(tarOf(t, false, "bad\x01.yml", "\xff", "good.yml", "title: x")))
	if err != nil || len(got.files) != 1 || len(got.refused) != 1 || got.refused[0].File != "bad_.yml" {
		t.Errorf("%+v, %v", got, err)
	}
}

// FuzzReadRuleFiles holds that whatever is read can be packed and read again.
func FuzzReadRuleFiles(f *testing.F) {
	f.Add(tarOf(f, false, "a.yml", "title: a\n", "b/c.yaml", "x"))
	f.Add(tarOf(f, true, "a.yml", "title: a"))
	f.Add([]byte("-- a.yml --\ntitle: a\n-- b.yml (3 bytes) --\nabc\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := ReadRuleFiles(context.Background(), bytes.NewReader(body))
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid && fault.CodeOf(err) != fault.TooLarge {
				t.Fatalf("%v", err)
			}
			return
		}
		again, err := sigma.ReadArchive(got.pack(func(string) bool { return true }))
		if err != nil || len(again) != len(got.files) {
			t.Fatalf("%d of %d files come back: %v", len(again), len(got.files), err)
		}
		for i := range again {
			if !slices.Equal(again[i].Data, got.files[i].Data) {
				t.Fatalf("file %q changed", got.files[i].Name)
			}
		}
	})
}
