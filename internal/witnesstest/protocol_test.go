package witnesstest

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
)

// How the pinned omniwitness answers POST /add-checkpoint, as steps prove it.
// Our client must live with each line, also where C2SP tlog-witness says otherwise.
//
//	request                                        answer              tlog-witness says
//	first checkpoint, any old (even one too large) 200, cosignature    old must be 0
//	growth with a right proof                      200, cosignature
//	size and root it has, no proof                 200, newer time
//	the same with proof lines                      422, empty
//	other signatures beside the log's              200, cosignature
//	extension lines in the checkpoint              200, cosignature
//	old isn't the size it has (0, smaller, larger) 409, "7\n" as text/x.tlog.size
//	old = its size, checkpoint smaller             400, empty
//	old = its size, same size, another root        409, EMPTY body     409 without a size
//	proof wrong, missing, too long, of a fork      422, empty
//	unknown origin                                 500, empty (SQLite) 404
//	                                               404, empty (memory)
//	signature wrong, by another key, or none       500, empty          403
//	request unreadable, or above 16 KiB            400, empty
//	checkpoint unreadable                          500, empty (404 where memory doesn't know the first line)
//	another method                                 405, "Method Not Allowed\n", Allow: POST
//
// So a 409 must be read by its body: with a size it asks for another proof, and
// without one it is a fork. A 200 says nothing about the old size that was sent. A 500 may mean
// "configure me" (unknown log, unknown key) for as long as it lasts. A witness
// that lost its memory cosigns anything again. Cosignatures come as text/plain,
// one line per key of the witness, times in whole seconds, and equal bytes when
// asked twice within one. With SQLite and several connections, as the library's own
// command runs it, simultaneous requests may get 429; tools/witness uses one.

// What a step expects as body.
const (
	cosigned = "a cosignature"
	nothing  = ""
	has7     = "7\n"
)

// step is one request of the scenario, made in order: the witness remembers.
type step struct {
	name   string
	body   string
	status int
	memory int // status with memory instead of SQLite, where it differs
	want   string
}

// The answers, one by one, with both kinds of memory.
func TestAnswers(t *testing.T) {
	t.Parallel()
	for name, db := range map[string]string{"sqlite": t.TempDir() + "/witness.db", "memory": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLog(t, "log.example/root")
			w := start(t, db, []Log{l.Log})
			for _, s := range steps(t, l) {
				if db == "" && s.memory != 0 {
					s.status = s.memory
				}
				check(t, w, s)
			}
		})
	}
}

// steps is the scenario on one log: up to size 7, then everything that is refused.
func steps(t *testing.T, l testLog) []step {
	other := newLog(t, "log.example/other")
	forged := l
	forged.key = other.key
	_, foreign, _ := strings.Cut(other.checkpoint(7, "0"), "\n\n")
	at7 := l.checkpoint(7, "0")
	return []step{
		{"signature of another key", "old 0\n\n" + forged.checkpoint(3, "0"), 500, 0, nothing},
		{"signature over another text", "old 0\n\n" + strings.Replace(l.checkpoint(3, "0"), "\n3\n", "\n4\n", 1), 500, 0, nothing},
		{"no signature", "old 0\n\n" + l.text(3, "0") + "\n", 500, 0, nothing},
		{"first", "old 0\n\n" + l.checkpoint(3, "0"), 200, 0, cosigned},
		{"growth", "old 3\n" + proof(7, 3, "0") + "\n" + l.checkpoint(7, "0"), 200, 0, cosigned},
		{"same again", "old 7\n\n" + at7, 200, 0, cosigned},
		{"same again with a proof", "old 7\n" + proof(7, 3, "0") + "\n" + at7, 422, 0, nothing},
		{"signatures of others", "old 7\n\n" + at7 + foreign, 200, 0, cosigned},

		{"old 0", "old 0\n\n" + at7, 409, 0, has7},
		{"old 0 and growth", "old 0\n\n" + l.checkpoint(9, "0"), 409, 0, has7},
		{"old too small", "old 3\n" + proof(9, 3, "0") + "\n" + l.checkpoint(9, "0"), 409, 0, has7},
		{"old too large", "old 8\n" + proof(9, 8, "0") + "\n" + l.checkpoint(9, "0"), 409, 0, has7},
		{"smaller, honest old", "old 5\n\n" + l.checkpoint(5, "0"), 409, 0, has7},
		{"smaller", "old 7\n\n" + l.checkpoint(5, "0"), 400, 0, nothing},

		{"fork of the same size", "old 7\n\n" + l.checkpoint(7, "x"), 409, 0, nothing},
		{"fork of the same size, old 0", "old 0\n\n" + l.checkpoint(7, "x"), 409, 0, has7},
		{"fork that grew", "old 7\n" + proof(9, 7, "x") + "\n" + l.checkpoint(9, "x"), 422, 0, nothing},
		{"proof from another size", "old 7\n" + proof(9, 3, "0") + "\n" + l.checkpoint(9, "0"), 422, 0, nothing},
		{"no proof", "old 7\n\n" + l.checkpoint(9, "0"), 422, 0, nothing},
		{"proof of 64 lines", "old 7\n" + strings.Repeat(proof(2, 1, "0"), 64) + "\n" + l.checkpoint(9, "0"), 422, 0, nothing},

		{"unknown origin", "old 0\n\n" + other.checkpoint(3, "0"), 500, 404, nothing},
		{"wrong signature later", "old 7\n" + proof(9, 7, "0") + "\n" + forged.checkpoint(9, "0"), 500, 0, nothing},
		{"empty", "", 400, 0, nothing},
		{"no old line", "\n" + at7, 400, 0, nothing},
		{"negative old", "old -7\n\n" + at7, 400, 0, nothing},
		{"proof not base64", "old 7\n?\n\n" + l.checkpoint(9, "0"), 400, 0, nothing},
		{"too large", "old 7\n" + strings.Repeat(proof(2, 1, "0"), 400) + "\n" + l.checkpoint(9, "0"), 400, 0, nothing},
		{"no checkpoint", "old 7\n\n", 500, 0, nothing},
		{"checkpoint of a line", "old 7\n\nx\n", 500, 404, nothing},
		{"checkpoint without a size", "old 7\n\n" + l.sign(l.Origin+"\nx\ny\n"), 500, 0, nothing},

		{"extension line", "old 7\n\n" + l.sign(l.text(7, "0")+"more\n"), 200, 0, cosigned},
		{"growth after all that", "old 7\n" + proof(9, 7, "0") + "\n" + l.checkpoint(9, "0"), 200, 0, cosigned},
	}
}

func check(t *testing.T, w *Witness, s step) {
	t.Helper()
	got := ask(t, w, s.body)
	want := answer{status: s.status, body: s.want}
	switch s.want {
	case cosigned:
		_, note, _ := strings.Cut(s.body, "\n\n")
		text, _, _ := strings.Cut(note, "\n\n")
		checkCosignature(t, w, text+"\n", got.body)
		want.kind, want.body = "text/plain; charset=utf-8", got.body
	case has7:
		want.kind = "text/x.tlog.size"
	}
	if got != want {
		t.Errorf("%s: got %+v, want %+v", s.name, got, want)
	}
}

// A log it hasn't seen is trusted as it comes, whatever old size is claimed, and
// from an empty checkpoint it may go anywhere.
func TestFirstContact(t *testing.T) {
	t.Parallel()
	seen, empty := newLog(t, "log.example/seen"), newLog(t, "log.example/empty")
	w := Start(t, seen.Log, empty.Log)
	check(t, w, step{"old out of nowhere", "old 99\n\n" + seen.checkpoint(3, "0"), 200, 0, cosigned})
	check(t, w, step{"empty log", "old 0\n\n" + empty.checkpoint(0, "0"), 200, 0, cosigned})
	check(t, w, step{"from empty", "old 0\n\n" + empty.checkpoint(7, "0"), 200, 0, cosigned})
	check(t, w, step{"asked for its size", "old 0\n\n" + empty.checkpoint(7, "0"), 409, 0, has7})
}

// Stopped it refuses connections, and it comes back as it was.
func TestRestart(t *testing.T) {
	t.Parallel()
	l := newLog(t, "log.example/root")
	w := Start(t, l.Log)
	check(t, w, step{"first", "old 0\n\n" + l.checkpoint(7, "0"), 200, 0, cosigned})
	url, key := w.URL, w.VKey

	w.Stop()
	if _, err := http.Get(w.URL); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("stopped: %v, want connection refused", err)
	}
	w.Restart()
	if w.URL != url || w.VKey != key {
		t.Errorf("restarted as %s %s, was %s %s", w.URL, w.VKey, url, key)
	}
	check(t, w, step{"remembered", "old 0\n\n" + l.checkpoint(9, "0"), 409, 0, has7})
	check(t, w, step{"same again", "old 7\n\n" + l.checkpoint(7, "0"), 200, 0, cosigned})
}

// A witness without a database forgets, and cosigns a fork after its restart.
func TestForgets(t *testing.T) {
	t.Parallel()
	l := newLog(t, "log.example/root")
	w := start(t, "", []Log{l.Log})
	check(t, w, step{"first", "old 0\n\n" + l.checkpoint(7, "0"), 200, 0, cosigned})
	w.Restart()
	check(t, w, step{"fork", "old 0\n\n" + l.checkpoint(7, "x"), 200, 0, cosigned})
}

// There is one method and one path; nothing can be read from it.
func TestOtherRequests(t *testing.T) {
	t.Parallel()
	w := Start(t, newLog(t, "log.example/root").Log)
	for path, status := range map[string]int{"/add-checkpoint": 405, "/": 404, "/metrics": 404} {
		resp, err := http.Get(w.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != status {
			t.Errorf("GET %s: %d, want %d", path, resp.StatusCode, status)
		}
	}
}

// answer is what a witness said.
type answer struct {
	status int
	kind   string // Content-Type
	body   string
}

// ask sends a hand-made request.
func ask(t *testing.T, w *Witness, body string) answer {
	t.Helper()
	resp, err := http.Post(w.URL+"/add-checkpoint", "text/plain", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header.Get("Content-Type"), string(got)}
}
