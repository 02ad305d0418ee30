package httpapi

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/httpapi/idempotency"
)

const maxIdempotencyKey = 255

// idempotencyKey returns the Idempotency-Key header, empty when there is none.
func idempotencyKey(c *Call) (string, error) {
	v := c.Request.Header["Idempotency-Key"]
	if len(v) == 0 {
		return "", nil
	}
	ok := len(v) == 1 && len(v[0]) >= 1 && len(v[0]) <= maxIdempotencyKey
	for i := 0; ok && i < len(v[0]); i++ {
		ok = v[0][i] > ' ' && v[0][i] < 0x7f
	}
	if !ok {
		return "", fault.New(fault.Invalid, "Idempotency-Key must be one value of 1 to %d visible ASCII characters.", maxIdempotencyKey).At("Idempotency-Key")
	}
	return v[0], nil
}

// once makes work answer the same for the same Idempotency-Key.
func (s *Server) once(ctx context.Context, c *Call, rt *Route, work func() (*reply, error)) func() (*reply, error) {
	return func() (*reply, error) {
		key, err := idempotencyKey(c)
		if err != nil {
			return nil, err
		}
		if key == "" || c.Principal == nil {
			return work()
		}
		u := c.Request.URL
		req := idempotency.Request{
			Tenant: c.Principal.Tenant, Principal: c.Principal.ID, Key: key,
			Parts: [][]byte{[]byte(rt.Method), []byte(u.EscapedPath()), []byte(u.RawQuery), c.body},
		}
		ans, replayed, err := s.deps.Answers.Do(ctx, req, func() (idempotency.Answer, error) {
			rep, err := work()
			if err != nil {
				return idempotency.Answer{}, err
			}
			body, err := json.Marshal(rep)
			return idempotency.Answer{Status: rep.Status, Body: body}, err
		})
		var forgot *idempotency.NotRememberedError
		if errors.As(err, &forgot) {
			s.log.ErrorContext(ctx, "answer not remembered for its idempotency key", "error", err, "route", rt.Path)
			err = nil
		}
		if err != nil {
			return nil, err
		}
		rep := &reply{replayed: replayed}
		if err := json.Unmarshal(ans.Body, rep); err != nil {
			return nil, fmt.Errorf("decode remembered answer: %w", err)
		}
		return rep, nil
	}
}
