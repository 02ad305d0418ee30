// Command driftpeers measures other Go libraries that compare JSON on the objects
// that real releases changed, beside FrostGate's diff. It is a module of its own:
// what the libraries need stays out of the product's go.mod.
//
// What is prepared favours them: objects are normalised, paired and read into
// memory. The clock runs for comparing alone; it counts CPU time, so that other
// work on the machine does not count. How many operations each
// makes of the same changes is told too: a library that compares sets by place
// reports moves of elements as changes.
//
// It must not mend a library: what one refuses is counted.
//
//	driftpeers -data FOLDER -seconds 3
//
// FOLDER is the drift folder of the real data. The answer on standard output is JSON.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"syscall"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/wI2L/jsondiff"
	"gomodules.xyz/jsonpatch/v2"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// figures is what one library does with one pair of releases.
type figures struct {
	Library  string  `json:"library"`
	Releases string  `json:"releases"`
	Objects  int     `json:"objects"` // changed ones
	MBs      float64 `json:"mb_per_second"`
	Micros   float64 `json:"microseconds_per_object"`
	Ops      int     `json:"operations"`
	Refused  int     `json:"refused"`
}

// peer compares two objects and says how many operations it makes of them.
type peer struct {
	name    string
	compare func(p *pair) (ops int, err error)
}

func peers() []peer {
	var d diff.Differ
	return []peer{
		{"frostgate", func(p *pair) (int, error) {
			changes, err := d.Objects(p.rules, p.from, p.to)
			n := 0
			for i := range changes {
				n += len(changes[i].Ops)
			}
			return n, err
		}},
		{"wI2L/jsondiff", func(p *pair) (int, error) {
			ops, err := jsondiff.CompareJSON(p.from, p.to)
			return len(ops), err
		}},
		{"wI2L/jsondiff, sets as sets", func(p *pair) (int, error) {
			ops, err := jsondiff.CompareJSON(p.from, p.to, jsondiff.Equivalent(), jsondiff.LCS())
			return len(ops), err
		}},
		{"gomodules.xyz/jsonpatch", func(p *pair) (int, error) {
			ops, err := jsonpatch.CreatePatch(p.from, p.to)
			return len(ops), err
		}},
	}
}

func main() {
	data := flag.String("data", "", "`FOLDER` with the real releases")
	seconds := flag.Float64("seconds", 3, "`SECONDS` for each library and pair of releases")
	flag.Parse()
	runtime.GOMAXPROCS(1)
	all, err := measure(*data, *seconds)
	if err == nil {
		err = json.MarshalWrite(os.Stdout, all, jsontext.Multiline(true))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "driftpeers:", err)
		os.Exit(1)
	}
}

func measure(data string, seconds float64) ([]figures, error) {
	types, list := normal.Builtin(), peers()
	var out []figures
	for _, r := range [][3]string{
		{"openintunebaseline", "windows-v3.5", "windows-v3.6"},
		{"ca-baseline-j0eyv", "2026.2.1", "2026.6.1"},
		{"kube-prometheus", "v0.17.0", "v0.18.0"},
	} {
		pairs, err := pairsOf(types, data+"/"+r[0], r[1], r[2])
		if err != nil {
			return nil, err
		}
		for i := range list {
			f := figures{Library: list[i].name, Releases: r[0] + " " + r[1] + " to " + r[2], Objects: len(pairs)}
			run(&f, &list[i], pairs, seconds)
			out = append(out, f)
		}
	}
	return out, nil
}

// run goes through the pairs until the time is over.
func run(f *figures, p *peer, pairs []pair, seconds float64) {
	bytes, rounds := 0, 0
	start := cpu()
	for ; rounds == 0 || cpu()-start < seconds; rounds++ {
		f.Ops, f.Refused = 0, 0
		for i := range pairs {
			n, err := p.compare(&pairs[i])
			if err != nil {
				f.Refused++
			}
			f.Ops += n
			bytes += len(pairs[i].from) + len(pairs[i].to)
		}
	}
	took := cpu() - start
	f.MBs = float64(bytes) / took / 1e6
	f.Micros = took * 1e6 / float64(rounds*len(pairs))
}

// cpu is the CPU seconds that this process has used.
func cpu() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}
