// Package fault gives errors a code for the caller and a detail for the
// operator. What a caller must tell apart is a Code; everything else is
// Internal, whose text never leaves the process. httpapi/problem.go is the only
// place that maps a Code to an HTTP status (RFC 9457).
package fault

import (
	"errors"
	"fmt"
)

// Code is a stable, documented error code.
type Code string

// The codes. Their HTTP status is in httpapi/problem.go.
const (
	Invalid          Code = "invalid_request"   // malformed or out-of-range input
	InvalidJSON      Code = "invalid_json"      // not JSON, duplicate key, bad UTF-8, NUL
	TooLarge         Code = "too_large"         // a size limit
	TooDeep          Code = "too_deep"          // nesting limit
	Unauthenticated  Code = "unauthenticated"   // no or wrong key
	KeyExpired       Code = "key_expired"       // the key's time is over
	KeyRevoked       Code = "key_revoked"       // the key was revoked
	Forbidden        Code = "forbidden"         // missing scope
	WrongTenant      Code = "wrong_tenant"      // another tenant's data
	TenantSuspended  Code = "tenant_suspended"  // decisions are off, reads stay
	NotFound         Code = "not_found"         // no such thing in this tenant
	Conflict         Code = "conflict"          // state forbids it
	IdempotencyReuse Code = "idempotency_reuse" // same Idempotency-Key, other request
	PreconditionFail Code = "precondition_failed"
	RateLimited      Code = "rate_limited"
	QuotaExceeded    Code = "quota_exceeded"
	Busy             Code = "busy"        // queue full, try again
	Unavailable      Code = "unavailable" // storage or another dependency refuses
	UnknownMission   Code = "unknown_mission"
	Unsupported      Code = "unsupported"
	ModuleUnknown    Code = "module_unknown"    // no such module in this tenant
	ModuleRevoked    Code = "module_revoked"    // the module or its key was revoked
	SignatureInvalid Code = "signature_invalid" // not signed by a key of the module
	CounterReplayed  Code = "counter_replayed"  // the module used this counter or a later one
	OutsideWindow    Code = "outside_window"    // signed too long ago, or in the future
	TokenInvalid     Code = "token_invalid"     // an enrolment token that is wrong, used or expired
	Erased           Code = "erased"            // the payload was erased; its proof stays
	Pruned           Code = "pruned"            // the payload's retention is over; its proof stays
	Damaged          Code = "damaged"           // stored evidence contradicts its log
	Timeout          Code = "timeout"
	Internal         Code = "internal"
)

// Error is a Code with a message that is safe to show and, optionally, where
// in the input and the cause that stays inside.
type Error struct {
	Code   Code
	Msg    string // shown to the caller
	Field  string // name or path of the offending field; empty if none
	Offset int64  // byte offset in the input; -1 if it has none
	Limit  string // name of the limit that was exceeded; empty if none
	Cause  error  // for the operator only
}

// Error gives the message with the cause; it is for logs, not for callers.
func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Msg, e.Cause)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Msg)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// New makes an error with a code and a message for the caller.
func New(c Code, format string, args ...any) *Error {
	return &Error{Code: c, Msg: fmt.Sprintf(format, args...), Offset: -1}
}

// Wrap makes an error whose cause is kept for the operator.
func Wrap(c Code, cause error, format string, args ...any) *Error {
	return &Error{Code: c, Msg: fmt.Sprintf(format, args...), Offset: -1, Cause: cause}
}

// At returns a copy that names the offending field.
func (e *Error) At(field string) *Error { c := *e; c.Field = field; return &c }

// AtOffset returns a copy that names the byte offset in the input.
func (e *Error) AtOffset(off int64) *Error { c := *e; c.Offset = off; return &c }

// CodeOf returns the code of the first *Error in err's chain, else Internal;
// the empty code for a nil error.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}
