package sigma

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// AppendArchive appends a file to an archive of rules: a text of any number of
// files, each behind a line
//
//	-- path/name.yml --
//
// which people can write and compare, and which ParseArchive reads back to the
// same bytes. Where a file's own bytes could be taken for the archive's, the line
// has their number too.
func AppendArchive(dst []byte, file string, data []byte) []byte {
	file = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return '_'
		}
		return c
	}, strings.TrimSpace(file))
	if file == "" {
		file = "unnamed"
	}
	if len(dst) > 0 && dst[len(dst)-1] != '\n' {
		dst = append(dst, '\n')
	}
	if plainFile(file, data) {
		return append(fmt.Appendf(dst, "-- %s --\n", file), data...)
	}
	dst = append(fmt.Appendf(dst, "-- %s (%d bytes) --\n", file, len(data)), data...)
	return append(dst, '\n')
}

// plainFile says whether a file can stand in an archive without its length.
func plainFile(name string, data []byte) bool {
	if _, _, sized := cutSize(name); sized || len(data) > 0 && data[len(data)-1] != '\n' {
		return false
	}
	for line := range bytes.Lines(data) {
		if _, ok := archiveName(line); ok {
			return false
		}
	}
	return true
}

// archiveName reads the line before a file.
func archiveName(line []byte) (name string, ok bool) {
	text := strings.TrimRight(string(line), "\r\n")
	text, start := strings.CutPrefix(text, "-- ")
	text, end := strings.CutSuffix(text, " --")
	text = strings.TrimSpace(text)
	return text, start && end && text != ""
}

// cutSize takes the length from a name in a file's line.
func cutSize(name string) (rest string, size int, ok bool) {
	text, closed := strings.CutSuffix(name, " bytes)")
	i := strings.LastIndex(text, " (")
	if !closed || i < 0 {
		return name, 0, false
	}
	size, err := strconv.Atoi(text[i+2:])
	return text[:i], size, err == nil && size >= 0
}

// ReadArchive cuts an archive into its files. Text before the first is a comment.
func ReadArchive(data []byte) ([]File, error) {
	var files []File
	start := -1 // of the data of the last file
	for pos, line := 0, 1; pos < len(data); line++ {
		end := len(data)
		if i := bytes.IndexByte(data[pos:], '\n'); i >= 0 {
			end = pos + i + 1
		}
		name, ok := archiveName(data[pos:end])
		if !ok {
			pos = end
			continue
		}
		if start >= 0 {
			files[len(files)-1].Data = data[start:pos:pos]
		}
		short, size, sized := cutSize(name)
		files = append(files, File{Name: short})
		pos, start = end, end
		if !sized {
			continue
		}
		if size > len(data)-end {
			return nil, fmt.Errorf("sigma: archive line %d: %s has fewer than its %d bytes", line, short, size)
		}
		content := data[end : end+size : end+size]
		files[len(files)-1].Data = content
		line += bytes.Count(content, []byte("\n"))
		pos, start = end+size, -1
		if pos < len(data) && data[pos] == '\n' {
			pos++
			line++
		}
	}
	if start >= 0 {
		files[len(files)-1].Data = data[start:]
	}
	return files, nil
}

// ParseArchive reads the rules of an archive that AppendArchive wrote; files and
// lines in its results are those of the files in it. The name stands for the
// archive itself where that can't be read. Files that aren't YAML are ignored.
func ParseArchive(name string, data []byte, opt LoadOptions) *Collection {
	c := newCollection()
	opt = opt.withDefaults()
	if int64(len(data)) > opt.MaxTotalBytes {
		c.refuse(name, "the archive is larger than the limit")
		return c
	}
	files, err := ReadArchive(data)
	if err != nil {
		c.refuse(name, strings.TrimPrefix(err.Error(), "sigma: "))
		return c
	}
	if len(files) > opt.MaxFiles {
		c.refuse(name, "the archive holds more files than the limit")
		return c
	}
	for _, f := range files {
		if err := opt.Stop(); err != nil {
			c.refuse(name, "stopped: "+err.Error())
			return c
		}
		if isYAML(f.Name) && skipReason(f.Name, "", false) != "test" {
			c.parse(f.Name, f.Data, opt)
		}
	}
	c.refuseTwins()
	return c
}
