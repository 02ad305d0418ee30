package receipt

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

const (
	proofMagic = "c2sp.org/tlog-proof@v1\n"
	// MaxProofSize bounds the text of a proof with its signed checkpoint.
	MaxProofSize = 64 << 10
)

// Proof is an offline-verifiable proof that an entry is in a log
// (c2sp.org/tlog-proof).
type Proof struct {
	// Extra is opaque and NOT authenticated; receipts leave it empty.
	Extra []byte
	// Index is the entry's position in the log, from zero.
	Index uint64
	// Hashes is the inclusion proof, from the leaf's sibling upward.
	Hashes []Hash
	// Checkpoint is the signed checkpoint, verbatim.
	Checkpoint []byte
}

// Append appends the text form to dst.
func (p *Proof) Append(dst []byte) []byte {
	dst = append(dst, proofMagic...)
	if len(p.Extra) > 0 {
		dst = append(dst, "extra "...)
		dst = base64.StdEncoding.AppendEncode(dst, p.Extra)
		dst = append(dst, '\n')
	}
	dst = append(dst, "index "...)
	dst = strconv.AppendUint(dst, p.Index, 10)
	dst = append(dst, '\n')
	for i := range p.Hashes {
		dst = base64.StdEncoding.AppendEncode(dst, p.Hashes[i][:])
		dst = append(dst, '\n')
	}
	dst = append(dst, '\n')
	return append(dst, p.Checkpoint...)
}

// MarshalText is the text form; it refuses a proof that ParseProof would
// refuse for its size.
func (p *Proof) MarshalText() ([]byte, error) {
	if len(p.Hashes) > MaxProofHashes {
		return nil, fmt.Errorf("proof: %d hashes, at most %d", len(p.Hashes), MaxProofHashes)
	}
	text := p.Append(nil)
	if len(text) > MaxProofSize {
		return nil, fmt.Errorf("proof: %d bytes, at most %d", len(text), MaxProofSize)
	}
	return text, nil
}

// ParseProof reads the text form. It accepts one spelling only: LF line ends,
// no leading zeros, padded base64, at most MaxProofHashes hashes. The
// checkpoint is returned verbatim and unchecked.
func ParseProof(text []byte) (*Proof, error) {
	if len(text) > MaxProofSize {
		return nil, fmt.Errorf("proof: %d bytes, at most %d", len(text), MaxProofSize)
	}
	rest, ok := strings.CutPrefix(string(text), proofMagic)
	if !ok {
		return nil, errors.New("proof: line 1 must be " + strings.TrimSpace(proofMagic))
	}
	p := new(Proof)
	line, rest, _ := strings.Cut(rest, "\n")
	if b64, ok := strings.CutPrefix(line, "extra "); ok {
		extra, err := base64.StdEncoding.Strict().DecodeString(b64)
		// A carriage return is the one byte the decoder would skip here.
		if err != nil || len(extra) == 0 || strings.Contains(b64, "\r") {
			return nil, errors.New("proof: extra line is not padded base64")
		}
		p.Extra = extra
		line, rest, _ = strings.Cut(rest, "\n")
	}
	index, ok := strings.CutPrefix(line, "index ")
	if !ok {
		return nil, errors.New("proof: index line is missing")
	}
	var err error
	if p.Index, err = parseDecimal(index); err != nil {
		return nil, fmt.Errorf("proof: index: %w", err)
	}
	if err := p.parseHashes(rest); err != nil {
		return nil, err
	}
	return p, nil
}

// parseHashes reads the hash lines, the blank line that ends them and keeps
// what follows as the checkpoint.
func (p *Proof) parseHashes(rest string) error {
	for {
		line, after, ok := strings.Cut(rest, "\n")
		switch {
		case !ok || (line == "" && after == ""):
			return errors.New("proof: the checkpoint is missing")
		case line == "":
			p.Checkpoint = []byte(after)
			return nil
		case len(p.Hashes) == MaxProofHashes:
			return fmt.Errorf("proof: more than %d hashes", MaxProofHashes)
		}
		h, err := parseBase64Hash(line)
		if err != nil {
			return fmt.Errorf("proof: hash %d: %w", len(p.Hashes), err)
		}
		p.Hashes = append(p.Hashes, h)
		rest = after
	}
}
