package fault

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"frostgate.io/frostgate/internal/db/dbtest"
)

// cycles is how many kills a test makes.
func cycles(t *testing.T) int {
	t.Helper()
	n := 8
	if testing.Short() {
		n = 3
	}
	if raw := os.Getenv("FROSTGATE_FAULT_CYCLES"); raw != "" {
		var err error
		if n, err = strconv.Atoi(raw); err != nil || n < 1 {
			t.Fatalf("FROSTGATE_FAULT_CYCLES=%q: want a number from 1", raw)
		}
	}
	return n
}

// seed is what a run's choices follow from; FROSTGATE_FAULT_SEED repeats them.
// Where exactly a kill lands still depends on the machine.
func seed(t *testing.T) uint64 {
	t.Helper()
	n := uint64(time.Now().UnixNano())
	if raw := os.Getenv("FROSTGATE_FAULT_SEED"); raw != "" {
		var err error
		if n, err = strconv.ParseUint(raw, 10, 64); err != nil {
			t.Fatalf("FROSTGATE_FAULT_SEED=%q: want a number", raw)
		}
	}
	t.Logf("seed %d", n)
	return n
}

// Not parallel: kills are aimed by time, and other tests move the target.
func TestKillSQLite(t *testing.T) {
	killCycles(t, childConfig{DataDir: filepath.Join(t.TempDir(), "state")}, cycles(t))
}

func TestKillOnPostgres(t *testing.T) {
	c := childConfig{DataDir: filepath.Join(t.TempDir(), "state"), Database: ownDatabase(t)}
	killCycles(t, c, max(2, cycles(t)/4))
}

// ownDatabase makes a database on the test's PostgreSQL.
func ownDatabase(t *testing.T) string {
	t.Helper()
	admin := os.Getenv(dbtest.Env)
	if admin == "" {
		const say = "no PostgreSQL: run under scripts/with-postgres.sh"
		if os.Getenv("CI") == "true" {
			t.Fatal(say)
		}
		t.Skip(say)
	}
	u, err := url.Parse(admin)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("fault_%d", time.Now().UnixNano())
	do := func(query string) {
		c, err := pgx.Connect(context.Background(), admin)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close(context.Background())
		if _, err := c.Exec(context.Background(), query); err != nil {
			t.Fatal(err)
		}
	}
	do("CREATE DATABASE " + name)
	t.Cleanup(func() { do("DROP DATABASE " + name + " WITH (FORCE)") })
	u.Path = "/" + name
	return u.String()
}

// killCycles starts, loads and kills the server again and again.
func killCycles(t *testing.T, c childConfig, n int) {
	r := rand.New(rand.NewPCG(seed(t), 0))
	log, book := logFile(t), newLedger()
	var recovery []time.Duration
	settled := 0
	for cycle := range n {
		if cycle > 0 && r.IntN(6) == 0 { // while it starts
			s := launch(t, c, log)
			wait(s, time.Duration(r.IntN(80))*time.Millisecond)
			s.kill()
		}
		s := start(t, c, log)
		if cycle == 0 {
			book.pin(s)
		} else {
			recovery = append(recovery, s.ready)
		}
		settled = book.afterRestart(s, settled)
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() {
			book.load(ctx, s, 6, r.Uint64())
			close(done)
		}()
		wait(s, time.Duration(10+r.IntN(300))*time.Millisecond)
		s.kill()
		cancel()
		<-done
		if len(book.failures()) > 0 {
			break
		}
	}
	s := start(t, c, log)
	recovery = append(recovery, s.ready)
	book.afterRestart(s, settled)
	all, _ := book.ackedSince(0)
	book.resend(s, all)
	book.checkChain(s)
	s.stop()
	decisions, artifacts := book.checkStore(t, c, s.boot.TenantID)
	book.conclude(t)
	t.Logf("cycles %d, decisions in the log %d, other artifacts %d, signed tree heads checked %d, recovery p50 %s p99 %s",
		n, decisions, artifacts, len(book.heads), percentile(recovery, 0.5).Round(time.Millisecond), percentile(recovery, 0.99).Round(time.Millisecond))
}

// wait lets a random time pass, the moment of the kill; it waits for nothing.
func wait(s *server, d time.Duration) {
	select {
	case <-time.After(d):
	case <-s.ended:
	}
}

// restart kills the server, starts it again and checks that all of it is there,
// through the API and in the store.
func (l *ledger) restart(s *server, c childConfig) {
	s.t.Helper()
	s.kill()
	next := start(s.t, c, s.log)
	l.afterRestart(next, 0)
	next.stop()
	l.checkStore(s.t, c, next.boot.TenantID)
	l.conclude(s.t)
}

// afterRestart checks what a new life of the server owes to the one before: the
// log is whole, what was acknowledged is there and known, what was open gets
// its one answer.
func (l *ledger) afterRestart(s *server, since int) int {
	s.t.Helper()
	l.checkChain(s)
	events, ids := l.ackedSince(since)
	l.checkGet(s, ids[:min(len(ids), 20)])
	if n := l.resend(s, events); n > 0 {
		l.complain(&l.lost, "%d acknowledged events are refused after the restart", n)
	}
	l.settle(s)
	return l.last()
}
