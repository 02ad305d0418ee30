package frostgate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Client talks to one server with one key. It is safe for concurrent use.
type Client struct {
	base    string // without a slash at the end
	key     string
	http    *http.Client
	agent   string
	retries int
	wait    func(context.Context, time.Duration) error
}

// Option changes a Client.
type Option func(*Client)

// WithHTTPClient sends requests through another HTTP client.
func WithHTTPClient(h *http.Client) Option { return func(c *Client) { c.http = h } }

// WithUserAgent names the program in the User-Agent header.
func WithUserAgent(name string) Option { return func(c *Client) { c.agent = name } }

// WithRetries sets how often a request is tried again when the server is busy
// or away; 0 turns it off.
func WithRetries(n int) Option { return func(c *Client) { c.retries = n } }

// WithWait replaces the pause between two tries.
func WithWait(fn func(context.Context, time.Duration) error) Option {
	return func(c *Client) { c.wait = fn }
}

// New returns a client for the server at baseURL. The key may be empty for
// what needs none.
func New(baseURL, key string, opts ...Option) (*Client, error) {
	u, err := url.Parse(baseURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("server URL %q must look like https://host:port", baseURL)
	}
	if u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, fmt.Errorf("server URL %q must not have a user, query or fragment", baseURL)
	}
	if strings.ContainsAny(key, " \t\r\n") {
		return nil, errors.New("the API key holds white space")
	}
	transport := http.DefaultTransport
	if t, ok := transport.(*http.Transport); ok {
		// More than the default of two idle connections: batches and reads share the client.
		t = t.Clone()
		t.MaxIdleConnsPerHost = 64
		transport = t
	}
	c := &Client{
		base: strings.TrimRight(u.String(), "/"), key: key, agent: "frostgate-go", retries: 4,
		// A redirect would carry the key to another address.
		http: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		wait: sleep,
	}
	for _, o := range opts {
		o(c)
	}
	return c, nil
}

// URL is the server's address.
func (c *Client) URL() string { return c.base }

// maxReply bounds what is read of one answer.
const maxReply = 256 << 20

// request is one call: what is sent, and whether it may be sent again.
type request struct {
	method, path string
	query        url.Values
	body         []byte
	media        string // of the body; JSON when empty
	accept       string
	// idempotencyKey makes a change repeatable.
	idempotencyKey string
	// once forbids repeating after a failure that leaves open whether the
	// server acted.
	once   bool
	header http.Header
}

// reply is what came back.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// do sends the request, again if that is safe and promises something, and
// returns the answer of the first success.
func (c *Client) do(ctx context.Context, rq *request) (*reply, error) {
	for try := 0; ; try++ {
		res, err := c.open(ctx, rq)
		if err == nil {
			var rep *reply
			if rep, err = readReply(res); err == nil {
				return rep, nil
			}
			err = &UnreachableError{URL: c.base, Err: err}
		}
		pause, again := c.again(err, try, rq)
		if !again {
			return nil, err
		}
		if werr := c.wait(ctx, pause); werr != nil {
			return nil, errors.Join(err, werr)
		}
	}
}

func readReply(res *http.Response) (*reply, error) {
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxReply))
	return &reply{res.StatusCode, res.Header, body}, err
}

// open sends the request once and returns the open answer of a success.
func (c *Client) open(ctx context.Context, rq *request) (*http.Response, error) {
	target := c.base + rq.path
	if len(rq.query) > 0 {
		target += "?" + rq.query.Encode()
	}
	var body io.Reader
	if rq.body != nil {
		body = bytes.NewReader(rq.body)
	}
	hr, err := http.NewRequestWithContext(ctx, rq.method, target, body)
	if err != nil {
		return nil, err
	}
	for k, v := range rq.header {
		hr.Header[k] = v
	}
	if c.key != "" {
		hr.Header.Set("X-API-Key", c.key)
	}
	hr.Header.Set("User-Agent", c.agent)
	hr.Header.Set("Accept", or(rq.accept, "application/json"))
	if rq.body != nil {
		hr.Header.Set("Content-Type", or(rq.media, "application/json"))
	}
	if rq.idempotencyKey != "" {
		hr.Header.Set("Idempotency-Key", rq.idempotencyKey)
	}
	res, err := c.http.Do(hr)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, &UnreachableError{URL: c.base, Err: err}
	}
	if res.StatusCode >= 300 {
		defer res.Body.Close()
		return nil, readProblem(res)
	}
	return res, nil
}

// again says whether and when to try once more.
func (c *Client) again(err error, try int, rq *request) (time.Duration, bool) {
	if try >= c.retries || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return 0, false
	}
	pause := min(500*time.Millisecond<<try, 10*time.Second)
	var p *Problem
	if errors.As(err, &p) {
		switch p.Status {
		case http.StatusTooManyRequests: // refused before anything happened
		case http.StatusServiceUnavailable:
			if rq.once {
				return 0, false
			}
		default:
			return 0, false
		}
		return max(pause, p.RetryAfter()), true
	}
	var away *UnreachableError
	return pause, errors.As(err, &away) && !rq.once
}

// get reads a JSON document.
func (c *Client) get(ctx context.Context, path string, q query, out any) error {
	rep, err := c.do(ctx, &request{method: http.MethodGet, path: path, query: url.Values(q)})
	if err != nil {
		return err
	}
	return decode(rep.body, out)
}

// document reads JSON that is passed on as it is.
func (c *Client) document(ctx context.Context, path string) (jsontext.Value, error) {
	var raw jsontext.Value
	err := c.get(ctx, path, nil, &raw)
	return raw, err
}

// post makes a change. Without an Idempotency-Key it is not repeated blindly.
func (c *Client) post(ctx context.Context, path string, in, out any, opts ...CallOption) error {
	return c.change(ctx, http.MethodPost, path, in, out, opts)
}

func (c *Client) change(ctx context.Context, method, path string, in, out any, opts []CallOption) error {
	rq := &request{method: method, path: path, once: true}
	if in != nil {
		body, err := json.Marshal(in, json.Deterministic(true))
		if err != nil {
			return fmt.Errorf("encode request: %w", err)
		}
		rq.body = body
	}
	for _, o := range opts {
		o(rq)
	}
	rep, err := c.do(ctx, rq)
	if err != nil {
		return err
	}
	if out == nil || len(rep.body) == 0 {
		return nil
	}
	return decode(rep.body, out)
}

// CallOption changes one call.
type CallOption func(*request)

// WithIdempotencyKey makes a change repeatable: the same key and body give the
// first answer again. The call is then retried when the server is away.
func WithIdempotencyKey(key string) CallOption {
	return func(rq *request) { rq.idempotencyKey, rq.once = key, key == "" }
}

// WithIfMatch makes a change only when the resource still has this ETag.
func WithIfMatch(etag string) CallOption {
	return func(rq *request) {
		if rq.header == nil {
			rq.header = http.Header{}
		}
		rq.header.Set("If-Match", etag)
	}
}

// decode reads an answer. Members that this version does not know are left
// out: a newer server must not break an older client.
func decode(body []byte, out any) error {
	if err := json.Unmarshal(body, out); err != nil {
		return fmt.Errorf("the server's answer is not what this client expects: %w", err)
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

func or(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

// query builds a query string; empty values are left out.
type query url.Values

func (q query) str(name, v string) query {
	if v != "" {
		q[name] = []string{v}
	}
	return q
}

func (q query) num(name string, n int) query {
	if n != 0 {
		q[name] = []string{strconv.Itoa(n)}
	}
	return q
}

func (q query) flag(name string, v bool) query {
	if v {
		q[name] = []string{"true"}
	}
	return q
}

func (q query) maybe(name string, v *bool) query {
	if v != nil {
		q[name] = []string{strconv.FormatBool(*v)}
	}
	return q
}

func (q query) time(name string, t time.Time) query {
	if !t.IsZero() {
		q[name] = []string{t.UTC().Format(time.RFC3339Nano)}
	}
	return q
}

// in makes a path of escaped segments below /api/v1.
func in(parts ...string) string {
	var b strings.Builder
	b.WriteString("/api/v1")
	for _, p := range parts {
		b.WriteByte('/')
		b.WriteString(url.PathEscape(p))
	}
	return b.String()
}
