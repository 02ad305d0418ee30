package main

import (
	"context"
	"errors"
	"os"
	"time"
)

// start measures how fast an empty store is ready, what an idle server holds
// and how big the binary is.
func (b *bench) start(ctx context.Context) error {
	const part = "start"
	st, err := os.Stat(b.product)
	if err != nil {
		return err
	}
	b.found.bytes(part, "binary", st.Size())
	var ready []time.Duration
	var idle []int64
	for range 5 {
		s, err := b.startProduct(ctx, "")
		if err != nil {
			return err
		}
		ready = append(ready, s.ready)
		if len(idle) == 0 {
			time.Sleep(2 * time.Second) // idle means that start-up's garbage had its chance
			idle = append(idle, memoryOf(s.pid(), "VmRSS"))
		}
		if err := errors.Join(s.stop(), os.RemoveAll(s.dir)); err != nil {
			return err
		}
	}
	took := median(ready, func(d time.Duration) float64 { return float64(d) })
	b.found.duration(part, "cold start to ready, new store, median of 5", took).goal("< 1s", took < 1e9)
	b.found.bytes(part, "resident 2 s after ready", idle[0]).goal("< 120 MiB", idle[0] < 120<<20)
	return nil
}
