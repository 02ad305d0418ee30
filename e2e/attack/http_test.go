package attack

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/receipt"
)

func decode(t testing.TB, b []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatalf("%v: %.200s", err, b)
	}
}

// problem is what every refusal must be.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Code   string `json:"code"`
}

func asProblem(t testing.TB, what string, code int, body []byte) problem {
	t.Helper()
	var p problem
	if err := json.Unmarshal(body, &p); err != nil || p.Status != code || p.Type == "" || p.Title == "" || p.Code == "" {
		t.Errorf("%s: %d is no proper problem: %.300s", what, code, body)
	}
	if code >= 500 && code != http.StatusServiceUnavailable && code != http.StatusNotImplemented {
		t.Errorf("%s: %d %.300s", what, code, body)
	}
	return p
}

// overHTTP attacks a running server as one of its tenants.
func (f *fixture) overHTTP(t *testing.T) {
	s := mustStart(t, f.today.clone(t).alone())
	t.Run("what is another tenant's is not there", func(t *testing.T) { f.noLeak(t, s) })
	t.Run("names", func(t *testing.T) { f.badNames(t, s) })
	t.Run("waiters", func(t *testing.T) { f.manyWaiters(t, s) })
	t.Run("bundles", func(t *testing.T) { f.manyBundles(t, s) })
	t.Run("bodies", func(t *testing.T) { f.hugeBodies(t, s) })
}

// noLeak asks for what belongs to a as b, and for what nobody has: the answers
// must be the same but for the request's own name.
func (f *fixture) noLeak(t *testing.T, s *server) {
	decision := fmt.Sprintf("%s-%d", f.a.log, f.a.decisions[60])
	none := strings.Repeat("0", len(f.a.log))
	for _, path := range []string{
		"/evidence/logs/" + f.a.log + "/checkpoint", "/evidence/logs/" + f.a.log + "/tile/0/000", "/evidence/logs/" + f.a.log + "/tile/entries/000",
		"/evidence/bundles/" + decision, "/evidence/erasures/" + f.certID, "/evidence/attestations/" + decision, "/modules/" + f.module,
		"/decisions/" + decision, "/decisions/" + decision + "/receipt?wait=anchored", "/forensics/snapshot/" + decision, "/forensics/audit_trail/" + decision,
	} {
		other := strings.ReplaceAll(path, f.a.log, none)
		if other == path {
			other = path[:len(path)-8] + "aaaaaaaa"
		}
		var said [2]problem
		for i, p := range []string{path, other} {
			code, body := s.call("GET", "/api/v1"+p, f.b.key, "")
			if code != http.StatusNotFound {
				t.Errorf("%s: %d %.200s", p, code, body)
			}
			said[i] = asProblem(t, p, code, body)
			said[i].Detail = strings.NewReplacer(f.a.log, none, f.module, other[strings.LastIndexByte(other, '/')+1:]).Replace(said[i].Detail)
		}
		if said[0] != said[1] {
			t.Errorf("the answers tell that it exists:\n%+v\n%+v", said[0], said[1])
		}
	}
	code, body := s.call("POST", "/api/v1/forensics/replay", f.b.key, `{"decision_id":"`+decision+`"}`)
	if asProblem(t, "replay", code, body); code != http.StatusNotFound {
		t.Errorf("replay: %d %s", code, body)
	}
}

// badNames asks for files and IDs that are none.
func (f *fixture) badNames(t *testing.T, s *server) {
	base := "/api/v1/evidence/logs/" + f.a.log + "/tile/"
	for _, path := range []string{
		base + "0/999", base + "63/000", base + "64/000", base + "-1/000", base + "0/000.p/0", base + "0/000.p/256", base + "0/000.p/300", base + "0/001.p/255",
		base + "0/x001", base + "0/x999/x999/x999/x999/x999/x999/999", base + "0/0", base + "0/../0/000", base + "0/%30%30%30", base + "entries/999",
		base + "entries/000.p/1/", base + "data/000", base + strings.Repeat("x000/", 500) + "000", base,
		"/api/v1/evidence/root/tile/0/999", "/api/v1/evidence/root/tile/0/000.p/255", "/api/v1/evidence/root/tile/" + strings.Repeat("9", 3000),
		"/api/v1/evidence/bundles/" + strings.Repeat("a", 4000), "/api/v1/evidence/bundles/" + f.a.log + "-99999999999999999999", "/api/v1/evidence/bundles/" + f.a.log + "--1",
		"/api/v1/evidence/bundles/range?from=yesterday", "/api/v1/evidence/bundles/subject", "/api/v1/evidence/bundles/subject?subject=ip", "/api/v1/evidence/bundles/subject?subject=shoe:42",
		"/api/v1/evidence/bundles/absence?artifact=x", "/api/v1/evidence/bundles/tenant?subject=ip:192.0.2.1", "/api/v1/evidence/erasures/%00", "/api/v1/evidence/erasures/" + f.a.log + "-0",
		"/api/v1/modules/%2e%2e%2f", "/api/v1/evidence/attestations/" + f.a.log + "-0", "/api/v1/forensics/chain/verify?rows_from=-1",
	} {
		code, body := s.call("GET", path, f.a.key, "")
		if code < 400 {
			if code/100 == 3 || strings.Contains(path, "..") { // the router's own cleaning of a path
				continue
			}
			t.Errorf("%.120s: %d %.100q", path, code, body)
			continue
		}
		asProblem(t, fmt.Sprintf("%.120s", path), code, body)
	}
}

// manyWaiters: waiting for a level costs a waiter and nobody else; without
// witnesses there is nothing to wait for.
func (f *fixture) manyWaiters(t *testing.T, s *server) {
	for _, wait := range []string{"witnessed", "forever", "", "anchored,witnessed", strings.Repeat("a", 5000)} {
		code, body := s.call("POST", "/defend?wait="+wait, f.a.key, event(700, ip(5)))
		if wait != "" && code < 400 {
			t.Errorf("wait=%.20s: %d %.200s", wait, code, body)
		}
		if code >= 400 {
			asProblem(t, fmt.Sprintf("wait=%.20s", wait), code, body)
		}
	}
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			if code, body := s.call("POST", "/defend?wait=anchored", f.a.key, event(800+i, ip(i))); code != http.StatusOK {
				t.Errorf("a waiter: %d %.200s", code, body)
			}
		})
		wg.Go(func() { // others are not held up
			if code, body := s.call("POST", "/defend", f.b.key, event(800+i, ip(i))); code != http.StatusOK {
				t.Errorf("beside the waiters: %d %.200s", code, body)
			}
		})
	}
	wg.Wait()
}

// slowWitness: a witness that takes all the time it is given delays who waits for
// it, at most so long as the contract says, and nobody else.
func (f *fixture) slowWitness(t *testing.T) {
	t.Parallel()
	if testing.Short() || f.today.postgres() {
		t.Skip("skipped: it waits for the longest wait, and no database is concerned")
	}
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}))
	t.Cleanup(slow.Close)
	st := f.today.clone(t)
	st.cfg.WitnessPolicy = filepath.Join(t.TempDir(), "policy")
	check(t, os.WriteFile(st.cfg.WitnessPolicy, []byte(strings.Replace(f.text, f.witness.URL, slow.URL, 1)), 0o600))
	s := mustStart(t, st)
	var wg sync.WaitGroup
	for i, path := range []string{"/defend?wait=witnessed", "/defend?wait=anchored", "/defend?wait=witnessed", "/defend"} {
		wg.Go(func() {
			code, body := s.call("POST", path, f.a.key, event(900+i, ip(i)))
			if r, err := receipt.FromResponse(body); code != http.StatusOK || err != nil || r.Level != receipt.Committed {
				t.Errorf("%s: %d %v %.200s", path, code, err, body)
			}
		})
	}
	wg.Wait()
}

// manyBundles: more bundles at a time than may be are refused with the time to
// wait, and none is half an answer.
func (f *fixture) manyBundles(t *testing.T, s *server) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	codes := map[int]int{}
	for range 24 {
		wg.Go(func() {
			code, body := s.call("GET", "/api/v1/evidence/bundles/tenant", f.a.key, "")
			mu.Lock()
			defer mu.Unlock()
			codes[code]++
			if code == http.StatusServiceUnavailable {
				if p := asProblem(t, "bundle", code, body); p.Code != "busy" {
					t.Errorf("refused as %+v", p)
				}
			} else if code != http.StatusOK {
				t.Errorf("bundle: %d %.200s", code, body)
			}
		})
	}
	wg.Wait()
	if codes[http.StatusOK] == 0 {
		t.Errorf("nobody got a bundle: %v", codes)
	}
}

// hugeBodies: what is too long is refused, not read.
func (f *fixture) hugeBodies(t *testing.T, s *server) {
	long := strings.Repeat("a", 9<<20)
	for _, path := range []string{"/api/v1/evidence/verify", "/api/v1/evidence/attestations", "/api/v1/evidence/erasures", "/api/v1/forensics/replay", "/api/v1/modules/enrol"} {
		for _, body := range []string{`{"x":"` + long + `"}`, strings.Repeat("[", 100_000), "", "\x00\xff", `{"receipt":{"proof":"` + strings.Repeat("x", 1000) + `"}}`} {
			code, answer := s.call("POST", path, f.a.key, body)
			if code < 400 {
				var v struct {
					Valid *bool `json:"valid"`
				}
				if json.Unmarshal(answer, &v) == nil && v.Valid != nil && !*v.Valid {
					continue
				}
				t.Errorf("%s with %.20q: %d %.200s", path, body, code, answer)
				continue
			}
			asProblem(t, path, code, answer)
		}
	}
}
