package enforce

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/fault"
)

// Kind says what an allow-list entry names.
type Kind string

// The kinds of allow-list entries.
const (
	IP      Kind = "ip"
	Range   Kind = "range" // CIDR
	User    Kind = "user"
	Host    Kind = "host"
	Session Kind = "session"
	Country Kind = "country" // ISO 3166-1 alpha-2
	ASN     Kind = "asn"     // AS and a number
)

const kindNames = "ip, range, user, host, session, country, asn"

const maxValue = 256

// Shortest prefixes that a range may have: beyond them a list would switch off
// blocking for a large part of the internet. fc00::/7 is still allowed.
const (
	minBits4 = 8
	minBits6 = 7
)

// Canonical returns the one text form in which a value of the kind is stored
// and compared; the error is a *fault.Error that says what is wrong with it.
func Canonical(kind Kind, value string) (string, error) {
	bad := func(format string, args ...any) (string, error) {
		return "", fault.New(fault.Invalid, format, args...).At("value")
	}
	switch {
	case value == "":
		return bad("value is empty")
	case len(value) > maxValue:
		return bad("value is longer than %d bytes", maxValue)
	case !utf8.ValidString(value):
		return bad("value is not valid UTF-8")
	case strings.IndexFunc(value, unicode.IsControl) >= 0:
		return bad("value holds a control character")
	case strings.TrimSpace(value) != value:
		return bad("value begins or ends with a space")
	}
	switch kind {
	case IP:
		a, ok := parseAddr(value)
		if !ok {
			return bad("%q is not an IP address; a network goes under kind range", value)
		}
		return a.String(), nil
	case Range:
		return canonicalRange(value)
	case Host:
		h := canonicalHost(value)
		if h == "" || strings.ContainsAny(h, " \t/") {
			return bad("%q is not a host name", value)
		}
		return h, nil
	case User, Session:
		return value, nil
	case Country:
		c := strings.ToUpper(value)
		if len(c) != 2 || c[0] < 'A' || c[0] > 'Z' || c[1] < 'A' || c[1] > 'Z' {
			return bad("%q is not a two-letter country code (ISO 3166-1 alpha-2)", value)
		}
		return c, nil
	case ASN:
		digits := value
		if len(value) > 2 && strings.EqualFold(value[:2], "AS") {
			digits = value[2:]
		}
		n, err := strconv.ParseUint(digits, 10, 32)
		if err != nil || n == 0 || digits[0] == '+' {
			return bad("%q is not an AS number (AS1 to AS4294967295)", value)
		}
		return "AS" + strconv.FormatUint(n, 10), nil
	}
	return "", fault.New(fault.Invalid, "unknown kind %q; known: %s", string(kind), kindNames).At("kind")
}

// parseAddr reads an address in its plain form: IPv4-mapped IPv6 is the IPv4
// address it stands for, and a zone is refused.
func parseAddr(s string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return netip.Addr{}, false
	}
	return a.Unmap(), true
}

// parseRange reads a prefix; a mapped one becomes IPv4.
func parseRange(s string) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, false
	}
	if a := p.Addr(); a.Is4In6() {
		if p.Bits() < 96 {
			return netip.Prefix{}, false
		}
		p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
	}
	return p, true
}

func canonicalRange(value string) (string, error) {
	bad := func(format string, args ...any) (string, error) {
		return "", fault.New(fault.Invalid, format, args...).At("value")
	}
	p, ok := parseRange(value)
	if !ok {
		return bad("%q is not a network in CIDR form, as in 192.0.2.0/24 or 2001:db8::/32", value)
	}
	if m := p.Masked(); m != p {
		return bad("%s names an address within the network; did you mean %s?", value, m)
	}
	if least := minBits4; p.Addr().Is4() && p.Bits() < least {
		return bad("%s is too wide: an IPv4 range has at least /%d", value, least)
	}
	if least := minBits6; p.Addr().Is6() && p.Bits() < least {
		return bad("%s is too wide: an IPv6 range has at least /%d", value, least)
	}
	return p.String(), nil
}

// canonicalHost lower-cases a name and drops the dot of the DNS root.
func canonicalHost(s string) string { return strings.ToLower(strings.TrimSuffix(s, ".")) }
