package main

import (
	"fmt"
	"io"
	"os"

	"frostgate.io/frostgate/receipt"
)

type evidenceCompareCmd struct {
	A     string `arg:"" help:"Bundle, receipt, saved answer or checkpoint."`
	B     string `arg:"" help:"Another, of the same log: for example what somebody else was given."`
	Trust string `required:"" help:"File with the log's public keys, one a line, or a policy." placeholder:"KEYFILE"`
}

// maxCompared bounds each file of a comparison.
const maxCompared = 1 << 30

// Run fails when the files prove two histories of one log.
func (c *evidenceCompareCmd) Run(p *program) error {
	trust, err := readTrust(c.Trust)
	if err != nil {
		return err
	}
	var data [2][]byte
	for i, name := range []string{c.A, c.B} {
		f, err := os.Open(name)
		if err != nil {
			return errUsage{err}
		}
		data[i], err = readAtMost(f, name, maxCompared)
		_ = f.Close()
		if err != nil {
			return err
		}
	}
	cmp, err := receipt.Compare(data[0], data[1], trust)
	if err != nil {
		return err
	}
	if err := p.printComparison(cmp); err != nil {
		return err
	}
	if len(cmp.Split) > 0 {
		return errQuiet(exitFailed)
	}
	return nil
}

func (p *program) printComparison(cmp *receipt.Comparison) error {
	if p.cli.Output != "table" {
		split := []any{}
		for i := range cmp.Split {
			s := &cmp.Split[i]
			split = append(split, map[string]any{
				"log": s.Origin, "size": s.Size, "root_a": s.A.Root.String(), "root_b": s.B.Root.String(),
				"signed_a": string(s.A.Signed), "signed_b": string(s.B.Signed),
				"signer_a": s.A.Signer, "signer_b": s.B.Signer, "vouched_a": s.A.Vouched, "vouched_b": s.B.Vouched,
			})
		}
		return p.one(map[string]any{"two_histories": len(cmp.Split) > 0, "split": split, "agree": cmp.Agree, "open": cmp.Open})
	}
	return p.emit(func(w io.Writer) error {
		for i := range cmp.Split {
			fmt.Fprintf(w, "%s: %s\n", p.paint().bad("TWO HISTORIES"), printable(cmp.Split[i].String()))
		}
		switch {
		case len(cmp.Split) > 0:
		case cmp.Agree > 0:
			fmt.Fprintf(w, "%s: they share %d checkpoints; %d pairs are of different sizes, which only a consistency proof can compare\n",
				p.paint().good("AGREE"), cmp.Agree, cmp.Open)
		default:
			fmt.Fprintf(w, "%s: no checkpoint of one log and size is in both, so nothing is proven or refuted\n", p.paint().warn("OPEN"))
		}
		return nil
	})
}
