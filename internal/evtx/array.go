package evtx

// appendArray appends an array value as a JSON array, or with quote false its
// items with commas between.
func appendArray(dst []byte, v *value, quote bool) []byte {
	item := value{typ: v.typ &^ typeArray}
	if quote {
		dst = append(dst, '[')
	}
	from := len(dst)
	for rest := v.data; len(rest) > 0; {
		item.data, rest = nextItem(item.typ, rest)
		if len(dst) > from {
			dst = append(dst, ',')
		}
		dst = appendValue(dst, &item, quote)
	}
	if quote {
		dst = append(dst, ']')
	}
	return dst
}

// nextItem cuts the first item off the data of an array. Strings end with a NUL,
// SIDs say how long they are; what fits nothing is one item.
func nextItem(typ byte, data []byte) (item, rest []byte) {
	n := width(typ)
	switch typ {
	case typeString, typeXML:
		for i := 0; i+2 <= len(data); i += 2 {
			if data[i] == 0 && data[i+1] == 0 {
				return data[:i], data[i+2:]
			}
		}
	case typeANSI:
		for i, b := range data {
			if b == 0 {
				return data[:i], data[i+1:]
			}
		}
	case typeSID:
		if len(data) >= 2 {
			n = 8 + 4*int(data[1])
		}
	case typeSizeT, typeHandle:
		if n = 8; len(data)%8 != 0 {
			n = 4
		}
	}
	if n == 0 || n > len(data) {
		return data, nil
	}
	return data[:n], data[n:]
}
