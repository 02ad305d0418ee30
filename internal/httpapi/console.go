package httpapi

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/web"
)

// consoleBase is where the console's pages are; its assets lie below it.
const consoleBase = "/console/"

// nonceMark stands in the built page where each answer puts a nonce of its own.
const nonceMark = "__NONCE__"

// consoleCSP lets the console load what this server serves and nothing else.
// Styles need a nonce because the component library makes style elements; no
// script may stand in the page.
const consoleCSP = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src-elem 'self' 'nonce-%s'; style-src-attr 'unsafe-inline'; " +
	"img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// console is the built console, read once: its files never change while the
// server runs.
type console struct {
	index []byte // empty without a build
	files map[string]consoleFile
}

type consoleFile struct {
	body      []byte // as it is sent to who takes gzip, where packed
	packed    bool
	media     string
	etag      string
	immutable bool // its name changes with its content
	policy    string
}

// verifyFile is the page that checks evidence without anything else. Its policy
// stands in itself, so that it holds where the file is opened from a disk too.
const verifyFile = "verify.html"

var ownPolicy = regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]+)">`)

// policyOf is the policy of the page that checks evidence, which names the hash
// of its own script; a page's own policy can't say who may frame it.
func policyOf(name string, body []byte, packed bool) (string, error) {
	if name != verifyFile {
		return strings.ReplaceAll(consoleCSP, " 'nonce-%s'", ""), nil
	}
	head := io.Reader(bytes.NewReader(body))
	if packed {
		zr, err := gzip.NewReader(head)
		if err != nil {
			return "", err
		}
		head = zr
	}
	start := make([]byte, 4096)
	n, err := io.ReadFull(head, start)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", err
	}
	m := ownPolicy.FindSubmatch(start[:n])
	if len(m) < 2 || !bytes.HasPrefix(m[1], []byte("default-src 'none'; ")) {
		return "", errors.New("it names no strict policy")
	}
	return string(m[1]) + "; frame-ancestors 'none'", nil
}

func newConsole(files fs.FS) (*console, error) {
	c := &console{files: map[string]consoleFile{}}
	if !web.Built(files) {
		return c, nil
	}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if name == "index.html" {
			c.index = body
			return nil
		}
		plain, packed := strings.CutSuffix(name, ".gz")
		sum := sha256.Sum256(body)
		policy, err := policyOf(plain, body, packed)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		c.files[plain] = consoleFile{
			policy: policy,
			body:   body, packed: packed, media: mediaOf(plain), etag: `"` + hex.EncodeToString(sum[:16]) + `"`,
			immutable: strings.HasPrefix(plain, "assets/"),
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the built console: %w", err)
	}
	return c, nil
}

// mediaOf names the media type of a file of the build; it doesn't ask the
// machine, whose tables differ.
func mediaOf(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".wasm":
		return "application/wasm"
	case ".json":
		return "application/json"
	case ".html":
		return "text/html; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	}
	return "application/octet-stream"
}

func (c *console) built() bool { return len(c.index) > 0 }

// serveConsole answers everything below /console/: a file of the build, or the
// page, which finds out by itself what its address means.
func (s *Server) serveConsole(w http.ResponseWriter, r *http.Request) {
	x := w.(*exchange)
	if !s.console.built() {
		if err := s.servePage(x, func(p *pages) []byte { return p.noConsole }); err != nil {
			s.refuse(x, r, nil, err)
		}
		return
	}
	name := strings.TrimPrefix(r.URL.Path, consoleBase)
	if f, ok := s.console.files[name]; ok {
		s.serveAsset(x, r, &f)
		return
	}
	if strings.HasPrefix(name, "assets/") {
		// A page of an older build asks for what is gone: a page of HTML would
		// only be a riddle to it.
		s.refuse(x, r, nil, fault.New(fault.NotFound, "This build of the console has no such file; load the page again."))
		return
	}
	s.serveIndex(x)
}

func (s *Server) serveIndex(x *exchange) {
	var raw [18]byte
	s.clock.Random(raw[:])
	nonce := base64.RawURLEncoding.EncodeToString(raw[:])
	body := bytes.ReplaceAll(s.console.index, []byte(nonceMark), []byte(nonce))
	h := x.Header()
	h.Set("Content-Security-Policy", fmt.Sprintf(consoleCSP, nonce))
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = x.Write(body) // the reader is gone
}

func (s *Server) serveAsset(x *exchange, r *http.Request, f *consoleFile) {
	h := x.Header()
	h.Set("Etag", f.etag)
	h.Set("Cache-Control", "no-cache")
	if f.immutable {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if f.packed {
		h.Set("Vary", "Accept-Encoding")
	}
	if matches(r.Header.Get("If-None-Match"), f.etag) {
		x.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", f.media)
	if strings.HasSuffix(f.media, "html; charset=utf-8") {
		h.Set("Content-Security-Policy", f.policy)
	}
	if f.packed && !takesGzip(r) {
		s.serveUnpacked(x, r, f)
		return
	}
	if f.packed {
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(f.body)))
	_, _ = x.Write(f.body)
}

// serveUnpacked is for the rare client that doesn't take gzip.
func (s *Server) serveUnpacked(x *exchange, r *http.Request, f *consoleFile) {
	zr, err := gzip.NewReader(bytes.NewReader(f.body))
	if err != nil {
		s.refuse(x, r, nil, fmt.Errorf("unpack a file of the console: %w", err))
		return
	}
	_, _ = io.Copy(x, zr)
}

// takesGzip says whether the client accepts gzip (RFC 9110, 12.5.3).
func takesGzip(r *http.Request) bool {
	for _, part := range strings.Split(strings.Join(r.Header["Accept-Encoding"], ","), ",") {
		coding, params, err := mime.ParseMediaType("x/" + strings.TrimSpace(part))
		if err != nil || coding != "x/gzip" && coding != "x/*" {
			continue
		}
		q, err := strconv.ParseFloat(params["q"], 64)
		return params["q"] == "" || err == nil && q > 0
	}
	return false
}

// wantsPage says whether a browser asks, which the console is for.
func wantsPage(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}
