package anomaly

import (
	"encoding/binary"
	"errors"
	"net/netip"
)

// Observation is what is learned from one event: hashes (Key.Hash, 0 where the
// event names none) and a few numbers. It is all that rebuilding a State needs.
type Observation struct {
	Source, Type, Network, User, Host, Action, Country uint64
	Hour                                               uint8 // of the day, UTC
	HasFails                                           bool
	Fails                                              uint64
	Size                                               uint64
}

// Network returns the network that an address belongs to, as text: /24, for IPv6
// /48. What is no address is itself.
func Network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	bits := 48
	if a = a.Unmap(); a.Is4() {
		bits = 24
	}
	p, err := a.WithZone("").Prefix(bits)
	if err != nil {
		return address
	}
	return p.String()
}

func (o *Observation) hashes() [7]*uint64 {
	return [7]*uint64{&o.Source, &o.Type, &o.Network, &o.User, &o.Host, &o.Action, &o.Country}
}

const failsFlag = 1 << 7

var errObservation = errors.New("an observation is damaged")

// Append appends the encoding: a byte that says what is there, the hashes, hour,
// failures and size.
func (o *Observation) Append(b []byte) []byte {
	at := len(b)
	b = append(b, 0)
	for i, h := range o.hashes() {
		if *h != 0 {
			b[at] |= 1 << i
			b = binary.BigEndian.AppendUint64(b, *h)
		}
	}
	b = append(b, o.Hour)
	if o.HasFails {
		b[at] |= failsFlag
		b = binary.AppendUvarint(b, o.Fails)
	}
	return binary.AppendUvarint(b, o.Size)
}

// DecodeObservation reads one observation and returns what stands behind it.
func DecodeObservation(b []byte) (o Observation, rest []byte, err error) {
	if len(b) == 0 {
		return o, nil, errObservation
	}
	present := b[0]
	b = b[1:]
	for i, h := range o.hashes() {
		if present&(1<<i) == 0 {
			continue
		}
		if len(b) < 8 {
			return o, nil, errObservation
		}
		if *h = binary.BigEndian.Uint64(b); *h == 0 {
			return o, nil, errObservation
		}
		b = b[8:]
	}
	if len(b) == 0 || b[0] > 23 {
		return o, nil, errObservation
	}
	o.Hour, b = b[0], b[1:]
	if o.HasFails = present&failsFlag != 0; o.HasFails {
		if o.Fails, b, err = uvarint(b); err != nil {
			return o, nil, err
		}
	}
	o.Size, b, err = uvarint(b)
	return o, b, err
}

// uvarint reads a number in its shortest form.
func uvarint(b []byte) (uint64, []byte, error) {
	n, size := binary.Uvarint(b)
	if size <= 0 || size > 1 && b[size-1] == 0 {
		return 0, nil, errObservation
	}
	return n, b[size:], nil
}
