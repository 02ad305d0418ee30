package attack

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/internal/app"
)

// notices is what the defences say of a store, one line each, the defence first.
type notices []string

func (n *notices) add(format string, args ...any) { *n = append(*n, fmt.Sprintf(format, args...)) }

// has tells whether one line holds all the parts, which a bar separates.
func (n notices) has(want string) bool {
	for _, line := range n {
		all := true
		for part := range strings.SplitSeq(want, "|") {
			all = all && strings.Contains(line, strings.TrimSpace(part))
		}
		if all {
			return true
		}
	}
	return false
}

// examine asks each defence of the server and its tools about a store, in the
// order in which an operator would.
func (f *fixture) examine(t *testing.T, s store) notices {
	t.Helper()
	var n notices
	f.fsck(t, s, &n)
	srv, err := start(t, s)
	if err != nil {
		n.add("start refused: %v", err)
		return n
	}
	defer srv.stop()
	f.ask(srv, &n)
	return n
}

// fsck runs `frostgate evidence fsck` over all logs of the store.
func (f *fixture) fsck(t *testing.T, s store, n *notices) {
	t.Helper()
	ctx := context.Background()
	st, err := app.OpenStore(ctx, s.cfg)
	if err != nil {
		n.add("fsck: %v", err)
		return
	}
	defer func() { check(t, st.Close()) }()
	logs, err := st.Logs(ctx)
	if err != nil {
		n.add("fsck: %v", err)
		return
	}
	for _, l := range logs {
		name := map[string]string{f.a.id: "a", f.b.id: "b", rootTenant: "root"}[string(l.Tenant)]
		r, err := st.Fsck(ctx, l)
		if err != nil {
			n.add("fsck %s: %v", name, err)
			continue
		}
		for i, p := range r.Problems {
			if i == 8 { // the first ones are enough to read
				n.add("fsck %s: and %d more", name, r.Bad-8)
				break
			}
			n.add("fsck %s: %s: %s", name, p.Check, p)
		}
	}
}

// ask puts the questions that a running server answers about itself.
func (f *fixture) ask(s *server, n *notices) {
	s.t.Helper()
	if code, body := s.call("GET", "/health/ready", "", ""); code != http.StatusOK {
		n.add("not ready: %.400s", body)
	}
	var root struct {
		Alarm     string `json:"alarm"`
		Witnesses []struct {
			Error string `json:"error"`
		} `json:"witnesses"`
	}
	if code, body := s.call("GET", "/api/v1/evidence/root", f.a.key, ""); code == http.StatusOK && json.Unmarshal(body, &root) == nil {
		if root.Alarm != "" {
			n.add("alarm: %s", root.Alarm)
		}
		for _, w := range root.Witnesses {
			if w.Error != "" {
				n.add("witness: %s", w.Error)
			}
		}
	} else {
		n.add("root: %d %.300s", code, body)
	}
	for name, p := range map[string]*party{"a": &f.a, "b": &f.b} {
		f.chain(s, name, p, n)
	}
	for line := range strings.Lines(s.log.String()) {
		if strings.Contains(line, "level=ERROR") {
			_, said, _ := strings.Cut(line, "level=ERROR ")
			n.add("log: %s", strings.TrimSpace(said))
		}
		if strings.Contains(line, "panic") {
			s.t.Errorf("a panic: %.2000s", line)
		}
	}
}

func (f *fixture) chain(s *server, name string, p *party, n *notices) {
	code, body := s.call("GET", "/api/v1/forensics/chain/verify", p.key, "")
	var v struct {
		Valid    bool   `json:"valid"`
		FirstBad *int64 `json:"first_bad"`
		Problem  string `json:"problem"`
	}
	switch {
	case code != http.StatusOK || json.Unmarshal(body, &v) != nil:
		n.add("chain %s: %d %.300s", name, code, body)
	case !v.Valid && v.FirstBad != nil:
		n.add("chain %s: entry %d: %s", name, *v.FirstBad, v.Problem)
	case !v.Valid:
		n.add("chain %s: not valid, and no word where: %.300s", name, body)
	}
}

// attack is one thing that the administrator does.
type attack struct {
	name string
	// by does it, on a copy of the store.
	by func(a *admin)
	// seen must each be in one line of what the defences say: the parts between
	// bars, of which the first names the defence.
	seen []string
}

// run does the attacks beside each other, each on its own copy.
func (f *fixture) run(t *testing.T, attacks []attack) {
	for _, x := range attacks {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			s := f.today.clone(t)
			a := &admin{T: t, f: f, s: s, db: s.connect(t)}
			x.by(a)
			check(t, a.db.Close())
			found := f.examine(t, a.s)
			t.Logf("what the defences say:\n\t%s", strings.Join(found, "\n\t"))
			if len(x.seen) == 0 {
				t.Error("it is not said who must notice this")
			}
			for _, want := range x.seen {
				if !found.has(want) {
					t.Errorf("nobody says %q", want)
				}
			}
		})
	}
}
