package sigma

import (
	"bytes"
	"net/netip"
)

// parseAddr reads an address without a zone. netip.ParseAddr takes a string and
// so would need a copy of each text.
func parseAddr(b []byte) (netip.Addr, bool) {
	if bytes.IndexByte(b, ':') < 0 {
		v4, ok := parseIPv4(b)
		return netip.AddrFrom4(v4), ok
	}
	var out [16]byte
	n, gap := 0, -1 // bytes read; where :: stands
	if bytes.HasPrefix(b, []byte("::")) {
		gap, b = 0, b[2:]
	}
	for len(b) > 0 {
		if n == 16 {
			return netip.Addr{}, false
		}
		end := bytes.IndexByte(b, ':')
		if end < 0 {
			end = len(b)
		}
		if end == len(b) && n <= 12 && bytes.IndexByte(b, '.') >= 0 {
			v4, ok := parseIPv4(b)
			if !ok {
				return netip.Addr{}, false
			}
			n += copy(out[n:], v4[:])
			break
		}
		group, ok := parseHex(b[:end])
		if !ok {
			return netip.Addr{}, false
		}
		out[n], out[n+1] = byte(group>>8), byte(group)
		n += 2
		if b = b[end:]; len(b) == 0 {
			break
		}
		if b = b[1:]; len(b) == 0 {
			return netip.Addr{}, false
		}
		if b[0] == ':' {
			if gap >= 0 {
				return netip.Addr{}, false
			}
			gap, b = n, b[1:]
		}
	}
	if gap < 0 != (n == 16) {
		return netip.Addr{}, false
	}
	if gap >= 0 {
		moved := copy(out[16-(n-gap):], out[gap:n])
		clear(out[gap : 16-moved])
	}
	return netip.AddrFrom16(out), true
}

func parseHex(b []byte) (v rune, ok bool) {
	if len(b) == 0 || len(b) > 4 {
		return 0, false
	}
	for _, c := range b {
		d := hexValue(c)
		if d < 0 {
			return 0, false
		}
		v = v<<4 | d
	}
	return v, true
}

func parseIPv4(b []byte) (out [4]byte, ok bool) {
	for i := range out {
		end := bytes.IndexByte(b, '.')
		if end < 0 {
			end = len(b)
		}
		if (end == len(b)) != (i == 3) || end == 0 || end > 3 || end > 1 && b[0] == '0' {
			return out, false
		}
		v := 0
		for _, c := range b[:end] {
			if c-'0' > 9 {
				return out, false
			}
			v = v*10 + int(c-'0')
		}
		if v > 255 {
			return out, false
		}
		out[i] = byte(v)
		b = b[min(end+1, len(b)):]
	}
	return out, true
}
