package httpapi

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func packed(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	if _, err := zw.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const script = "console.log(1)"

const verifyPage = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-abc=' 'wasm-unsafe-eval'; connect-src 'none'"><p>x`

func builtConsole(t *testing.T) fstest.MapFS {
	t.Helper()
	return fstest.MapFS{
		".keep":               {Data: []byte("x")},
		"index.html":          {Data: []byte(`<meta name="csp-nonce" content="__NONCE__"><script src="/console/theme.js"></script>`)},
		"theme.js.gz":         {Data: packed(t, "theme")},
		"assets/main-1.js.gz": {Data: packed(t, script)},
		"assets/pic-2.woff2":  {Data: []byte("font")},
		"assets/v-3.wasm.gz":  {Data: packed(t, "\x00asm")},
		"verify.html.gz":      {Data: packed(t, verifyPage)},
	}
}

// browse asks as a browser does, without following redirects.
func (f *fixture) browse(t *testing.T, path string, header map[string]string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.url+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html,*/*;q=0.8")
	r.Header.Set("Accept-Encoding", "gzip, deflate, br")
	for k, v := range header {
		r.Header.Set(k, v)
	}
	res, err := (&http.Transport{DisableCompression: true}).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func TestConsoleHasANonceOfItsOwnOnEachPage(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{Console: builtConsole(t)})
	form := regexp.MustCompile(`'nonce-([\w-]{24})'`)
	seen := map[string]bool{}
	for _, path := range []string{"/console/", "/console/drift/findings/fnd_1?tenant=all", "/console/no/such/page"} {
		res, body := f.browse(t, path, nil)
		m := form.FindStringSubmatch(res.Header.Get("Content-Security-Policy"))
		if res.StatusCode != 200 || m == nil || seen[m[1]] || !strings.Contains(body, `content="`+m[1]+`"`) {
			t.Fatalf("%s: %d, %q, %q", path, res.StatusCode, res.Header.Get("Content-Security-Policy"), body)
		}
		seen[m[1]] = true
		if got := res.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
		if csp := res.Header.Get("Content-Security-Policy"); strings.Contains(csp, "script-src 'self' 'unsafe-inline'") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s: %q", path, csp)
		}
	}
}

func TestConsoleAssetsAreKeptAndPacked(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{Console: builtConsole(t)})
	res, body := f.browse(t, "/console/assets/main-1.js", nil)
	if res.Header.Get("Content-Encoding") != "gzip" || body != string(packed(t, script)) || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") ||
		res.Header.Get("Content-Type") != "text/javascript; charset=utf-8" || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Fatalf("packed: %v", res.Header)
	}
	for _, accept := range []string{"identity", "br", "gzip;q=0"} {
		plain, text := f.browse(t, "/console/assets/main-1.js", map[string]string{"Accept-Encoding": accept})
		if plain.Header.Get("Content-Encoding") != "" || text != script {
			t.Errorf("Accept-Encoding %s: %q, %v", accept, text, plain.Header)
		}
	}
	if again, _ := f.browse(t, "/console/assets/main-1.js", map[string]string{"If-None-Match": res.Header.Get("Etag")}); again.StatusCode != http.StatusNotModified {
		t.Errorf("If-None-Match: %d", again.StatusCode)
	}
	if theme, _ := f.browse(t, "/console/theme.js", nil); theme.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("a file without a hash in its name: %q", theme.Header.Get("Cache-Control"))
	}
	if font, _ := f.browse(t, "/console/assets/pic-2.woff2", nil); font.Header.Get("Content-Encoding") != "" || font.Header.Get("Content-Type") != "font/woff2" {
		t.Errorf("font: %v", font.Header)
	}
}

func TestConsoleHasNoPageForAMissingAsset(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{Console: builtConsole(t)})
	if res, _ := f.browse(t, "/console/assets/old-0.js", nil); res.StatusCode != 404 || res.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	if res, _ := f.browse(t, "/console/.keep", nil); !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		t.Errorf("a hidden file is served: %v", res.Header)
	}
}

func TestBrowsersGoToTheConsoleAndOthersToTheLandingPage(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{Console: builtConsole(t)})
	if res, _ := f.browse(t, "/", nil); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/console/" {
		t.Errorf("browser: %d %q", res.StatusCode, res.Header.Get("Location"))
	}
	if res, body := f.browse(t, "/", map[string]string{"Accept": "*/*"}); res.StatusCode != 200 || !strings.Contains(body, "/docs") {
		t.Errorf("curl: %d", res.StatusCode)
	}
}

func TestWithoutABuildPagesSayHowToMakeOne(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{Console: fstest.MapFS{".keep": {Data: []byte("x")}}})
	for _, path := range []string{"/console/", "/"} {
		res, body := f.browse(t, path, nil)
		if res.StatusCode != 200 || !strings.Contains(body, "make web") {
			t.Errorf("%s: %d %.200s", path, res.StatusCode, body)
		}
	}
}

func TestTheVerifierIsServed(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{Console: builtConsole(t)})
	res, body := f.browse(t, "/console/assets/v-3.wasm", nil)
	if res.Header.Get("Content-Type") != "application/wasm" || res.Header.Get("Content-Encoding") != "gzip" || body != string(packed(t, "\x00asm")) ||
		!strings.Contains(res.Header.Get("Cache-Control"), "immutable") || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("wasm: %d %v", res.StatusCode, res.Header)
	}
	// Nobody is signed in: an auditor needs no account.
	res, body = f.browse(t, "/console/verify.html", map[string]string{"Accept-Encoding": "identity"})
	want := "default-src 'none'; script-src 'sha256-abc=' 'wasm-unsafe-eval'; connect-src 'none'; frame-ancestors 'none'"
	if res.StatusCode != 200 || body != verifyPage || res.Header.Get("Content-Security-Policy") != want ||
		res.Header.Get("Content-Type") != "text/html; charset=utf-8" || res.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("verify.html: %d %v %.200s", res.StatusCode, res.Header, body)
	}
}

func TestAVerifierWithoutAStrictPolicyIsRefused(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"<p>none", `<meta http-equiv="Content-Security-Policy" content="default-src *">`} {
		if _, err := newConsole(fstest.MapFS{"index.html": {Data: []byte("x")}, "verify.html": {Data: []byte(page)}}); err == nil {
			t.Errorf("%s is served", page)
		}
	}
}
