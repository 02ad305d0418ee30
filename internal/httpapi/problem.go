package httpapi

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/internal/fault"
)

// problemBase starts the type of each problem; the code follows.
const problemBase = "https://frostgate.io/problems/"

// Names of the limits that this package enforces, as problems show them.
const (
	limitPath        = "path_bytes"
	limitQuery       = "query_bytes"
	limitHeaders     = "header_count"
	limitHeaderBytes = "header_bytes"
	limitBody        = "body_bytes"
	limitBatch       = "batch_bytes"
)

// codeMethod and codeMedia are refusals of HTTP itself; no feature has them.
const (
	codeMethod fault.Code = "method_not_allowed"
	codeMedia  fault.Code = "unsupported_media_type"
	codeOrigin fault.Code = "cross_origin"
)

// problemKind is what a code means over HTTP.
type problemKind struct {
	code   fault.Code
	status int
	title  string
}

// problemKinds returns the only map from a code to an HTTP status, in the order
// in which the documentation lists them.
func problemKinds() []problemKind {
	return []problemKind{
		{fault.Invalid, http.StatusBadRequest, "The request is not valid"},
		{fault.InvalidJSON, http.StatusBadRequest, "The body is not valid JSON"},
		{fault.TooDeep, http.StatusBadRequest, "The JSON is nested too deep"},
		{fault.TooLarge, http.StatusRequestEntityTooLarge, "The request is too large"},
		{fault.Unauthenticated, http.StatusUnauthorized, "A valid API key is needed"},
		{fault.KeyExpired, http.StatusUnauthorized, "The API key has expired"},
		{fault.KeyRevoked, http.StatusUnauthorized, "The API key was revoked"},
		{fault.Forbidden, http.StatusForbidden, "The key does not allow this"},
		{fault.WrongTenant, http.StatusForbidden, "The key belongs to another tenant"},
		{fault.TenantSuspended, http.StatusForbidden, "The tenant is suspended"},
		{fault.NotFound, http.StatusNotFound, "Not found"},
		{codeMethod, http.StatusMethodNotAllowed, "The method is not allowed here"},
		{fault.Timeout, http.StatusServiceUnavailable, "The request took too long"},
		{fault.Erased, http.StatusGone, "The payload was erased"},
		{fault.Pruned, http.StatusGone, "The payload's retention is over"},
		{fault.ModuleUnknown, http.StatusForbidden, "The module is not known"},
		{fault.ModuleRevoked, http.StatusForbidden, "The module was revoked"},
		{fault.SignatureInvalid, http.StatusForbidden, "The signature is not that of the module"},
		{fault.TokenInvalid, http.StatusForbidden, "The enrolment token is not valid"},
		{fault.CounterReplayed, http.StatusConflict, "The module's counter was used"},
		{fault.OutsideWindow, http.StatusUnprocessableEntity, "The signature's time is outside the window"},
		{fault.Conflict, http.StatusConflict, "Not possible as things stand"},
		{fault.PreconditionFail, http.StatusPreconditionFailed, "The resource has changed"},
		{codeUnreadable, http.StatusUnprocessableEntity, "There is no evidence in this to verify"},
		{codeMedia, http.StatusUnsupportedMediaType, "The media type is not supported"},
		{fault.UnknownMission, http.StatusUnprocessableEntity, "The mission is not known"},
		{fault.IdempotencyReuse, http.StatusUnprocessableEntity, "The Idempotency-Key was used for another request"},
		{codeOrigin, http.StatusForbidden, "The request comes from another origin"},
		{fault.RateLimited, http.StatusTooManyRequests, "Too many requests"},
		{fault.QuotaExceeded, http.StatusTooManyRequests, "The quota is used up"},
		{fault.Unsupported, http.StatusNotImplemented, "Not supported"},
		{fault.Busy, http.StatusServiceUnavailable, "The server is busy"},
		{fault.Unavailable, http.StatusServiceUnavailable, "The service is not available"},
		{fault.Damaged, http.StatusInternalServerError, "The stored evidence is damaged"},
		{fault.Internal, http.StatusInternalServerError, "Internal error"},
	}
}

// Problem is an RFC 9457 problem document.
type Problem struct {
	Type       string `json:"type" doc:"URL that names the kind of problem; it ends in the code."`
	Title      string `json:"title" doc:"What the code means."`
	Status     int    `json:"status" doc:"The HTTP status."`
	Detail     string `json:"detail" doc:"What is wrong with this request."`
	Code       string `json:"code" doc:"Stable error code."`
	Field      string `json:"field,omitempty" doc:"Field, parameter or header at fault."`
	Offset     *int64 `json:"offset,omitempty" doc:"Byte offset in the body at which it went wrong."`
	Limit      string `json:"limit,omitempty" doc:"Name of the limit that was exceeded."`
	RequestID  string `json:"request_id" doc:"Name it when you ask for help; logs carry it too."`
	RetryAfter int64  `json:"retry_after_s,omitzero" doc:"Seconds after which trying again makes sense."`
}

// problems maps codes to what they mean over HTTP; read-only once made.
type problems map[fault.Code]problemKind

func newProblems() problems {
	m := make(problems)
	for _, k := range problemKinds() {
		m[k.code] = k
	}
	return m
}

// of makes the problem document of an error. An error without a code gives
// nothing away but that it happened.
func (ps problems) of(err error, requestID string) *Problem {
	e := asFault(err)
	kind, ok := ps[e.Code]
	if !ok || e.Code == fault.Internal {
		kind, e = ps[fault.Internal], fault.New(fault.Internal, "Something failed on our side; the request ID names it in the log.")
	}
	p := &Problem{
		Type: problemBase + string(kind.code), Title: kind.title, Status: kind.status, Detail: e.Msg,
		Code: string(kind.code), Field: e.Field, Limit: e.Limit, RequestID: requestID,
	}
	if e.Offset >= 0 {
		p.Offset = &e.Offset
	}
	if e.Limit == limitHeaders || e.Limit == limitHeaderBytes {
		p.Status = http.StatusRequestHeaderFieldsTooLarge
	}
	p.RetryAfter = retryAfter(err, e.Code)
	return p
}

// asFault finds the error that a caller may see.
func asFault(err error) *fault.Error {
	var e *fault.Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, context.DeadlineExceeded):
		return fault.New(fault.Timeout, "The request was not done within its time limit.")
	}
	return fault.New(fault.Internal, "")
}

// waiter is an error that knows when to try again.
type waiter interface{ RetryAfter() time.Duration }

func retryAfter(err error, code fault.Code) int64 {
	var w waiter
	if errors.As(err, &w) {
		return ceilSeconds(w.RetryAfter())
	}
	switch code {
	case fault.Busy, fault.RateLimited, fault.Timeout:
		return 1
	case fault.Unavailable:
		return 5
	}
	return 0
}

func ceilSeconds(d time.Duration) int64 {
	return max(1, int64((d+time.Second-1)/time.Second))
}

// waitError is a refusal that ends by itself.
type waitError struct {
	cause *fault.Error
	after time.Duration
}

func (e *waitError) Error() string             { return e.cause.Error() }
func (e *waitError) Unwrap() error             { return e.cause }
func (e *waitError) RetryAfter() time.Duration { return e.after }

// write sends the problem document.
func (p *Problem) write(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Del("Etag")
	if p.RetryAfter > 0 {
		h.Set("Retry-After", strconv.FormatInt(p.RetryAfter, 10))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("Www-Authenticate", `Bearer realm="frostgate"`)
	}
	body, err := json.Marshal(p)
	if err != nil { // a message of ours that isn't UTF-8
		body = []byte(`{"type":"` + problemBase + `internal","title":"Internal error","status":500,"detail":"","code":"internal","request_id":""}`)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // the client is gone: nobody is left to tell
}
