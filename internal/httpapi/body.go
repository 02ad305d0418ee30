package httpapi

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"
)

// keepBody is the largest buffer that goes back into the pool: one large body
// must not pin its memory in every pooled buffer.
const keepBody = 64 << 10

// buffers hands out byte buffers for bodies and responses.
type buffers struct{ pool sync.Pool }

func (b *buffers) take() *[]byte {
	if p, ok := b.pool.Get().(*[]byte); ok {
		*p = (*p)[:0]
		return p
	}
	p := make([]byte, 0, 4<<10)
	return &p
}

func (b *buffers) put(p *[]byte) {
	if cap(*p) <= keepBody {
		b.pool.Put(p)
	}
}

// readBody appends the body to buf, refusing more than limit bytes.
func readBody(w http.ResponseWriter, r *http.Request, buf []byte, limit int64) ([]byte, error) {
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return nil, fault.New(codeMedia, "Content-Encoding %q is not supported; send the body as it is", clip(e)).At("Content-Encoding")
	}
	if r.ContentLength > limit {
		return nil, tooLarge(limit, limitBody)
	}
	if n := int(r.ContentLength); n >= cap(buf) {
		buf = make([]byte, 0, n+1) // one more: the read that finds the end needs room
	}
	src := r.Body
	if r.ContentLength < 0 {
		src = http.MaxBytesReader(w, r.Body, limit)
	}
	for {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		n, err := src.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if err == io.EOF {
			return buf, nil
		}
		if err != nil {
			return nil, bodyError(err, limit)
		}
	}
}

func bodyError(err error, limit int64) error {
	var max *http.MaxBytesError
	switch {
	case errors.As(err, &max):
		return tooLarge(limit, limitBody)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fault.Wrap(fault.Timeout, err, "The body did not arrive within the time limit.")
	}
	return fault.Wrap(fault.Invalid, err, "The body could not be read to its end.")
}

func tooLarge(limit int64, name string) error {
	e := fault.New(fault.TooLarge, "The body is larger than %d bytes.", limit)
	e.Limit = name
	return e
}

// wantJSON refuses a body that says it is something else.
func wantJSON(r *http.Request) error {
	ct := r.Header.Get("Content-Type")
	if ct == "" || ct == "application/json" {
		return nil
	}
	media, _, err := mime.ParseMediaType(ct)
	if err != nil || media != "application/json" && !strings.HasSuffix(media, "+json") {
		return fault.New(codeMedia, "Content-Type %q is not supported; send application/json", clip(ct)).At("Content-Type")
	}
	return nil
}

// checkBody holds a JSON body against the contract: strict syntax first, then
// fields, types and ranges.
func checkBody(body []byte, s *schema) error {
	doc, err := jsondoc.Parse(body, jsondoc.Limits{MaxBytes: int(maxBody)})
	if err != nil {
		return err
	}
	if err := s.check(doc.Root(), ""); err != nil {
		return err
	}
	return nil
}

// decodeInto reads a checked body.
func decodeInto[T any](body []byte) (T, error) {
	var v T
	if err := json.Unmarshal(body, &v, json.RejectUnknownMembers(true)); err != nil {
		var sem *json.SemanticError
		if errors.As(err, &sem) {
			field := strings.ReplaceAll(strings.TrimPrefix(string(sem.JSONPointer), "/"), "/", ".")
			return v, fault.Wrap(fault.Invalid, err, "%s has a value that does not fit", field).At(field).AtOffset(sem.ByteOffset)
		}
		return v, fault.Wrap(fault.InvalidJSON, err, "The body does not have the form that the contract describes.")
	}
	return v, nil
}
