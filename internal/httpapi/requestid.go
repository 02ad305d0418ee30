package httpapi

import (
	"encoding/hex"
	"net/http"
)

// maxRequestID bounds what a client may call its request.
const maxRequestID = 64

// requestID keeps the client's X-Request-ID when it is harmless in logs and
// headers, else makes one.
func (s *Server) requestID(r *http.Request) string {
	if v := r.Header["X-Request-Id"]; len(v) == 1 && saneID(v[0]) {
		return v[0]
	}
	var raw [12]byte
	s.clock.Random(raw[:])
	var out [4 + 24]byte
	copy(out[:], "req_")
	hex.Encode(out[4:], raw[:])
	return string(out[:])
}

func saneID(id string) bool {
	if len(id) < 1 || len(id) > maxRequestID {
		return false
	}
	for i := range len(id) {
		c := id[i]
		ok := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.'
		if !ok {
			return false
		}
	}
	return true
}
