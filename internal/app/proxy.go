package app

import (
	"net"
	"net/netip"
)

// onlyFrom refuses connections from outside a network: behind a proxy that ends
// TLS nobody else may speak to the plain port.
func onlyFrom(ln net.Listener, cidr string) (net.Listener, error) {
	p, err := netip.ParsePrefix(cidr)
	if err != nil {
		return nil, configFault("trusted_proxy", "trusted_proxy: %v", err)
	}
	return &filtered{Listener: ln, from: p.Masked()}, nil
}

type filtered struct {
	net.Listener
	from netip.Prefix
}

// Accept returns the next connection from the network and closes others.
func (f *filtered) Accept() (net.Conn, error) {
	for {
		c, err := f.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if a, ok := c.RemoteAddr().(*net.TCPAddr); ok && f.from.Contains(a.AddrPort().Addr().Unmap()) {
			return c, nil
		}
		_ = c.Close() // nothing to say to a stranger
	}
}
