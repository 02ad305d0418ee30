package decision

import (
	"strconv"

	"frostgate.io/frostgate/internal/domain"
)

// appendAnomalyFact appends the hashed encoding of what the anomaly score rests
// on. A feature that is learning has no rarity and no weight: it does not count.
func appendAnomalyFact(b []byte, f *domain.AnomalyFact) []byte {
	b = appendStr(append(b, `{"digest":`...), f.Digest)
	b = append(b, `,"features":[`...)
	for i := range f.Features {
		x := &f.Features[i]
		b = append(comma(b, i), '{')
		if x.Learning {
			b = append(b, `"learning":true,`...)
		}
		b = appendStr(append(b, `"name":`...), x.Name)
		if !x.Learning {
			b = append(appendMilli(append(b, `,"rarity":"`...), x.Rarity), '"')
		}
		b = strconv.AppendInt(append(b, `,"seen":`...), x.Seen, 10)
		b = strconv.AppendInt(append(b, `,"total":`...), x.Total, 10)
		if !x.Learning {
			b = append(appendMilli(append(b, `,"weight":"`...), x.Weight), '"')
		}
		b = append(b, '}')
	}
	b = strconv.AppendBool(append(b, `],"learning":`...), f.Learning)
	return append(appendStr(append(b, `,"model":`...), f.Model), '}')
}

// storedAnomaly is that encoding read back.
type storedAnomaly struct {
	Digest   string `json:"digest"`
	Features []struct {
		Learning bool   `json:"learning"`
		Name     string `json:"name"`
		Rarity   string `json:"rarity"`
		Seen     int64  `json:"seen"`
		Total    int64  `json:"total"`
		Weight   string `json:"weight"`
	} `json:"features"`
	Learning bool   `json:"learning"`
	Model    string `json:"model"`
}

func (s *storedAnomaly) fact() *domain.AnomalyFact {
	if s == nil {
		return nil
	}
	f := &domain.AnomalyFact{Model: s.Model, Digest: s.Digest, Learning: s.Learning}
	for _, x := range s.Features {
		f.Features = append(f.Features, domain.AnomalyFeature{
			Name: x.Name, Seen: x.Seen, Total: x.Total, Rarity: parseMilli(x.Rarity), Weight: parseMilli(x.Weight), Learning: x.Learning,
		})
	}
	return f
}

// appendAnomaly appends the member of the answer; nothing where no fact was
// recorded.
func appendAnomaly(b []byte, f *domain.AnomalyFact) []byte {
	if f == nil {
		return b
	}
	b = appendStr(append(b, `,"anomaly":{"model":`...), f.Model)
	b = appendStr(append(b, `,"state_digest":`...), f.Digest)
	b = strconv.AppendBool(append(b, `,"learning":`...), f.Learning)
	b = append(b, `,"features":[`...)
	for i := range f.Features {
		x := &f.Features[i]
		b = appendStr(append(comma(b, i), `{"name":`...), x.Name)
		b = strconv.AppendBool(append(b, `,"learning":`...), x.Learning)
		b = strconv.AppendInt(append(b, `,"seen":`...), x.Seen, 10)
		b = strconv.AppendInt(append(b, `,"total":`...), x.Total, 10)
		b = appendMilli(append(b, `,"rarity":`...), x.Rarity)
		b = append(appendMilli(append(b, `,"weight":`...), x.Weight), '}')
	}
	return append(b, "]}"...)
}
