package evtx

import (
	"bytes"
	"encoding/binary"
	"math"
	"strconv"
)

// Types of values, [MS-EVEN6] 2.2.12 (BinXml value types).
const (
	typeNull     = 0x00
	typeString   = 0x01
	typeANSI     = 0x02
	typeInt8     = 0x03
	typeUint8    = 0x04
	typeInt16    = 0x05
	typeUint16   = 0x06
	typeInt32    = 0x07
	typeUint32   = 0x08
	typeInt64    = 0x09
	typeUint64   = 0x0a
	typeReal32   = 0x0b
	typeReal64   = 0x0c
	typeBool     = 0x0d
	typeBinary   = 0x0e
	typeGUID     = 0x0f
	typeSizeT    = 0x10
	typeFileTime = 0x11
	typeSysTime  = 0x12
	typeSID      = 0x13
	typeHex32    = 0x14
	typeHex64    = 0x15
	typeHandle   = 0x20
	typeBinXML   = 0x21
	typeXML      = 0x23
	typeArray    = 0x80 // flag
)

// value is one value of a template instance.
type value struct {
	typ  byte
	data []byte
	at   int // of data in the chunk, for nested BinXML
}

// width is the size of one value of a type, 0 where it varies.
func width(typ byte) int {
	switch typ {
	case typeInt8, typeUint8:
		return 1
	case typeInt16, typeUint16:
		return 2
	case typeInt32, typeUint32, typeReal32, typeBool, typeHex32:
		return 4
	case typeInt64, typeUint64, typeReal64, typeFileTime, typeHex64:
		return 8
	case typeGUID, typeSysTime:
		return 16
	}
	return 0
}

// isText reports whether the value is a string of any kind.
func (v *value) isText() bool {
	return v.typ == typeString || v.typ == typeANSI || v.typ == typeXML
}

// trim drops what stands behind the text of a string. Items of arrays end with a
// NUL instead and stay as they are.
func (v *value) trim() {
	switch v.typ {
	case typeString, typeXML:
		v.data = trimUTF16(v.data)
	case typeANSI:
		v.data = bytes.TrimRight(v.data, "\x00")
	}
}

// empty reports whether there is nothing to show.
func (v *value) empty() bool { return v.typ == typeNull || len(v.data) == 0 }

// appendValue appends the value as JSON, or with quote false as the inside of a
// string.
func appendValue(dst []byte, v *value, quote bool) []byte {
	if v.typ&typeArray != 0 {
		return appendArray(dst, v, quote)
	}
	if n := width(v.typ); n != 0 && n != len(v.data) {
		if len(v.data) == 0 {
			return appendNull(dst, quote)
		}
		return appendHexBytes(dst, v.data, quote)
	}
	d := v.data
	switch v.typ {
	case typeNull:
		return appendNull(dst, quote)
	case typeInt8:
		return strconv.AppendInt(dst, int64(int8(d[0])), 10)
	case typeUint8:
		return strconv.AppendUint(dst, uint64(d[0]), 10)
	case typeInt16:
		return strconv.AppendInt(dst, int64(int16(binary.LittleEndian.Uint16(d))), 10)
	case typeUint16:
		return strconv.AppendUint(dst, uint64(binary.LittleEndian.Uint16(d)), 10)
	case typeInt32:
		return strconv.AppendInt(dst, int64(int32(binary.LittleEndian.Uint32(d))), 10)
	case typeUint32:
		return strconv.AppendUint(dst, uint64(binary.LittleEndian.Uint32(d)), 10)
	case typeInt64:
		return strconv.AppendInt(dst, int64(binary.LittleEndian.Uint64(d)), 10)
	case typeUint64:
		return strconv.AppendUint(dst, binary.LittleEndian.Uint64(d), 10)
	case typeBool:
		return strconv.AppendBool(dst, binary.LittleEndian.Uint32(d) != 0)
	case typeReal32:
		return appendFloat(dst, float64(math.Float32frombits(binary.LittleEndian.Uint32(d))), 32, quote)
	case typeReal64:
		return appendFloat(dst, math.Float64frombits(binary.LittleEndian.Uint64(d)), 64, quote)
	}
	if !quote {
		return appendText(dst, v)
	}
	dst = append(dst, '"')
	dst = appendText(dst, v)
	return append(dst, '"')
}

// appendText appends a value that is a JSON string, without its quotes. Fixed
// sizes are checked already.
func appendText(dst []byte, v *value) []byte {
	d := v.data
	switch v.typ {
	case typeString, typeXML:
		return appendUTF16(dst, d)
	case typeANSI:
		return appendANSI(dst, d)
	case typeGUID:
		return appendGUID(dst, d)
	case typeFileTime:
		return appendFileTime(dst, binary.LittleEndian.Uint64(d))
	case typeSysTime:
		return appendSysTime(dst, d)
	case typeSID:
		return appendSID(dst, d)
	case typeHex32:
		return appendHex(dst, uint64(binary.LittleEndian.Uint32(d)))
	case typeHex64:
		return appendHex(dst, binary.LittleEndian.Uint64(d))
	case typeSizeT, typeHandle:
		switch len(d) {
		case 4:
			return appendHex(dst, uint64(binary.LittleEndian.Uint32(d)))
		case 8:
			return appendHex(dst, binary.LittleEndian.Uint64(d))
		}
	}
	return appendHexBytes(dst, d, false)
}

func appendNull(dst []byte, quote bool) []byte {
	if !quote {
		return dst
	}
	return append(dst, "null"...)
}

func appendFloat(dst []byte, f float64, bits int, quote bool) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		if !quote {
			return strconv.AppendFloat(dst, f, 'g', -1, bits)
		}
		dst = append(dst, '"')
		return append(strconv.AppendFloat(dst, f, 'g', -1, bits), '"')
	}
	format := byte('f')
	if a := math.Abs(f); a != 0 && (a < 1e-6 || a >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(dst, f, format, -1, bits)
}

func appendHex(dst []byte, v uint64) []byte {
	return strconv.AppendUint(append(dst, '0', 'x'), v, 16)
}

func appendHexBytes(dst, src []byte, quote bool) []byte {
	if quote {
		dst = append(dst, '"')
	}
	for _, b := range src {
		dst = append(dst, hexUpper[b>>4], hexUpper[b&15])
	}
	if quote {
		dst = append(dst, '"')
	}
	return dst
}

// appendGUID writes the three little-endian groups and the two plain ones.
func appendGUID(dst, d []byte) []byte {
	for i, at := range [16]byte{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15} {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			dst = append(dst, '-')
		}
		dst = append(dst, hexUpper[d[at]>>4], hexUpper[d[at]&15])
	}
	return dst
}

// appendSID writes S-1-5-...; what is no SID is hexadecimal.
func appendSID(dst, d []byte) []byte {
	if len(d) < 8 || len(d) != 8+4*int(d[1]) {
		return appendHexBytes(dst, d, false)
	}
	dst = append(dst, 'S', '-')
	dst = strconv.AppendUint(dst, uint64(d[0]), 10)
	var authority uint64
	for _, b := range d[2:8] {
		authority = authority<<8 | uint64(b)
	}
	dst = strconv.AppendUint(append(dst, '-'), authority, 10)
	for d = d[8:]; len(d) >= 4; d = d[4:] {
		dst = strconv.AppendUint(append(dst, '-'), uint64(binary.LittleEndian.Uint32(d)), 10)
	}
	return dst
}
