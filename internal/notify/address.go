package notify

import (
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// special lists networks that no public endpoint lives in, beside those that
// net/netip knows (IANA special-purpose address registries).
func special() []netip.Prefix {
	var out []netip.Prefix
	for _, s := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
		"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"168.63.129.16/32", // Azure's host agent, on a public address
		"64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
	} {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

// forbidden says why an address must not be dialled; empty when it may. NAT64
// and 6to4 are refused whole, because they carry an IPv4 address inside, and so
// is what an IPv4-mapped address stands for.
func forbidden(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	switch {
	case !a.IsValid():
		return "not an address"
	case a.IsUnspecified():
		return "unspecified"
	case a.IsLoopback():
		return "loopback"
	case a.IsPrivate():
		return "private"
	case a.IsLinkLocalUnicast(), a.IsLinkLocalMulticast(), a.IsInterfaceLocalMulticast():
		return "link-local"
	case a.IsMulticast():
		return "multicast"
	}
	for _, p := range special() {
		if p.Contains(a) {
			return "special purpose"
		}
	}
	return ""
}

// AddressError is a dial that was refused for where it would have gone.
type AddressError struct {
	Addr   netip.Addr
	Reason string
}

// Error names the address and the reason.
func (e *AddressError) Error() string {
	return fmt.Sprintf("address %s is refused: %s", e.Addr, e.Reason)
}

// publicOnly is a net.Dialer.Control: it sees the address after resolution, so a
// name that resolves elsewhere on the second look gains nothing.
func publicOnly(network, address string, _ syscall.RawConn) error {
	if network != "tcp4" && network != "tcp6" {
		return fmt.Errorf("network %q is refused", network)
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return err
	}
	if why := forbidden(a); why != "" {
		return &AddressError{Addr: a, Reason: why}
	}
	return nil
}
