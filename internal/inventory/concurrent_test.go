package inventory

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
)

func TestSourcesRunAtTheSameTime(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx, stop := context.WithCancel(context.Background())
		var work, runs sync.WaitGroup
		work.Go(func() { _ = f.Work(ctx) })
		for i := range 4 {
			b := directory()
			b.Source.Name = fmt.Sprint("source ", i)
			runs.Go(func() {
				for round := range 3 {
					text := upload(many(200 + 50*round)...) // contents that all bring
					if round == 1 {
						if _, err := f.Receive(ctx, tenantA, b, breaking{strings.NewReader(text)}, by()); err == nil {
							f.t.Error("a broken upload was closed")
						}
						continue
					}
					r, err := f.Receive(ctx, tenantA, b, strings.NewReader(text), by())
					if err != nil || !r.Compared {
						f.t.Errorf("run: %+v %v", r, err)
					}
				}
			})
		}
		runs.Wait()
		stop()
		work.Wait()
		if err := f.sweep(context.Background()); err != nil {
			f.t.Fatal(err)
		}
		sources, err := f.Sources(context.Background(), tenantA)
		if err != nil || len(sources) != 4 {
			f.t.Fatal(sources, err)
		}
		for _, s := range sources {
			f.export(tenantA, s.Last.Root) // all parts are there
		}
		if v, err := f.Log.VerifyChain(context.Background(), tenantA); err != nil || !v.Valid || v.Size != 9 {
			f.t.Errorf("log: %+v %v", v, err)
		}
	})
}
