package receipt

import (
	"encoding/json" //nolint:depguard // what is read is encoded again and compared, or split by members, which refuses duplicates
	"errors"
)

// unmarshal is for texts that are accepted only when encoding them again gives
// the same bytes.
func unmarshal(data []byte, into any) error { return json.Unmarshal(data, into) }

// appendString appends s as a JSON string.
func appendString(dst []byte, s string) ([]byte, error) {
	b, err := json.Marshal(s)
	return append(dst, b...), err
}

// decodeStrings reads an array of at most most strings.
func decodeStrings(raw []byte, most, limit int) ([]string, error) {
	var parts []json.RawMessage
	if len(raw) == 0 || raw[0] != '[' {
		return nil, errors.New("want an array of strings")
	}
	if err := json.Unmarshal(raw, &parts); err != nil {
		return nil, err
	}
	if len(parts) > most {
		return nil, errors.New("too many")
	}
	all := make([]string, len(parts))
	for i := range parts {
		var err error
		if all[i], err = decodeString(parts[i], limit); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// decodeRanges reads an array of pairs of integers, first and last.
func decodeRanges(raw []byte) ([][2]uint64, error) {
	var pairs [][]json.RawMessage
	if err := json.Unmarshal(raw, &pairs); err != nil {
		return nil, err
	}
	all := make([][2]uint64, len(pairs))
	for i, p := range pairs {
		if len(p) != 2 {
			return nil, errors.New("want pairs of first and last")
		}
		for j := range p {
			n, err := parseDecimal(string(p[j]))
			if err != nil {
				return nil, err
			}
			all[i][j] = n
		}
		if all[i][0] > all[i][1] {
			return nil, errors.New("a range ends before it begins")
		}
	}
	return all, nil
}
