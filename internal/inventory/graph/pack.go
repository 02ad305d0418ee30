package graph

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
)

// Flags of a packed reference, below the number of its rule.
const (
	packedKnown = 1 << iota
	packedSure
	packedGUID // the identity is a GUID in 16 bytes
	packedRule // the rule's number times this
)

// pack writes references for storage: for each the rule's number and flags, the
// type where the rule leaves it open, and the identity. Texts come with their
// length.
func (x *extractor) pack(dst []byte, refs []ref) []byte {
	var guid [16]byte
	for _, r := range refs {
		head := uint64(r.rule) * packedRule
		if r.known {
			head |= packedKnown
		}
		if r.sure {
			head |= packedSure
		}
		isGUID := parseGUID(&guid, r.id)
		if isGUID {
			head |= packedGUID
		}
		dst = binary.AppendUvarint(dst, head)
		if _, fixed := x.set.refs[r.rule].to.constant(); !fixed {
			dst = append(binary.AppendUvarint(dst, uint64(len(r.typ))), r.typ...)
		}
		if isGUID {
			dst = append(dst, guid[:]...)
			continue
		}
		dst = append(binary.AppendUvarint(dst, uint64(len(r.id))), r.id...)
	}
	return dst
}

// parseGUID reads a GUID in the one form that formatGUID writes.
func parseGUID(dst *[16]byte, s string) bool {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return false
	}
	var digits [32]byte
	n := 0
	for i := range len(s) {
		c := s[i]
		if i == 8 || i == 13 || i == 18 || i == 23 {
			continue
		}
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
		digits[n] = c
		n++
	}
	_, err := hex.Decode(dst[:], digits[:])
	return err == nil
}

func formatGUID(dst *[36]byte, b []byte) []byte {
	hex.Encode(dst[0:8], b[0:4])
	hex.Encode(dst[9:13], b[4:6])
	hex.Encode(dst[14:18], b[6:8])
	hex.Encode(dst[19:23], b[8:10])
	hex.Encode(dst[24:36], b[10:16])
	dst[8], dst[13], dst[18], dst[23] = '-', '-', '-', '-'
	return dst[:]
}

var errPacked = errors.New("packed references are damaged")

// unpack reads what pack wrote; typ and id are good during the call. typ is nil
// where the rule names it.
func (x *extractor) unpack(packed []byte, each func(rule int, sure, known bool, typ, id []byte)) error {
	var guid [36]byte
	for len(packed) > 0 {
		head, w := binary.Uvarint(packed)
		if w <= 0 || head/packedRule >= uint64(len(x.set.refs)) {
			return errPacked
		}
		packed = packed[w:]
		number := int(head / packedRule)
		var typ, id []byte
		ok := true
		if _, fixed := x.set.refs[number].to.constant(); !fixed {
			typ, packed, ok = packedText(packed)
		}
		switch {
		case !ok:
		case head&packedGUID == 0:
			id, packed, ok = packedText(packed)
		case len(packed) >= 16:
			id, packed = formatGUID(&guid, packed), packed[16:]
		default:
			ok = false
		}
		if !ok {
			return errPacked
		}
		each(number, head&packedSure != 0, head&packedKnown != 0, typ, id)
	}
	return nil
}

// packedText takes a text with its length off.
func packedText(packed []byte) (text, rest []byte, ok bool) {
	n, w := binary.Uvarint(packed)
	if w <= 0 || n > uint64(len(packed)-w) {
		return nil, nil, false
	}
	return packed[w : w+int(n)], packed[w+int(n):], true
}
