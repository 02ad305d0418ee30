package saved

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/receipt"
)

// kindErasure is the artifact of which a saved certificate speaks.
const kindErasure = "erasure"

// erasureGroup and certificateGroup are what an erasure's artifacts say; the
// second stands in the first artifact only.
type erasureGroup struct {
	Indexes     [][2]uint64 `json:"indexes"`
	Reason      string      `json:"reason"`
	RequestedBy string      `json:"requested_by"`
	Subject     string      `json:"subject"`
	SubjectKind string      `json:"subject_kind"`
}

// erasurePart is a further artifact in a certificate.
type erasurePart struct {
	index uint64
	rc    *receipt.Receipt
	rest  []string // its members that its receipt was not read from
}

// partsOf reads the further artifacts of a certificate.
func partsOf(data jsontext.Value) ([]erasurePart, error) {
	var doc struct {
		Parts []struct {
			Index   uint64         `json:"index"`
			Receipt jsontext.Value `json:"receipt"`
			Rest    jsontext.Value `json:",unknown"`
		} `json:"parts"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("the certificate's parts can't be read: %w", err)
	}
	var out []erasurePart
	for i, p := range doc.Parts {
		at := "parts[" + strconv.Itoa(i) + "]"
		rc, err := receipt.FromResponse(p.Receipt)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", at, err)
		}
		v, err := parseAny(p.Receipt)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", at, err)
		}
		c := claims{}
		c.own(v, at+".receipt")
		if rest, err := parseAny(p.Rest); err == nil {
			o, _ := rest.(object)
			c.beside(o, at, nil)
		}
		out = append(out, erasurePart{p.Index, rc, c.rest})
	}
	return out, nil
}

// verifyParts checks the receipts of a certificate's further artifacts and that
// they belong to the same erasure, and gives what all its artifacts say
// together, in a certificate's words.
func (d *Document) verifyParts(trust receipt.Trust, h *receipt.Header) (object, error) {
	parts, err := partsOf(d.raw)
	if err != nil {
		return nil, err
	}
	want, first, err := openedErasure(d.Receipt, h)
	if err != nil {
		return nil, err
	}
	if first == nil { // the number of parts alone does not say which they are
		delete(want, "complete")
		return want, nil
	}
	ranges, last := first.Indexes, h.Index
	for i, p := range parts {
		at := "parts[" + strconv.Itoa(i) + "]"
		report, err := receipt.Verify(p.rc, trust)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", at, err)
		}
		ph := report.Header
		if ph.Artifact != kindErasure || ph.Log != h.Log || ph.Prev != int64(h.Index) || ph.Index <= last || p.index != ph.Index {
			return nil, fmt.Errorf("%s: entry %d of log %s is no such part of this erasure", at, ph.Index, ph.Log)
		}
		part, err := openedPart(p.rc)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", at, err)
		}
		if part.Subject != first.Subject || part.SubjectKind != first.SubjectKind || part.Reason != first.Reason || part.RequestedBy != first.RequestedBy {
			return nil, fmt.Errorf("%s: entry %d is of another erasure", at, ph.Index)
		}
		ranges, last = slices.Concat(ranges, part.Indexes), ph.Index
		d.claims.rest = append(d.claims.rest, p.rest...)
	}
	delete(d.claims.decision, "parts")
	whole(want, ranges, len(parts)+1)
	return want, nil
}

// whole adds what only all artifacts together tell.
func whole(want object, ranges [][2]uint64, artifacts int) {
	num := func(n uint64) any { return number(strconv.FormatUint(n, 10)) }
	indexes, payloads := []any{}, uint64(0)
	for _, r := range ranges {
		indexes = append(indexes, []any{num(r[0]), num(r[1])})
		payloads += r[1] - r[0] + 1
	}
	want["indexes"], want["payloads"] = indexes, num(payloads)
	if n, ok := want["complete"].(number); ok {
		want["complete"] = string(n) == strconv.Itoa(artifacts)
	}
}

// openedPart reads what one artifact says.
func openedPart(rc *receipt.Receipt) (*erasureGroup, error) {
	o, ok := rc.Openings[kindErasure]
	if !ok {
		return nil, errors.New("the receipt does not open what the erasure says")
	}
	out := &erasureGroup{}
	if err := json.Unmarshal([]byte(o.Value), out, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("opened group erasure: %w", err)
	}
	for _, r := range out.Indexes {
		if r[1] < r[0] {
			return nil, fmt.Errorf("opened group erasure: no range: %d to %d", r[0], r[1])
		}
	}
	return out, nil
}

// openedErasure says in a certificate's words what the header and the openings
// of its first artifact hold. Complete is the number of artifacts until all are
// known.
func openedErasure(rc *receipt.Receipt, h *receipt.Header) (object, *erasureGroup, error) {
	want := object{"id": h.Log + "-" + strconv.FormatUint(h.Index, 10), "log": h.Log, "at": wireTime(h.Time), "dry_run": false}
	if o, ok := rc.Openings["certificate"]; ok {
		v, err := parseAny(jsontext.Value(o.Value))
		if err != nil {
			return nil, nil, fmt.Errorf("opened group certificate: %w", err)
		}
		g, _ := v.(object)
		for _, name := range []string{"already_gone", "master_key"} {
			rename(want, g, name, name, same)
		}
		rename(want, g, "key_versions", "key_versions", listed(func(object) {}))
		// What was removed says nothing of why it was kept.
		rename(want, g, "copies", "copies", listed(func(o object) {
			if o["kept"] == "" {
				delete(o, "kept")
			}
		}))
		rename(want, g, "complete", "parts", same)
	}
	if _, ok := rc.Openings[kindErasure]; !ok {
		return want, nil, nil
	}
	part, err := openedPart(rc)
	if err != nil {
		return nil, nil, err
	}
	want["reason"], want["requested_by"], want["subject"], want["subject_kind"] = part.Reason, part.RequestedBy, part.Subject, part.SubjectKind
	return want, part, nil
}

// listed makes a list of objects that a file must repeat whole: a member left
// out would say something else.
func listed(change func(object)) func(any) any {
	return each(func(o object) any {
		change(o)
		return exactly{o}
	})
}
