package httpapi

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/internal/fault"
)

// reply is a finished answer; it can be kept and given again.
type reply struct {
	Status   int            `json:"status"`
	Location string         `json:"location,omitempty"`
	Body     jsontext.Value `json:"body,omitempty"`
	etag     string
	replayed bool
}

func newReply(rt *Route, c *Call, out any) (*reply, error) {
	rep := &reply{Status: rt.status, Location: c.header.Get("Location")}
	if rt.res == nil {
		return rep, nil
	}
	body, err := json.Marshal(out, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("encode reply: %w", err)
	}
	rep.Body = body
	if rt.Method == http.MethodGet && strings.Contains(rt.Path, "{") {
		rep.etag = etagOf(body)
	}
	return rep, nil
}

func (rep *reply) write(x *exchange, r *http.Request) {
	h := x.Header()
	if rep.Location != "" {
		h.Set("Location", rep.Location)
	}
	if rep.replayed {
		h.Set("Idempotent-Replayed", "true")
	}
	if rep.etag != "" {
		h.Set("Etag", rep.etag)
		// Private and revalidated each time: an ETag saves the body only.
		h.Set("Cache-Control", "private, no-cache")
		if matches(r.Header.Get("If-None-Match"), rep.etag) {
			x.WriteHeader(http.StatusNotModified)
			return
		}
	}
	if rep.Body != nil {
		h["Content-Type"] = x.server.common.json
		h.Set("Content-Length", strconv.Itoa(len(rep.Body)))
	}
	x.WriteHeader(rep.Status)
	_, _ = x.Write(rep.Body) // the client is gone: nobody is left to tell
}

// etagOf is a strong tag: equal exactly when the bytes are.
func etagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + hex.EncodeToString(sum[:16]) + `"`
}

// matches says whether a list of entity tags (RFC 9110, 13.1) names tag.
func matches(header, tag string) bool {
	if header == "" {
		return false
	}
	for t := range strings.SplitSeq(header, ",") {
		t = strings.TrimSpace(t)
		if t == "*" || strings.TrimPrefix(t, "W/") == tag {
			return true
		}
	}
	return false
}

// ifMatch refuses a change of a resource that is no longer as the client saw
// it. current is what a GET would return.
func (c *Call) ifMatch(current any) error {
	want := c.Request.Header.Get("If-Match")
	if want == "" {
		return nil
	}
	body, err := json.Marshal(current, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("encode for If-Match: %w", err)
	}
	if strings.Contains(want, "W/") || !matches(want, etagOf(body)) {
		return fault.New(fault.PreconditionFail, "The resource is not what If-Match names; read it again.").At("If-Match")
	}
	return nil
}
