package evidence

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
)

// benchTessera writes entries as long as ours through tessera's POSIX log, on
// the same disk: once until it has integrated them, once until a checkpoint that
// commits to them is published. Only the latter is a proof, and its interval has
// a least value, 100 ms.
func benchTessera(b *testing.B) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(b.Context()))
	defer cancel()
	secret, _, err := note.GenerateKey(rand.Reader, "frostgate.example/bench")
	if err != nil {
		b.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		b.Fatal(err)
	}
	driver, err := posix.New(ctx, posix.Config{Path: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	opts := tessera.NewAppendOptions().WithCheckpointSigner(signer).
		WithCheckpointInterval(100*time.Millisecond).WithBatching(writers, time.Millisecond)
	log, shutdown, reader, err := tessera.NewAppender(ctx, driver, opts)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := shutdown(ctx); err != nil {
			b.Error(err)
		}
	}()
	await := tessera.NewPublicationAwaiter(ctx, reader.ReadCheckpoint, 2*time.Millisecond)
	var done atomic.Uint64 // no entry twice
	entry := func() *tessera.Entry {
		return tessera.NewEntry(fmt.Appendf(nil, "%-700d", done.Add(1)))
	}
	b.Run("tessera-integrated", func(b *testing.B) {
		for b.Loop() {
			load(b, writers, during(proofTime), func(ctx context.Context, _ uint64) error {
				_, err := log.Add(ctx, entry())()
				return err
			}).report(b)
		}
	})
	b.Run("tessera-published", func(b *testing.B) {
		for b.Loop() {
			load(b, writers, during(proofTime), func(ctx context.Context, _ uint64) error {
				_, _, err := await.Await(ctx, log.Add(ctx, entry()))
				return err
			}).report(b)
		}
	})
}
