package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/domain"
)

// Limits of one attempt.
const (
	maxAnswer    = 64 << 10 // bytes of an answer that are read so that the connection can be kept
	maxErrorText = 300
)

// schedule is the pause before each attempt after the one before it failed.
func schedule() []time.Duration {
	return []time.Duration{
		0, 5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour,
		5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
	}
}

// pause is how long to wait before attempt n (from 1), with up to a fifth more
// so that endpoints that failed together don't come back together. An endpoint
// may ask for longer, up to a day.
func pause(n int, asked time.Duration, clk clock.Clock) time.Duration {
	d := max(schedule()[n], min(asked, 24*time.Hour))
	var b [2]byte
	clk.Random(b[:])
	share := int64(b[0])<<8 | int64(b[1])
	return d + time.Duration(int64(d/5)*share/65536)
}

// result is what became of one attempt.
type result struct {
	status     int // 0: no answer
	err        string
	retryAfter time.Duration
}

func (r result) ok() bool { return r.status >= 200 && r.status < 300 }

// newClient returns the client of all deliveries: no redirects, no proxy from
// the environment (it would be dialled instead of the endpoint and checked in
// its place).
func newClient(cfg Config) *http.Client {
	dialer := &net.Dialer{Timeout: cfg.Timeout}
	if !cfg.AllowPrivate {
		dialer.Control = publicOnly
	}
	tlsConfig := &tls.Config{MinVersion: tls.VersionTLS12}
	if cfg.TLS != nil {
		tlsConfig = cfg.TLS.Clone()
	}
	return &http.Client{
		Timeout: cfg.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSClientConfig: tlsConfig, ForceAttemptHTTP2: true,
			TLSHandshakeTimeout: cfg.Timeout, ResponseHeaderTimeout: cfg.Timeout,
			MaxResponseHeaderBytes: 32 << 10, MaxIdleConnsPerHost: 1, MaxIdleConns: 256, IdleConnTimeout: 90 * time.Second,
		},
	}
}

// post makes one attempt. The timestamp is the attempt's, as receivers refuse
// old ones.
func (s *Service) post(ctx context.Context, url string, key []byte, id string, body []byte) result {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return result{err: "url is not usable"}
	}
	unix := int64(s.clk.Now()) / 1_000_000
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "FrostGate-Webhook/1")
	req.Header.Set("Webhook-Id", id)
	req.Header.Set("Webhook-Timestamp", strconv.FormatInt(unix, 10))
	req.Header.Set("Webhook-Signature", sign(key, id, unix, body))
	resp, err := s.client.Do(req)
	if err != nil {
		return result{err: dialText(err)}
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxAnswer))
	r := result{status: resp.StatusCode}
	if !r.ok() {
		r.err = "endpoint answered " + strconv.Itoa(r.status)
		r.retryAfter = retryAfter(resp.Header.Get("Retry-After"), s.clk.Now())
	}
	return r
}

// dialText keeps what the tenant may know of a failed attempt: the URL is
// already known to them and what resolution found is not theirs to see.
func dialText(err error) string {
	var refused *AddressError
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	var ne net.Error
	switch {
	case errors.As(err, &refused):
		return fmt.Sprintf("the address of the endpoint is refused: %s", refused.Reason)
	case errors.As(err, &dns):
		return "the name of the endpoint does not resolve"
	case errors.As(err, &cert):
		return "the certificate of the endpoint is not valid: " + clean(cert.Err.Error())
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &ne) && ne.Timeout():
		return "no answer in time"
	case errors.Is(err, context.Canceled):
		return "interrupted"
	}
	return "the connection failed"
}

func clean(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "?")
	for len(s) > maxErrorText {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return s
}

// retryAfter reads seconds or an HTTP date (RFC 9110, section 10.2.3).
func retryAfter(h string, now domain.Micros) time.Duration {
	if n, err := strconv.ParseUint(h, 10, 31); err == nil {
		return time.Duration(n) * time.Second
	}
	if t, err := http.ParseTime(h); err == nil {
		return max(0, t.Sub(time.UnixMicro(int64(now))))
	}
	return 0
}
