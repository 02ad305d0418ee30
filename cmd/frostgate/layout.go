package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"
)

// width is the terminal's, 0 where there is none: then nothing is cut.
func (p *program) width() int {
	if p.cli != nil && p.cli.Out != "" {
		return 0
	}
	return widthOf(p.out)
}

func widthOf(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width < 40 {
		return 80
	}
	return width
}

// writeAligned prints rows in columns. On a terminal the widest columns are cut
// so that each row has one line.
func writeAligned(w io.Writer, rows [][]string, width int) error {
	if len(rows) == 0 {
		return nil
	}
	widths := make([]int, len(rows[0]))
	clean := make([][]string, len(rows))
	for r, row := range rows {
		clean[r] = make([]string, len(row))
		for i, s := range row {
			clean[r][i] = printable(s)
			widths[i] = max(widths[i], utf8.RuneCountInString(clean[r][i]))
		}
	}
	if width > 0 {
		shrink(widths, width-2*(len(widths)-1))
	}
	for _, row := range clean {
		var b strings.Builder
		for i, s := range row {
			s = clip(s, widths[i])
			b.WriteString(s)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(s)+2))
			}
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(b.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

// shrink cuts the widest column until all fit, but none below 8.
func shrink(widths []int, room int) {
	for {
		sum, widest := 0, 0
		for i, n := range widths {
			sum += n
			if n > widths[widest] {
				widest = i
			}
		}
		if sum <= room || widths[widest] <= 8 {
			return
		}
		widths[widest] = max(8, widths[widest]-(sum-room))
	}
}

// printable replaces what could move a terminal's cursor: values come from
// attackers too.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '·'
		}
		return r
	}, s)
}

// shorten drops the fractions of times for reading.
func shorten(rows [][]string) {
	for _, row := range rows {
		for i, s := range row {
			if isTime(s) && s[19] == '.' {
				row[i] = s[:19] + "Z"
			}
		}
	}
}

// isTime tells a UTC time in RFC 3339.
func isTime(s string) bool {
	return len(s) >= 20 && len(s) <= 30 && s[4] == '-' && s[10] == 'T' && (s[19] == '.' || s[19] == 'Z') && s[len(s)-1] == 'Z'
}

// enough is how wide a column of text stays where there is little room.
const enough = 16

// fit makes a table (its first row the titles) as narrow as the terminal: times
// lose their seconds, texts are cut, then the last columns go. What names a
// thing is never cut, for it would be copied into the next command. Width 0
// leaves all as it is.
func fit(cs []column, rows [][]string, width int) ([]column, [][]string) {
	if width == 0 || widthOfRow(rows, len(cs)) <= width {
		return cs, rows
	}
	for _, row := range rows[1:] {
		for i, s := range row {
			if isTime(s) {
				row[i] = s[:16] + "Z"
			}
		}
	}
	keep := len(cs)
	for ; keep > 1; keep-- {
		least := 2 * (keep - 1)
		for i, n := range widthsOf(rows, keep) {
			if !cs[i].names() {
				n = min(n, max(enough, utf8.RuneCountInString(cs[i].title)))
			}
			least += n
		}
		if least <= width {
			break
		}
	}
	widths := widthsOf(rows, keep)
	for over := widthOfRow(rows, keep) - width; over > 0; {
		widest := -1
		for i, n := range widths {
			if !cs[i].names() && n > enough && (widest < 0 || n > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		cut := min(over, widths[widest]-enough)
		widths[widest] -= cut
		over -= cut
	}
	out := make([][]string, len(rows))
	for r, row := range rows {
		out[r] = slices.Clone(row[:keep])
		for i, s := range out[r] {
			out[r][i] = clip(s, widths[i])
		}
	}
	return cs[:keep], out
}

// names tells whether the column's values are what other commands take.
func (c column) names() bool {
	last := c.path[strings.LastIndexByte(c.path, '.')+1:]
	return slices.Contains([]string{"id", "hash", "rule", "target", "value", "created_by", "principal"}, last) ||
		strings.HasSuffix(last, "_id") || strings.HasSuffix(last, "_sha256")
}

func titles(cs []column) string {
	names := make([]string, len(cs))
	for i, c := range cs {
		names[i] = strings.ToLower(c.title)
	}
	return strings.Join(names, ", ")
}

// widthsOf measures the first n columns.
func widthsOf(rows [][]string, n int) []int {
	widths := make([]int, n)
	for _, row := range rows {
		for i := range widths {
			widths[i] = max(widths[i], utf8.RuneCountInString(row[i]))
		}
	}
	return widths
}

func widthOfRow(rows [][]string, n int) int {
	sum := 2 * (n - 1)
	for _, w := range widthsOf(rows, n) {
		sum += w
	}
	return sum
}

// clip cuts a text to n characters.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:max(0, n-1)]) + "…"
}
