package governance

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/sigma"
)

// Bounds of an upload of rules. MaxUpload is for what is sent, the others for
// what is in it.
const (
	MaxUpload    = 64 << 20
	maxUnpacked  = 240 << 20 // of a tar with whatever else is in it
	maxEntries   = 200_000   // likewise
	maxRuleFiles = 20_000
	maxRuleBytes = 64 << 20 // of all rule files, also those that are not used
)

// RuleFiles are the rule files of an upload, byte for byte.
type RuleFiles struct {
	files   []sigma.File
	skipped map[string]int // by folder
	refused []sigma.Refusal
}

// ReadRuleFiles reads an upload: a tar, plain or gzip, or a text archive of files
// (sigma.AppendArchive). What it holds is bounded while it is read, not after; it ends with the context.
func ReadRuleFiles(ctx context.Context, r io.Reader) (*RuleFiles, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	if start, _ := in.Peek(2); bytes.Equal(start, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, unreadable(err)
		}
		in = bufio.NewReaderSize(z, 64<<10)
	}
	bounded := &boundedReader{r: in, left: maxUnpacked, stop: ctx.Err}
	in = bufio.NewReaderSize(bounded, 64<<10)
	out, err := readRuleFiles(in)
	if bounded.err != nil {
		return nil, bounded.err
	}
	if err != nil {
		return nil, unreadable(err)
	}
	if len(out.files) == 0 && len(out.refused) == 0 {
		return nil, fault.New(fault.Invalid, "no rule files (*.yml, *.yaml) are in it").At("body")
	}
	return out, nil
}

func readRuleFiles(in *bufio.Reader) (*RuleFiles, error) {
	out := &RuleFiles{}
	var files []sigma.File
	var err error
	start, _ := in.Peek(512)
	switch {
	case len(start) >= 262 && bytes.Equal(start[257:262], []byte("ustar")):
		files, out.skipped, err = sigma.ReadTar(in, sigma.LoadOptions{MaxTotalBytes: maxRuleBytes, MaxFiles: maxEntries})
	case bytes.HasPrefix(start, []byte("PK")):
		err = errors.New("a zip is not read: unpack it and import the folder, or send a tar")
	case !bytes.HasPrefix(start, []byte("-- ")):
		err = errors.New("it is neither a tar nor a text archive that begins with a line like -- NAME.yml --")
	default:
		var data []byte
		if data, err = io.ReadAll(io.LimitReader(in, maxRuleBytes+1)); len(data) > maxRuleBytes {
			err = fault.New(fault.TooLarge, "the archive holds more than %d bytes of rules", maxRuleBytes).At("body")
		}
		if err == nil {
			files, err = sigma.ReadArchive(data)
		}
	}
	if err == nil && len(files) > maxRuleFiles {
		err = fault.New(fault.TooLarge, "the archive holds %d rule files, the limit is %d", len(files), maxRuleFiles).At("body")
	}
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		out.add(f)
	}
	return out, nil
}

// add keeps a file under a name that stands on one line.
func (f *RuleFiles) add(x sigma.File) {
	x.Name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(x.Name, "_")))
	if !utf8.Valid(x.Data) {
		f.refused = append(f.refused, sigma.Refusal{File: x.Name, Reason: "the file is not UTF-8 text"})
		return
	}
	f.files = append(f.files, x)
}

// size is about what the files take.
func (f *RuleFiles) size() int {
	n := 0
	for i := range f.files {
		n += len(f.files[i].Name) + len(f.files[i].Data) + 16
	}
	return n
}

// pack makes an archive of some of the files.
func (f *RuleFiles) pack(keep func(name string) bool) []byte {
	out := make([]byte, 0, f.size())
	for i := range f.files {
		if keep(f.files[i].Name) {
			out = sigma.AppendArchive(out, f.files[i].Name, f.files[i].Data)
		}
	}
	return slices.Clip(out)
}

func unreadable(err error) error {
	var known *fault.Error
	if errors.As(err, &known) {
		return err
	}
	return fault.Wrap(fault.Invalid, err, "the archive is not readable: %s", strings.TrimPrefix(err.Error(), "sigma: ")).At("body")
}

// boundedReader ends with an error, unlike io.LimitReader: a cut archive must not
// look whole.
type boundedReader struct {
	r    io.Reader
	left int64
	stop func() error
	err  error
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if err := b.stop(); err != nil {
		b.err = err
		return 0, err
	}
	if b.left <= 0 {
		f := fault.New(fault.TooLarge, "the archive holds more than %d bytes unpacked", maxUnpacked).At("body")
		f.Limit = "archive"
		b.err = f
		return 0, f
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
