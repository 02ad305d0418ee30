package obs

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/domain"
)

// Request is what log lines of one request carry. It is written by the
// goroutine that serves the request, before it hands the context on.
type Request struct {
	ID     string
	Tenant domain.TenantID
}

type requestKey struct{}

// WithRequest returns a context whose log lines carry req.
func WithRequest(ctx context.Context, req *Request) context.Context {
	return context.WithValue(ctx, requestKey{}, req)
}

// RequestOf returns the request of a context, nil outside of one.
func RequestOf(ctx context.Context) *Request {
	req, _ := ctx.Value(requestKey{}).(*Request)
	return req
}

// RequestID returns the request ID of a context, empty outside of a request.
func RequestID(ctx context.Context) string {
	if req := RequestOf(ctx); req != nil {
		return req.ID
	}
	return ""
}

// NewLogger returns a logger that writes one JSON object per line to w.
func NewLogger(w io.Writer, level slog.Leveler) *slog.Logger {
	h := slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: redact})
	return slog.New(&contextHandler{h})
}

// ParseLevel reads a level name: debug, info, warn or error.
func ParseLevel(s string) (slog.Level, error) {
	var l slog.Level
	err := l.UnmarshalText([]byte(s))
	return l, err
}

// contextHandler adds the request of the context to each record.
type contextHandler struct{ next slog.Handler }

func (h *contextHandler) Enabled(ctx context.Context, l slog.Level) bool {
	return h.next.Enabled(ctx, l)
}

func (h *contextHandler) Handle(ctx context.Context, rec slog.Record) error {
	if req := RequestOf(ctx); req != nil {
		rec.AddAttrs(slog.String("request_id", req.ID))
		if req.Tenant != "" {
			rec.AddAttrs(slog.String("tenant_id", string(req.Tenant)))
		}
	}
	return h.next.Handle(ctx, rec)
}

func (h *contextHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &contextHandler{h.next.WithAttrs(attrs)}
}

func (h *contextHandler) WithGroup(name string) slog.Handler {
	return &contextHandler{h.next.WithGroup(name)}
}

// redact blanks attributes that are named like a secret or a payload. It is
// the second wall: nobody should log them in the first place.
//
// Durations become text ("1.5s"): as a bare number nobody knows the unit.
func redact(_ []string, a slog.Attr) slog.Attr {
	switch a.Value.Kind() {
	case slog.KindGroup:
		return a
	case slog.KindDuration:
		return slog.String(a.Key, a.Value.Duration().String())
	}
	if isSensitive(a.Key) {
		return slog.String(a.Key, "***")
	}
	return a
}

func isSensitive(key string) bool {
	key = strings.ToLower(key)
	if slices.Contains([]string{"key", "api_key", "x-api-key", "body", "cookie", "authorization", "payload", "event", "private_key", "pepper"}, key) {
		return true
	}
	for _, part := range []string{"secret", "token", "password", "passwd"} {
		if strings.Contains(key, part) {
			return true
		}
	}
	return false
}
