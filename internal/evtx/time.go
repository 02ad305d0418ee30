package evtx

import "encoding/binary"

// appendFileTime writes 100 ns ticks since 1601 as RFC 3339 with microseconds.
func appendFileTime(dst []byte, ticks uint64) []byte {
	const perSecond, perDay = 10_000_000, 86400
	seconds, rest := ticks/perSecond, ticks%perSecond
	year, month, day := civil(int64(seconds / perDay))
	s := int(seconds % perDay)
	return appendStamp(dst, year, month, day, s/3600, s/60%60, s%60, int(rest/10))
}

// appendSysTime writes a SYSTEMTIME: eight 16-bit fields, the third a weekday.
func appendSysTime(dst, d []byte) []byte {
	f := func(i int) int { return int(binary.LittleEndian.Uint16(d[2*i:])) }
	return appendStamp(dst, f(0), f(1), f(3), f(4), f(5), f(6), f(7)*1000)
}

// civil turns days since 1601-01-01 into a date of the Gregorian calendar, which
// repeats every 400 years; years begin in March so that leap days come last.
func civil(days int64) (year, month, day int) {
	const per400 = 146097
	days += 306 // to 1600-03-01
	era, n := days/per400, int(days%per400)
	y := (n - n/1460 + n/36524 - n/146096) / 365
	n -= 365*y + y/4 - y/100
	m := (5*n + 2) / 153
	day = n - (153*m+2)/5 + 1
	month = m + 3
	year = y + int(era)*400 + 1600
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}

func appendStamp(dst []byte, year, month, day, hour, minute, second, micros int) []byte {
	dst = appendPadded(dst, year, 4)
	dst = appendPadded(append(dst, '-'), month, 2)
	dst = appendPadded(append(dst, '-'), day, 2)
	dst = appendPadded(append(dst, 'T'), hour, 2)
	dst = appendPadded(append(dst, ':'), minute, 2)
	dst = appendPadded(append(dst, ':'), second, 2)
	dst = appendPadded(append(dst, '.'), micros, 6)
	return append(dst, 'Z')
}

// appendPadded writes n with at least the given number of digits.
func appendPadded(dst []byte, n, digits int) []byte {
	var buf [20]byte
	i := len(buf)
	for ; n > 0 || digits > 0; digits-- {
		i--
		buf[i] = byte('0' + n%10)
		n /= 10
	}
	return append(dst, buf[i:]...)
}
