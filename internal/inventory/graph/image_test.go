package graph

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// chain makes a graph of n nodes, each with an edge to the next two.
func chain(set *ruleset, n int) *compact {
	b := newBuilder(set)
	for i := range n {
		b.node(b.typ("type "+fmt.Sprint(i%3)), fmt.Sprintf("%08x-0000-4000-8000-%012x", i, i))
		b.g.nodes[i].kept = i%2 == 0
	}
	for i := range n {
		for _, to := range []int{(i + 1) % n, (i + 2) % n} {
			b.g.out = append(b.g.out, edge{from: int32(i), to: int32(to), rule: uint16(i % len(set.refs)), sure: i%3 == 0, known: i%5 == 0})
		}
	}
	b.node(b.typ("other"), "no GUID")
	return b.done()
}

func TestAnImageIsTheGraph(t *testing.T) {
	t.Parallel()
	set := testExtractor(t).set
	g := chain(set, 1000)
	body := g.encode()
	back, err := decode(set, body)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(g, back, cmp.AllowUnexported(compact{}, node{}, nodeKey{}, edge{}), cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".set" }, cmp.Ignore())); d != "" {
		t.Errorf("(-was +read):\n%s", d)
	}
	for cut := range len(body) {
		if _, err := decode(set, body[:cut]); err == nil {
			t.Fatalf("%d of %d bytes pass for an image", cut, len(body))
		}
	}
}

func TestAnImageIsReadForItsGenerationAlone(t *testing.T) {
	t.Parallel()
	each2(t, func(f *fixture) {
		ctx := context.Background()
		k := sourceKey{tenantA, source}
		g := chain(f.extract.set, 60_000)
		if err := f.writeImage(ctx, k, 7, g); err != nil {
			f.t.Fatal(err)
		}
		if back, err := f.readImage(ctx, k, 7); err != nil || back == nil || len(back.out) != len(g.out) {
			f.t.Fatalf("image of its generation: %v, %v", back != nil, err)
		}
		if back, err := f.readImage(ctx, k, 8); err != nil || back != nil {
			f.t.Errorf("image of another generation: %v, %v", back != nil, err)
		}
		if back, err := f.readImage(ctx, sourceKey{tenantB, source}, 7); err != nil || back != nil {
			f.t.Errorf("image of another tenant: %v, %v", back != nil, err)
		}
		// A shorter image leaves nothing of the longer one.
		small := chain(f.extract.set, imageFrom)
		if err := f.writeImage(ctx, k, 8, small); err != nil {
			f.t.Fatal(err)
		}
		if back, err := f.readImage(ctx, k, 8); err != nil || back == nil || len(back.nodes) != len(small.nodes) {
			f.t.Errorf("second image: %v, %v", back != nil, err)
		}
	})
}

func TestALargeGraphComesFromItsImage(t *testing.T) {
	t.Parallel()
	each2(t, func(f *fixture) {
		ctx := context.Background()
		var b strings.Builder
		for i := range imageFrom {
			fmt.Fprintf(&b, `{"type":"deviceManagement/configurationPolicies","object":{"id":"p%d","name":"P %d","roleScopeTagIds":["0"],"assignments":[{"target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"g"}}]}}`+"\n", i, i)
		}
		f.observe(b.String())
		for _, want := range []string{"rows", "image"} {
			f.cache = newCache(1 << 30)
			r, err := f.BlastRadius(ctx, tenantA, source, "groups", "g", 0, 1)
			if err != nil || r.Total != imageFrom {
				f.t.Fatalf("from %s: %+v, %v", want, r, err)
			}
		}
		// One policy less: the image is of an older generation.
		text := b.String()
		f.observe(text[strings.IndexByte(text, '\n')+1:] + `{"coverage":{"type":"deviceManagement/configurationPolicies","status":"complete"}}` + "\n")
		r, err := f.BlastRadius(ctx, tenantA, source, "groups", "g", 0, 1)
		if err != nil || r.Total != imageFrom-1 {
			f.t.Fatalf("after a removal: %d, %v", r.Total, err)
		}
	})
}

// FuzzDecode reads any bytes as an image.
func FuzzDecode(f *testing.F) {
	set := testExtractor(f).set
	f.Add(chain(set, 5).encode())
	f.Add([]byte{1, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := decode(set, b)
		if err != nil {
			return
		}
		for n := range g.nodes {
			var r Radius
			r.ByType = map[string]int{}
			g.reach(int32(n), 3, 10, &r)
		}
	})
}
