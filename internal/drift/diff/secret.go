package diff

import (
	"bytes"
	"maps"
)

// A secret in canonical content: the prefix, the key's ID, a colon, an HMAC.
const (
	secretPrefix = `"frostgate-secret:`
	secretKeyID  = 8
	secretMAC    = 64
	// secretMark is the part of the prefix that is looked for: quotes are everywhere
	// in JSON, so that a search that begins with one is seven times slower.
	secretMark = `-secret:`
)

// blind gives both objects with those secrets blanked out that were hashed
// under a key which the other side does not use: they say nothing about each
// other. Lengths stay, so that offsets do.
func (d *Differ) blind(from, to []byte) (shownFrom, shownTo []byte) {
	if !bytes.Contains(from, []byte(secretMark)) || !bytes.Contains(to, []byte(secretMark)) {
		return from, to
	}
	a, b := secretKeys(from), secretKeys(to)
	if maps.Equal(a, b) {
		return from, to
	}
	var blindA, blindB int
	d.from.tmp, blindA = blank(append(d.from.tmp[:0], from...), b)
	d.to.tmp, blindB = blank(append(d.to.tmp[:0], to...), a)
	d.secrets = min(blindA, blindB)
	return d.from.tmp, d.to.tmp
}

func secretKeys(src []byte) map[[secretKeyID]byte]bool {
	keys := make(map[[secretKeyID]byte]bool)
	eachSecret(src, func(text []byte) { keys[[secretKeyID]byte(text)] = true })
	return keys
}

// blank overwrites the secrets whose key is not among known.
func blank(src []byte, known map[[secretKeyID]byte]bool) (out []byte, n int) {
	eachSecret(src, func(text []byte) {
		if !known[[secretKeyID]byte(text)] {
			n++
			for i := range text {
				if i != secretKeyID {
					text[i] = '0'
				}
			}
		}
	})
	return src, n
}

// eachSecret gives "keyid:hmac" of every secret.
func eachSecret(src []byte, each func(text []byte)) {
	const length = secretKeyID + 1 + secretMAC
	for at := 0; ; {
		i := bytes.Index(src[at:], []byte(secretMark))
		if i < 0 {
			return
		}
		at += i + len(secretMark)
		if !bytes.HasSuffix(src[:at], []byte(secretPrefix)) || len(src) < at+length+1 {
			continue
		}
		if text := src[at : at+length]; text[secretKeyID] == ':' && src[at+length] == '"' {
			each(text)
		}
	}
}
