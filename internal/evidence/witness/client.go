// Package witness speaks c2sp.org/tlog-witness: it asks a witness to cosign a
// checkpoint of the root log.
//
// Invariant: an answer is never trusted for more than its status and the
// cosignature lines or size it carries; who calls verifies the lines. The
// package must not know the store or the log: checkpoint and proof are given.
package witness

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"frostgate.io/frostgate/receipt"
)

// The ways in which a witness refuses.
var (
	// ErrConflict: the witness has seen another tree of this size, or one that
	// this checkpoint does not continue: the log was forked.
	ErrConflict = errors.New("the witness has seen another history of this log")
	// ErrUnknown: the witness does not know the log's origin.
	ErrUnknown = errors.New("the witness does not know this log")
	// ErrRefused: the witness accepts no signature of the checkpoint.
	ErrRefused = errors.New("the witness knows no key that signed the checkpoint")
)

// StaleError says that the witness has seen the log at another size than the
// one the proof starts from.
type StaleError struct{ Size uint64 }

// Error names the size.
func (e *StaleError) Error() string { return fmt.Sprintf("the witness has seen size %d", e.Size) }

const (
	// maxProof is the specification's limit of proof lines.
	maxProof = 63
	// maxAnswer bounds what is read of an answer.
	maxAnswer = 64 << 10
)

// Client asks one witness. It is safe for concurrent use.
type Client struct {
	base string
	http *http.Client
}

// New returns a client of the witness whose add-checkpoint stands below the
// prefix.
func New(prefix string, h *http.Client) (*Client, error) {
	u, err := url.Parse(prefix)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("witness URL %q must be http(s)://HOST/PREFIX", prefix)
	}
	return &Client{base: strings.TrimSuffix(prefix, "/"), http: h}, nil
}

// Add asks for a cosignature on a signed checkpoint. old is the size that the
// witness has seen last, proof the consistency proof from there. It returns the
// answer's signature lines, unchecked.
func (c *Client) Add(ctx context.Context, old uint64, proof []receipt.Hash, checkpoint []byte) (lines []byte, err error) {
	if len(proof) > maxProof {
		return nil, fmt.Errorf("a consistency proof of %d hashes, at most %d", len(proof), maxProof)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/add-checkpoint", bytes.NewReader(request(old, proof, checkpoint)))
	if err != nil {
		return nil, fmt.Errorf("ask the witness: %w", err)
	}
	req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	res, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the witness: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("read the witness's answer: %w", err)
	}
	if len(body) > maxAnswer {
		return nil, fmt.Errorf("the witness answers more than %d bytes", maxAnswer)
	}
	return judge(res.StatusCode, body)
}

// request is the body of add-checkpoint.
func request(old uint64, proof []receipt.Hash, checkpoint []byte) []byte {
	b := strconv.AppendUint([]byte("old "), old, 10)
	b = append(b, '\n')
	for i := range proof {
		b = base64.StdEncoding.AppendEncode(b, proof[i][:])
		b = append(b, '\n')
	}
	b = append(b, '\n')
	return append(b, checkpoint...)
}

// judge reads an answer. 409 means a stale size when the body is one, another
// history when it is empty; 422 is a proof that does not fit what the witness
// holds. A 409 that says something else is no witness's.
func judge(status int, body []byte) ([]byte, error) {
	text := strings.TrimSuffix(string(body), "\n")
	switch status {
	case http.StatusOK:
		return body, nil
	case http.StatusConflict:
		if n, err := strconv.ParseUint(text, 10, 63); err == nil && strconv.FormatUint(n, 10) == text {
			return nil, &StaleError{n}
		}
		if text == "" {
			return nil, ErrConflict
		}
	case http.StatusUnprocessableEntity:
		return nil, fmt.Errorf("%w: the proof does not continue it", ErrConflict)
	case http.StatusNotFound:
		return nil, ErrUnknown
	case http.StatusForbidden:
		return nil, ErrRefused
	}
	return nil, fmt.Errorf("the witness answers status %d: %.120q", status, text)
}
