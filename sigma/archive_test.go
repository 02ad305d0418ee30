package sigma

import (
	"bytes"
	"errors"
	"testing"
	"testing/fstest"
)

const smallRule = "title: A\nid: a\nlogsource: {product: x}\ndetection: {s: {A: b}, condition: s}\n"

func TestArchiveKeepsFilesExactly(t *testing.T) {
	t.Parallel()
	files := []File{
		{"rules/a.yml", []byte(smallRule)},
		{"no newline at the end.yml", []byte("title: B")},
		{"holds a marker.yml", []byte("description: |\n-- c.yml --\n")},
		{"empty.yml", nil},
		{"named like a length (3 bytes)", []byte("abc\n")},
		{"crlf.yml", []byte("a: b\r\n-- c --\r\n")},
		{"only a newline.yml", []byte("\n")},
	}
	var archive []byte
	for _, f := range files {
		archive = AppendArchive(archive, f.Name, f.Data)
	}
	got, err := ReadArchive(append([]byte("a comment before\n"), archive...))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(files) {
		t.Fatalf("%d files, want %d:\n%s", len(got), len(files), archive)
	}
	for i, f := range files {
		if got[i].Name != f.Name || !bytes.Equal(got[i].Data, f.Data) {
			t.Errorf("file %d: got %q %q, want %q %q", i, got[i].Name, got[i].Data, f.Name, f.Data)
		}
	}
}

func TestParseArchiveKeepsFileAndLine(t *testing.T) {
	t.Parallel()
	archive := AppendArchive(nil, "good.yml", []byte(smallRule))
	archive = AppendArchive(archive, "bad.yml", []byte("title: B\nlogsource: {product: x}\ndetection:\n  s:\n    A|nope: b\n  condition: s\n"))
	archive = AppendArchive(archive, "good.test.yml", []byte("rule: a\n"))
	archive = AppendArchive(archive, "README.md", []byte("text\n"))
	c := ParseArchive("builtin", archive, LoadOptions{})
	if len(c.Rules) != 1 || c.Rules[0].File != "good.yml" || c.Rules[0].Line != 1 {
		t.Errorf("rules: %+v", c.Rules)
	}
	want := Refusal{File: "bad.yml", Line: 5, Reason: `unknown modifier "nope"`}
	if len(c.Refused) != 1 || c.Refused[0] != want {
		t.Errorf("refused: %+v, want %+v", c.Refused, want)
	}
}

func TestReadArchiveRefusesAShortFile(t *testing.T) {
	t.Parallel()
	c := ParseArchive("x", []byte("-- a.yml (10 bytes) --\nabc\n"), LoadOptions{})
	if len(c.Refused) != 1 || c.Refused[0].File != "x" {
		t.Errorf("refused: %+v", c.Refused)
	}
}

func FuzzArchive(f *testing.F) {
	f.Add("a.yml", []byte(smallRule), []byte("x"))
	f.Add("a (1 bytes)", []byte("-- b --\n"), []byte("-- a (99999999999999999999 bytes) --"))
	f.Add(" -- ", []byte("-- b (2 bytes) --"), []byte(""))
	f.Fuzz(func(t *testing.T, name string, one, two []byte) {
		_, _ = ReadArchive(two)
		archive := AppendArchive(AppendArchive(nil, "first.yml", one), name, two)
		archive = AppendArchive(archive, "last.yml", one)
		files, err := ReadArchive(archive)
		if err != nil {
			t.Fatal(err)
		}
		if len(files) != 3 || !bytes.Equal(files[0].Data, one) || !bytes.Equal(files[1].Data, two) || !bytes.Equal(files[2].Data, one) {
			t.Fatalf("%q came back as %+v", archive, files)
		}
	})
}

func TestLoadingCanBeStopped(t *testing.T) {
	t.Parallel()
	archive := AppendArchive(AppendArchive(nil, "a.yml", withID("a")), "b.yml", withID("b"))
	n := 0
	stop := func() error {
		if n++; n > 1 {
			return errors.New("enough")
		}
		return nil
	}
	c := ParseArchive("x", archive, LoadOptions{Stop: stop})
	if len(c.Rules) != 1 || len(c.Refused) != 1 || c.Refused[0].Reason != "stopped: enough" {
		t.Errorf("%d rules, refused %v", len(c.Rules), c.Refused)
	}
	if _, err := LoadFS(fstest.MapFS{"a.yml": {Data: withID("a")}}, LoadOptions{Stop: stop}); err == nil {
		t.Error("a stopped folder was loaded")
	}
}
