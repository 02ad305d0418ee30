package sigma

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// LoadOptions bounds what is loaded; its zero value has the defaults.
type LoadOptions struct {
	// Placeholders gives the values of %name% in rules that use expand. A rule
	// with a placeholder that isn't given is refused.
	Placeholders map[string][]string

	MaxFileBytes  int64 // of one file; 1 MiB
	MaxTotalBytes int64 // of all files that are read; 256 MiB
	MaxFiles      int   // files of an archive or folder; 200,000

	// Stop ends loading between two files when it gives an error, which becomes
	// LoadFS's and LoadTar's, and a refusal of ParseArchive; nil never does.
	Stop func() error

	left *int64 // what the values of all files together may still take
}

// maxMemory bounds what all values of a collection take, with their variants and
// regular expressions: some write a lot with few characters.
const maxMemory = 256 << 20

// valueCost is what one value takes at least once it is compiled: measured, about
// 2 KB with its literals and tables.
const valueCost = 2 << 10

func (o LoadOptions) withDefaults() LoadOptions {
	if o.MaxFileBytes <= 0 {
		o.MaxFileBytes = 1 << 20
	}
	if o.MaxTotalBytes <= 0 {
		o.MaxTotalBytes = 256 << 20
	}
	if o.MaxFiles <= 0 {
		o.MaxFiles = 200_000
	}
	if o.Stop == nil {
		o.Stop = func() error { return nil }
	}
	if o.left == nil {
		left := int64(maxMemory)
		o.left = &left
	}
	return o
}

// Shared gives options whose bound of memory holds for all that is loaded with them
// together, not for each time.
func (o LoadOptions) Shared() LoadOptions { return o.withDefaults() }

// Full says that something was refused because the bound of memory of shared
// options was reached.
func (o LoadOptions) Full() bool { return o.left != nil && *o.left < 0 }

// errTooMuch says that a folder or archive is beyond the bounds.
var errTooMuch = errors.New("sigma: more or larger files than the limits allow")

// File is a file with rules, as it was found.
type File struct {
	Name string
	Data []byte
}

// LoadFS loads the *.yml and *.yaml files of a folder and those below it, in the
// order of their names. Files of tests (*.test.yml) and rules that are kept for
// other ends (folders and statuses unsupported, deprecated; placeholder rules)
// are left out and counted in Skipped. In the SigmaHQ repository only the folders
// rules and rules-* hold rules. The error is about reading; what can't be
// used in a file is in Refused.
func LoadFS(fsys fs.FS, opt LoadOptions) (*Collection, error) {
	files, skipped, err := ReadFS(fsys, opt)
	if err != nil {
		return nil, err
	}
	return load(files, skipped, opt)
}

// ReadFS reads the files that LoadFS would load, and counts those it leaves out.
func ReadFS(fsys fs.FS, opt LoadOptions) (files []File, skipped map[string]int, err error) {
	opt = opt.withDefaults()
	var names []string
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.Type().IsRegular() && isYAML(name) {
			names = append(names, name)
		}
		if len(names) > opt.MaxFiles {
			return errTooMuch
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("list rules: %w", err)
	}
	names, skipped = active(names)
	left := opt.MaxTotalBytes
	for _, name := range names {
		data, err := readFile(fsys, name, opt.MaxFileBytes)
		if left -= int64(len(data)); err == nil && left < 0 {
			err = errTooMuch
		}
		if err != nil {
			return nil, nil, fmt.Errorf("read %s: %w", name, err)
		}
		files = append(files, File{Name: name, Data: data})
	}
	return files, skipped, nil
}

// readFile reads a file up to one byte beyond the limit, where Parse refuses it.
func readFile(fsys fs.FS, name string, limit int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	return data, errors.Join(err, f.Close())
}

// LoadTar loads the rules of a tar archive, plain or compressed with gzip, as
// LoadFS does those of a folder. Links and other special entries are ignored; an
// entry whose name leads outside of the archive is an error.
func LoadTar(r io.Reader, opt LoadOptions) (*Collection, error) {
	files, skipped, err := ReadTar(r, opt)
	if err != nil {
		return nil, err
	}
	return load(files, skipped, opt)
}

// ReadTar reads the files that LoadTar would load, and counts those it leaves out.
func ReadTar(r io.Reader, opt LoadOptions) (files []File, skipped map[string]int, err error) {
	opt = opt.withDefaults()
	buffered := bufio.NewReader(r)
	var stream io.Reader = buffered
	if head, _ := buffered.Peek(2); len(head) == 2 && head[0] == 0x1f && head[1] == 0x8b {
		zip, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, nil, fmt.Errorf("read archive: %w", err)
		}
		stream = zip
	}
	// The skipped entries count too: a small archive can unpack to any size.
	limited := &io.LimitedReader{R: stream, N: 4 * opt.MaxTotalBytes}
	byName, err := readTar(tar.NewReader(limited), opt)
	if limited.N <= 0 {
		err = errTooMuch
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read archive: %w", err)
	}
	names, skipped := active(slices.Collect(maps.Keys(byName)))
	for _, name := range names {
		files = append(files, File{Name: name, Data: byName[name]})
	}
	return files, skipped, nil
}

// readTar reads the YAML files of an archive.
func readTar(r *tar.Reader, opt LoadOptions) (map[string][]byte, error) {
	files := map[string][]byte{}
	left := opt.MaxTotalBytes
	for n := 0; ; n++ {
		head, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		name := path.Clean(head.Name)
		if n >= opt.MaxFiles {
			return nil, errTooMuch
		}
		if head.Typeflag != tar.TypeReg || !isYAML(name) {
			continue
		}
		if !fs.ValidPath(name) {
			return nil, fmt.Errorf("the name %q leads outside of the archive", head.Name)
		}
		if _, twice := files[name]; twice {
			return nil, fmt.Errorf("the name %q occurs twice", head.Name)
		}
		data, err := io.ReadAll(io.LimitReader(r, opt.MaxFileBytes+1))
		if err != nil {
			return nil, err
		}
		if left -= int64(len(data)); left < 0 {
			return nil, errTooMuch
		}
		files[name] = data
	}
}

// load parses files in their order.
func load(files []File, skipped map[string]int, opt LoadOptions) (*Collection, error) {
	c := newCollection()
	opt = opt.withDefaults()
	maps.Copy(c.Skipped, skipped)
	for _, f := range files {
		if err := opt.Stop(); err != nil {
			return nil, err
		}
		c.parse(f.Name, f.Data, opt)
	}
	c.refuseTwins()
	return c, nil
}

// active sorts names and leaves out, counted by reason, those of files that hold
// no rules to use.
func active(names []string) (kept []string, skipped map[string]int) {
	slices.Sort(names)
	skipped = map[string]int{}
	root, hq := sigmaHQ(names)
	for _, name := range names {
		if reason := skipReason(name, root, hq); reason != "" {
			skipped[reason]++
			continue
		}
		kept = append(kept, name)
	}
	return kept, skipped
}

func isYAML(name string) bool {
	return strings.HasSuffix(name, ".yml") || strings.HasSuffix(name, ".yaml")
}

// sigmaHQ recognises the layout of the SigmaHQ repository: a folder rules with a
// sibling rules-*, whatever stands above them.
func sigmaHQ(names []string) (root string, ok bool) {
	plain, dashed := map[string]bool{}, map[string]bool{}
	for _, name := range names {
		parts := strings.Split(name, "/")
		for i, part := range parts[:len(parts)-1] {
			above := strings.Join(parts[:i], "/")
			if part == "rules" {
				plain[above] = true
			}
			if strings.HasPrefix(part, "rules-") {
				dashed[above] = true
			}
			if plain[above] && dashed[above] {
				return above, true
			}
		}
	}
	return "", false
}

// skipReason says why a file is left out; "" when it isn't.
func skipReason(name, root string, hq bool) string {
	if strings.HasSuffix(name, ".test.yml") || strings.HasSuffix(name, ".test.yaml") {
		return "test"
	}
	parts := strings.Split(name, "/")
	for _, part := range parts[:len(parts)-1] {
		switch part {
		case "unsupported", "rules-unsupported":
			return "unsupported"
		case "deprecated", "rules-deprecated":
			return "deprecated"
		case "placeholder", "rules-placeholder":
			return "placeholder"
		}
	}
	if !hq {
		return ""
	}
	below := strings.TrimPrefix(strings.TrimPrefix(name, root), "/")
	top, _, _ := strings.Cut(below, "/")
	if top == "rules" || strings.HasPrefix(top, "rules-") {
		return ""
	}
	return "other"
}
