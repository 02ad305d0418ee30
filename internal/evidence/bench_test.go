package evidence

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/signing"
	"frostgate.io/frostgate/receipt"
)

// writers is the number of concurrent callers that the figures speak of.
const writers = 64

// benchTenant is the ID of the i-th tenant of a benchmark's store.
func benchTenant(i int) domain.TenantID { return domain.TenantID(fmt.Sprintf("tn_bench%012d", i)) }

// benchFixture is a store with n tenants and the writer over it.
func benchFixture(b *testing.B, d *db.DB, n int, cfg Config) *fixture {
	b.Helper()
	ctx := b.Context()
	dir := b.TempDir()
	custody, err := signing.Open(dir, clock.System{})
	if err != nil {
		b.Fatal(err)
	}
	f := &fixture{db: d, custody: custody, dir: dir, keyring: NewKeyring(d, custody)}
	if err := d.InSystemTx(ctx, "benchmark", func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO organisation (org_id, name, created_at) VALUES ('o', 'o', 1)")
		for i := 0; err == nil && i < n; i++ {
			id := benchTenant(i)
			if _, err = tx.Exec(ctx, `INSERT INTO tenant (tenant_id, org_id, name, log_id, slot, status, settings, created_at)
				VALUES ($1, 'o', $1, $2, $3, 'active', '{}', 1)`, id, fmt.Sprintf("%016x", i), i); err == nil {
				err = f.keyring.CreateLog(ctx, tx, id)
			}
		}
		return err
	}); err != nil {
		b.Fatal(err)
	}
	f.startWith(b, cfg)
	b.Cleanup(func() { f.stop() })
	return f
}

// startWith starts the writer and, where the configuration has epochs, the log
// of logs.
func (f *fixture) startWith(b *testing.B, cfg Config) {
	b.Helper()
	s, err := NewSequencer(f.db, f.keyring, f.custody, clock.System{}, cfg)
	if err != nil {
		b.Fatal(err)
	}
	f.Sequencer = s
	ctx, cancel := context.WithCancel(context.WithoutCancel(b.Context()))
	var wg sync.WaitGroup
	wg.Go(func() { _ = s.Run(ctx) })
	if cfg.Epoch > 0 {
		if err := s.Anchors.Open(ctx); err != nil {
			b.Fatal(err)
		}
		wg.Go(func() { _ = s.Anchors.Run(ctx) })
	}
	f.stop = func() { cancel(); wg.Wait() }
}

// eventText is about as long as what a decision's entry commits to.
const eventText = `{"event":"auth","outcome":"failure","message":"Failed password for user-%d from 10.7.1.2 port 51522 ssh2"}`

func benchUnit(tenant domain.TenantID, n uint64) *Unit {
	return &Unit{
		Tenant: tenant, Kind: "test", Time: domain.Micros(n + 1), Prev: -1,
		Groups: []Group{{Name: "event", Value: fmt.Appendf(nil, eventText, n)}},
		Subjects: []domain.Subject{
			{Kind: domain.SubjectIP, Value: "10.7." + strconv.FormatUint(n%100, 10) + ".1"}, {Kind: domain.SubjectUser, Value: "user-" + strconv.FormatUint(n%1000, 10)},
		},
	}
}

// proveOne appends one unit and returns when its proof against a signed
// checkpoint is in hand.
func (f *fixture) proveOne(ctx context.Context, tenant domain.TenantID, n uint64) error {
	c, err := f.Append(ctx, benchUnit(tenant, n))
	if err != nil {
		return err
	}
	if r := c.Receipt(); r.Proof == "" {
		return fmt.Errorf("no proof")
	}
	return nil
}

// loadStats is what a load of concurrent callers found.
type loadStats struct {
	all  []time.Duration // sorted
	took time.Duration
	cpu  time.Duration // of this process
}

func (l *loadStats) at(q float64) time.Duration {
	return l.all[min(len(l.all)-1, int(q*float64(len(l.all))))]
}
func (l *loadStats) rate() float64 { return float64(len(l.all)) / l.took.Seconds() }
func (l *loadStats) each() float64 { return float64(l.cpu) / float64(len(l.all)) }

func (l *loadStats) report(b *testing.B) {
	b.ReportMetric(float64(l.at(0.5).Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(l.at(0.99).Microseconds())/1000, "p99-ms")
	b.ReportMetric(l.rate(), "per-s")
	b.ReportMetric(l.each()/1000, "cpu-µs/op")
}

// load calls op from n goroutines, each as soon as its last call returned,
// until stop says so.
func load(b *testing.B, n int, stop func(i uint64) bool, op func(ctx context.Context, i uint64) error) *loadStats {
	b.Helper()
	ctx := b.Context()
	var next atomic.Uint64
	part := make([][]time.Duration, n)
	errs := make([]error, n)
	runtime.GC()
	start, cpu := time.Now(), cpuTime(b)
	var wg sync.WaitGroup
	for w := range n {
		wg.Go(func() {
			for {
				i := next.Add(1) - 1
				if stop(i) {
					return
				}
				at := time.Now()
				if errs[w] = op(ctx, i); errs[w] != nil {
					return
				}
				part[w] = append(part[w], time.Since(at))
			}
		})
	}
	wg.Wait()
	l := &loadStats{took: time.Since(start), cpu: cpuTime(b) - cpu, all: slices.Concat(part...)}
	slices.Sort(l.all)
	for _, err := range errs {
		if err != nil {
			b.Fatal(err)
		}
	}
	return l
}

func times(n int) func(uint64) bool { return func(i uint64) bool { return i >= uint64(n) } }

func during(d time.Duration) func(uint64) bool {
	end := time.Now().Add(d)
	return func(uint64) bool { return !time.Now().Before(end) }
}

// proofTime is the length of one load; the contenders take turns (-count).
const proofTime = 2 * time.Second

// BenchmarkProof is how long 64 concurrent writers wait for a proof against a
// signed checkpoint over a durable state. Epochs are closed meanwhile. What it
// stands beside is in tessera_bench_test.go.
func BenchmarkProof(b *testing.B) {
	f := benchFixture(b, dbtest.OpenSQLite(b, clock.System{}), 1, DefaultConfig())
	var done uint64 // no unit twice
	b.Run("frostgate", func(b *testing.B) {
		for b.Loop() { // once: a load is longer than what is asked for
			l := load(b, writers, during(proofTime), func(ctx context.Context, i uint64) error { return f.proveOne(ctx, benchTenant(0), done+i) })
			done += uint64(len(l.all))
			l.report(b)
		}
	})
	b.Run("fsync", benchSync)
	benchTessera(b)
}

// benchSync is what the disk alone needs for 4 KiB, the floor below any durable
// answer.
func benchSync(b *testing.B) {
	file, err := os.Create(filepath.Join(b.TempDir(), "sync"))
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	for b.Loop() {
		load(b, 1, times(200), func(context.Context, uint64) error {
			if _, err := file.Write(make([]byte, 4096)); err != nil {
				return err
			}
			return file.Sync()
		}).report(b)
	}
}

// BenchmarkEvidenceCost is what signatures and epochs cost: the same writes
// through three writers, one that does neither, in turns, so that a busy machine
// is unkind to all.
func BenchmarkEvidenceCost(b *testing.B) {
	for _, tenants := range []int{1, 16} {
		b.Run(fmt.Sprintf("tenants=%d", tenants), func(b *testing.B) {
			bare, signed, full := DefaultConfig(), DefaultConfig(), DefaultConfig()
			bare.Epoch, bare.Unsigned, signed.Epoch = 0, true, 0
			var fs []*fixture
			for _, cfg := range []Config{bare, signed, full} {
				fs = append(fs, benchFixture(b, dbtest.OpenSQLite(b, clock.System{}), tenants, cfg))
			}
			for b.Loop() {
				costRounds(b, fs, tenants)
			}
		})
	}
}

// costRounds loads the writers in turns and reports what each step adds.
func costRounds(b *testing.B, fs []*fixture, tenants int) {
	const rounds = 9
	rate, cpu := make([][]float64, len(fs)), make([][]float64, len(fs))
	var done uint64
	for r := range rounds + 1 {
		for k := range fs {
			i := (k + r) % len(fs) // nobody always goes first
			l := load(b, writers, during(1200*time.Millisecond), func(ctx context.Context, n uint64) error {
				return fs[i].proveOne(ctx, benchTenant(int(n)%tenants), done+n)
			})
			done += uint64(len(l.all))
			if r > 0 { // the first round warms up
				rate[i], cpu[i] = append(rate[i], l.rate()), append(cpu[i], l.each())
			}
		}
	}
	// Ratios within a round, then their median: what the machine did in another
	// round is not in them.
	more := func(v [][]float64, i, j int) float64 {
		var ratio []float64
		for r := range v[i] {
			ratio = append(ratio, (v[j][r]/v[i][r]-1)*100)
		}
		return middle(ratio)
	}
	b.ReportMetric(middle(rate[0]), "bare-per-s")
	b.ReportMetric(middle(rate[2]), "full-per-s")
	b.ReportMetric(middle(cpu[0])/1000, "bare-cpu-µs")
	b.ReportMetric(middle(cpu[2])/1000, "full-cpu-µs")
	for _, m := range []struct {
		unit string
		v    [][]float64
		sign float64
	}{{"cpu-%", cpu, 1}, {"rate-%", rate, -1}} {
		b.ReportMetric(m.sign*more(m.v, 0, 1), "signing-"+m.unit)
		b.ReportMetric(m.sign*more(m.v, 1, 2), "epochs-"+m.unit)
		b.ReportMetric(m.sign*more(m.v, 0, 2), "both-"+m.unit)
	}
}

func middle(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

const (
	manyTenants  = 10_000
	touchedSlots = 100
)

// BenchmarkEpoch closes epochs in which 100 of 10,000 tenants grew.
func BenchmarkEpoch(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchEpoch(b, dbtest.OpenSQLite(b, clock.System{})) })
	b.Run("postgres", func(b *testing.B) { benchEpoch(b, dbtest.OpenPostgres(b, clock.System{})) })
}

func benchEpoch(b *testing.B, d *db.DB) {
	cfg := DefaultConfig()
	cfg.Epoch = time.Hour // closed by hand
	f := benchFixture(b, d, manyTenants, cfg)
	for { // the geneses
		f.Anchors.mu.Lock()
		n := len(f.Anchors.grown)
		f.Anchors.mu.Unlock()
		if n == 0 {
			break
		}
		if err := f.Anchors.CloseEpoch(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	var took []time.Duration
	round := 0
	b.Run("close", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			round++
			load(b, writers, times(touchedSlots), func(ctx context.Context, i uint64) error {
				tenant := benchTenant(int(i)*(manyTenants/touchedSlots) + round%touchedSlots)
				return f.proveOne(ctx, tenant, uint64(round*touchedSlots)+i)
			})
			b.StartTimer()
			at := time.Now()
			if err := f.Anchors.CloseEpoch(b.Context()); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(at))
		}
		l := &loadStats{all: slices.Sorted(slices.Values(took))}
		b.ReportMetric(float64(l.at(0.5).Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(l.at(0.99).Microseconds())/1000, "p99-ms")
		b.ReportMetric(float64(l.at(1).Microseconds())/1000, "max-ms")
	})
}

// BenchmarkOpenAnchors reads the log of logs at the start, where 10,000 tenants
// have 100 anchors each.
func BenchmarkOpenAnchors(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchOpen(b, dbtest.OpenSQLite(b, clock.System{})) })
	b.Run("postgres", func(b *testing.B) { benchOpen(b, dbtest.OpenPostgres(b, clock.System{})) })
}

func benchOpen(b *testing.B, d *db.DB) {
	cfg := DefaultConfig()
	cfg.Epoch = time.Hour
	f := benchFixture(b, d, manyTenants, cfg)
	ctx := b.Context()
	for { // the geneses
		if err := f.Anchors.CloseEpoch(ctx); err != nil {
			b.Fatal(err)
		}
		f.Anchors.mu.Lock()
		n := len(f.Anchors.grown)
		f.Anchors.mu.Unlock()
		if n == 0 {
			break
		}
	}
	// Older anchors than the last, as a year would leave them: sizes below the
	// genesis' do not exist, so the copies get negative ones.
	if err := d.InSystemTx(ctx, "benchmark", func(tx *db.Tx) error {
		for part := range 99 {
			if _, err := tx.Exec(ctx, `INSERT INTO anchor (tenant_id, size, epoch, slot, at, checkpoint, path)
				SELECT tenant_id, CAST($1 AS bigint), epoch, slot, at, checkpoint, path FROM anchor WHERE size = 1`, -1-part); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			if err := f.Anchors.Open(ctx); err != nil {
				b.Fatal(err)
			}
			if err := f.Anchors.Healthy(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkEpochTree changes 100 leaves of 10,000 and proves them.
func BenchmarkEpochTree(b *testing.B) {
	var t epochTree
	for i := range uint64(manyTenants) {
		t.set(i, receipt.LeafHash(strconv.AppendUint(nil, i, 10)))
	}
	b.ReportAllocs()
	for b.Loop() {
		for i := range uint64(touchedSlots) {
			t.set(i*97, receipt.LeafHash(strconv.AppendUint(nil, i, 10)))
		}
		right, _ := t.fold()
		for i := range uint64(touchedSlots) {
			flatten(t.path(i*97, right))
		}
	}
}

// BenchmarkExtend is the tree's part of a batch of 64 units.
func BenchmarkExtend(b *testing.B) {
	leaves := make([]receipt.Hash, writers)
	e := &edge{}
	for range 1000 {
		e.append(receipt.LeafHash(nil))
	}
	b.ReportAllocs()
	for b.Loop() {
		_, t := extend(e, leaves)
		for i := range uint64(len(leaves)) {
			t.prove(e.size + i)
		}
	}
}
