package connector

import (
	"bytes"
	"strings"
	"time"

	"frostgate.io/frostgate/internal/domain"
)

// skew is how far ahead of Now a line without a year may be before its year is
// taken to be an earlier one; the pipeline tolerates the same.
const skew = 5 * time.Minute

// stamps reads the timestamps of syslog lines, remembering the last one because
// neighbours share it.
//
// Lines without a year (RFC 3164) get the latest year in which they are not in
// the future of now, give or take skew; 29 February goes to a leap year. Their
// zone is a setting, UTC by default.
type stamps struct {
	now  func() domain.Micros
	zone *time.Location
	last []byte
	text string // RFC 3339, UTC
	unix int64
}

func newStamps(now func() domain.Micros, zone *time.Location) stamps {
	return stamps{now: now, zone: zone}
}

// read returns the timestamp at the beginning of a line and what follows it.
func (s *stamps) read(line []byte) (text string, unix int64, rest []byte, ok bool) {
	token, rest, ok := cutStamp(line)
	if !ok {
		return "", 0, nil, false
	}
	if bytes.Equal(token, s.last) {
		return s.text, s.unix, rest, true
	}
	var t time.Time
	if isDigit(token[0]) {
		parsed, err := time.Parse(time.RFC3339Nano, string(token))
		if t = parsed.UTC(); err != nil || !writable(t) {
			return "", 0, nil, false
		}
		s.text = formatUTC(t, fractionDigits(string(token)))
	} else {
		if t, ok = s.yearless(token); !ok {
			return "", 0, nil, false
		}
		s.text = formatUTC(t, 0)
	}
	s.unix = t.Unix()
	s.last = append(s.last[:0], token...)
	return s.text, s.unix, rest, true
}

// yearless finds the year of "Jan _2 15:04:05".
func (s *stamps) yearless(token []byte) (time.Time, bool) {
	month := monthOf(token)
	day := bytes.TrimLeft(token[3:], " ")
	clock := token[len(token)-8:]
	d := int(day[0] - '0')
	if isDigit(day[1]) {
		d = d*10 + int(day[1]-'0')
	}
	hour, minute, second := two(clock), two(clock[3:]), two(clock[6:])
	if month == 0 || d == 0 || hour > 23 || minute > 59 || second > 60 {
		return time.Time{}, false
	}
	now := time.UnixMicro(int64(s.now())).In(s.zone)
	limit := now.Add(skew)
	// Leap days are at most eight years apart; one more for the year to come.
	for year := now.Year() + 1; year >= now.Year()-9; year-- {
		t := time.Date(year, month, d, hour, minute, second, 0, s.zone)
		if t.Day() == d && t.Month() == month && !t.After(limit) || second == 60 && !t.After(limit) {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// cutStamp finds the bytes of a syslog timestamp, after an optional <priority>:
// "Mar 27 13:06:56" or RFC 3339. It judges the form only.
func cutStamp(line []byte) (stamp, rest []byte, ok bool) {
	if len(line) > 0 && line[0] == '<' {
		if end := bytes.IndexByte(line[:min(len(line), 5)], '>'); end > 1 {
			line = line[end+1:]
		}
	}
	if len(line) < len("Mar 1 13:06:56 h") {
		return nil, nil, false
	}
	end := 0
	if isDigit(line[0]) {
		end = bytes.IndexByte(line[:min(len(line), 40)], ' ')
		if end < len("2006-01-02T15:04:05Z") || line[4] != '-' || line[10] != 'T' {
			return nil, nil, false
		}
	} else {
		if monthOf(line) == 0 || line[3] != ' ' {
			return nil, nil, false
		}
		i := 4
		for i < 6 && line[i] == ' ' {
			i++
		}
		from := i
		for i < from+2 && isDigit(line[i]) {
			i++
		}
		end = i + len(" 13:06:56")
		if i == from || len(line) <= end || !isClock(line[i:end]) || line[end] != ' ' {
			return nil, nil, false
		}
	}
	return line[:end], line[end+1:], true
}

// isClock matches " 13:06:56".
func isClock(b []byte) bool {
	for i, c := range []byte(" dd:dd:dd") {
		if c == 'd' && !isDigit(b[i]) || c != 'd' && b[i] != c {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return c-'0' <= 9 }

func two(b []byte) int { return int(b[0]-'0')*10 + int(b[1]-'0') }

func monthOf(b []byte) time.Month {
	if i := strings.Index("JanFebMarAprMayJunJulAugSepOctNovDec", string(b[:3])); i >= 0 && i%3 == 0 {
		return time.Month(i/3 + 1)
	}
	return 0
}

// writable reports whether the pipeline takes the time's year.
func writable(t time.Time) bool { return t.Year() >= 1970 && t.Year() <= 9999 }

// formatUTC writes RFC 3339 in UTC with the given number of fraction digits.
func formatUTC(t time.Time, digits int) string {
	layout := "2006-01-02T15:04:05"
	if digits > 0 {
		layout += "." + strings.Repeat("0", min(digits, 9))
	}
	return t.UTC().Format(layout) + "Z"
}

// fractionDigits counts the digits of the fraction of a second.
func fractionDigits(s string) int {
	_, frac, ok := strings.Cut(s, ".")
	if !ok {
		return 0
	}
	n := 0
	for n < len(frac) && isDigit(frac[n]) {
		n++
	}
	return n
}

// utcText turns an ISO time with "T" or a blank, with or without a zone, into
// RFC 3339 in UTC; zone is for those without.
func utcText(s string, zone *time.Location) (string, bool) {
	if len(s) < len("2006-01-02T15:04:05") || len(s) > 40 {
		return "", false
	}
	s = strings.Replace(s, ",", ".", 1)
	if s[10] == ' ' {
		s = s[:10] + "T" + s[11:]
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil && writable(t.UTC()) {
		return formatUTC(t, fractionDigits(s)), true
	}
	t, err := time.ParseInLocation("2006-01-02T15:04:05.999999999", s, zone)
	if err != nil || !writable(t.UTC()) {
		return "", false
	}
	return formatUTC(t, fractionDigits(s)), true
}
