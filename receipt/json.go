package receipt

import (
	"encoding/json" //nolint:depguard // what is read is encoded again and compared, or split by members, which refuses duplicates
	"errors"
	"fmt"
	"strings"
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

// decodeRanges reads an array of pairs of integers, first and last, in its
// canonical form. It is read by hand because a large one takes ten times its
// size through the JSON package.
func decodeRanges(raw []byte) ([][2]uint64, error) {
	text := string(raw)
	if text == "[]" {
		return nil, nil
	}
	text, opened := strings.CutPrefix(text, "[[")
	text, closed := strings.CutSuffix(text, "]]")
	if !opened || !closed {
		return nil, errors.New("want an array of pairs of first and last")
	}
	all := make([][2]uint64, 0, strings.Count(text, "[")+1)
	for pair := range strings.SplitSeq(text, "],[") {
		first, last, ok := strings.Cut(pair, ",")
		a, err1 := parseDecimal(first)
		b, err2 := parseDecimal(last)
		if !ok || err1 != nil || err2 != nil || a > b {
			return nil, fmt.Errorf("%.40q is no pair of first and last", pair)
		}
		all = append(all, [2]uint64{a, b})
	}
	return all, nil
}
