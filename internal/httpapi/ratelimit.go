package httpapi

import (
	"net/http"
	"strconv"
	"time"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

// takeQuota counts n requests against the tenant's limit of a class and writes
// the RateLimit headers (draft-ietf-httpapi-ratelimit-headers-10); over the
// limit it refuses with the time to wait.
func (s *Server) takeQuota(h http.Header, id domain.TenantID, class tenant.Class, n int64) error {
	q := s.deps.Limits.Take(id, class, n)
	writeQuota(h, class, q)
	if q.Allowed {
		return nil
	}
	e := fault.New(fault.RateLimited, "The tenant's limit for %s requests is %d in %d seconds.", class, q.Limit, q.Window)
	e.Limit = string(class)
	return &waitError{cause: e, after: time.Duration(q.RetryAfterSeconds) * time.Second}
}

// writeQuota writes "defend";q=100;w=60 and "defend";r=50;t=30.
func writeQuota(h http.Header, class tenant.Class, q auth.Quota) {
	var buf [64]byte
	b := append(buf[:0], '"')
	b = append(b, class...)
	b = append(b, '"', ';')
	name := len(b)
	b = append(b, "q="...)
	b = strconv.AppendInt(b, q.Limit, 10)
	b = append(b, ";w="...)
	b = strconv.AppendInt(b, q.Window, 10)
	h["Ratelimit-Policy"] = []string{string(b)}
	b = append(b[:name], "r="...)
	b = strconv.AppendInt(b, q.Remaining, 10)
	b = append(b, ";t="...)
	b = strconv.AppendInt(b, q.ResetSeconds, 10)
	h["Ratelimit"] = []string{string(b)}
}
