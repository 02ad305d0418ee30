package frostgate

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// Problem is a refusal of the server (RFC 9457).
type Problem struct {
	Type        string `json:"type"`
	Title       string `json:"title"`
	Status      int    `json:"status"`
	Detail      string `json:"detail"`
	Code        string `json:"code"`             // stable, for example "rate_limited"
	Field       string `json:"field,omitempty"`  // at fault
	Offset      *int64 `json:"offset,omitempty"` // in the body, at which it went wrong
	Limit       string `json:"limit,omitempty"`  // that was exceeded
	RequestID   string `json:"request_id"`
	RetryAfterS int64  `json:"retry_after_s,omitempty"`
}

// Error says what was refused and where.
func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString(or(p.Detail, p.Title))
	if p.Field != "" {
		fmt.Fprintf(&b, " (%s)", p.Field)
	}
	if p.Offset != nil {
		fmt.Fprintf(&b, " at byte %d", *p.Offset)
	}
	if p.Limit != "" {
		fmt.Fprintf(&b, " [limit %s]", p.Limit)
	}
	fmt.Fprintf(&b, " [%s, HTTP %d", or(p.Code, "unknown"), p.Status)
	if p.RequestID != "" {
		b.WriteString(", request " + p.RequestID)
	}
	b.WriteByte(']')
	return b.String()
}

// RetryAfter is how long to wait before another try; 0 when it makes no sense
// or the server does not know.
func (p *Problem) RetryAfter() time.Duration { return time.Duration(p.RetryAfterS) * time.Second }

// Denied tells whether the key, or its lack, is why.
func (p *Problem) Denied() bool {
	return p.Status == http.StatusUnauthorized || p.Status == http.StatusForbidden
}

// CodeOf gives the code of the Problem in err's chain, else "".
func CodeOf(err error) string {
	var p *Problem
	if errors.As(err, &p) {
		return p.Code
	}
	return ""
}

// UnreachableError means that no answer came.
type UnreachableError struct {
	URL string
	Err error
}

// Error names the server and the reason.
func (e *UnreachableError) Error() string {
	return fmt.Sprintf("no answer from %s: %v", e.URL, e.Err)
}

// Unwrap returns the reason.
func (e *UnreachableError) Unwrap() error { return e.Err }

// maxProblem bounds what is read of a refusal.
const maxProblem = 64 << 10

// readProblem reads a refusal; one that is no problem document (a proxy's page)
// keeps its status.
func readProblem(res *http.Response) *Problem {
	body, _ := io.ReadAll(io.LimitReader(res.Body, maxProblem)) // what came is all there is to show
	p := &Problem{}
	if err := json.Unmarshal(body, p); err != nil || p.Code == "" {
		p = &Problem{Title: http.StatusText(res.StatusCode), RequestID: res.Header.Get("X-Request-Id")}
		p.Detail = "The answer is no problem document: " + strings.ToValidUTF8(string(body[:min(len(body), 200)]), "?")
	}
	p.Status = res.StatusCode
	if s, err := strconv.ParseInt(res.Header.Get("Retry-After"), 10, 32); err == nil && s > p.RetryAfterS {
		p.RetryAfterS = s
	}
	return p
}
