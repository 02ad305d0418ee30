package db

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"

	"frostgate.io/frostgate/internal/fault"
)

// Cursors of lists are opaque to callers: base64url without padding over a
// version byte, the list's name and the sort key of the last row given.
const (
	cursorVersion = 1
	maxCursor     = 4096 // characters; some lists go by names of 1,024 bytes
)

// Page bounds of every list.
const (
	DefaultPage = 50
	MaxPage     = 500
)

// PageSize gives the rows of one page: the default for 0, never above MaxPage.
func PageSize(limit int) int {
	if limit <= 0 {
		return DefaultPage
	}
	return min(limit, MaxPage)
}

// EncodeCursor makes the cursor that continues the named list after the row
// with this sort key: strings and int64s, in order.
func EncodeCursor(list string, key ...any) string {
	b := []byte{cursorVersion}
	b = appendText(b, list)
	for _, part := range key {
		switch v := part.(type) {
		case string:
			b = appendText(append(b, 's'), v)
		case int64:
			b = binary.AppendVarint(append(b, 'i'), v)
		default:
			panic(fmt.Sprintf("db: cursor part of type %T", part))
		}
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// DecodeCursor reads a cursor of the named list into dest (*string, *int64).
// An empty cursor is the beginning and leaves dest as it is. Everything that
// EncodeCursor does not write is fault.Invalid.
func DecodeCursor(list, cursor string, dest ...any) error {
	if cursor == "" {
		return nil
	}
	bad := fault.New(fault.Invalid, "the cursor is not one that this list gave; start again without it").At("cursor")
	if len(cursor) > maxCursor {
		return bad
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(b) == 0 || b[0] != cursorVersion {
		return bad
	}
	name, b, ok := cutText(b[1:])
	if !ok || name != list {
		return bad
	}
	for _, d := range dest {
		if b, ok = cutPart(b, d); !ok {
			return bad
		}
	}
	if len(b) != 0 {
		return bad
	}
	return nil
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func cutText(b []byte) (text string, rest []byte, ok bool) {
	size, n := binary.Uvarint(b)
	if n <= 0 || size > uint64(len(b)-n) {
		return "", nil, false
	}
	return string(b[n : n+int(size)]), b[n+int(size):], true
}

func cutPart(b []byte, dest any) (rest []byte, ok bool) {
	if len(b) == 0 {
		return nil, false
	}
	switch d := dest.(type) {
	case *string:
		if b[0] != 's' {
			return nil, false
		}
		*d, rest, ok = cutText(b[1:])
		return rest, ok
	case *int64:
		v, n := binary.Varint(b[1:])
		if b[0] != 'i' || n <= 0 {
			return nil, false
		}
		*d = v
		return b[1+n:], true
	}
	panic(fmt.Sprintf("db: cursor part of type %T", dest))
}
