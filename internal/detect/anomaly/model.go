package anomaly

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"
)

// Bounds of a weight, in thousandths. A feature that people keep calling wrong
// never falls silent: it must be able to come back.
const (
	MinWeight domain.Milli = 100
	MaxWeight domain.Milli = 1000
)

// Model is how much each feature counts. Feedback makes a new version of it.
type Model struct {
	Version int64 // 1 is the one that everybody starts with
	Weights [FeatureCount]domain.Milli
}

// DefaultModel is version 1. Hours and sizes vary for many good reasons.
func DefaultModel() *Model {
	m := &Model{Version: 1}
	for f := range FeatureCount {
		m.Weights[f] = MaxWeight
	}
	m.Weights[UserHour], m.Weights[PayloadSize], m.Weights[FailCount] = 600, 600, 800
	return m
}

// Name is the algorithm with the version of the weights.
func (m *Model) Name() string { return Algorithm + "." + strconv.FormatInt(m.Version, 10) }

// AppendDocument appends the model's canonical bytes (RFC 8785).
func (m *Model) AppendDocument(b []byte) []byte {
	b = append(b, `{"algorithm":"`+Algorithm+`","version":`...)
	b = append(strconv.AppendInt(b, m.Version, 10), `,"weights":{`...)
	for f := range FeatureCount {
		if f > 0 {
			b = append(b, ',')
		}
		b = jsondoc.AppendString(b, f.String())
		b = strconv.AppendInt(append(b, ':'), int64(m.Weights[f]), 10)
	}
	return append(b, "}}"...)
}

// Digest is the SHA-256 of the model's document, hex.
func (m *Model) Digest() string {
	sum := sha256.Sum256(m.AppendDocument(nil))
	return hex.EncodeToString(sum[:])
}

// ParseModel reads a document that AppendDocument wrote, and nothing else.
func ParseModel(document []byte) (*Model, error) {
	doc, err := jsondoc.Parse(document, jsondoc.Limits{MaxBytes: 64 << 10, MaxDepth: 4})
	if err != nil {
		return nil, fmt.Errorf("anomaly model: %w", err)
	}
	m := &Model{}
	version, ok := doc.Root().Get("version").Int64()
	if m.Version = version; !ok || version < 1 {
		return nil, fmt.Errorf("anomaly model: version is no number from 1 on")
	}
	for f := range FeatureCount {
		w, ok := doc.Root().Path("weights", f.String()).Int64()
		if m.Weights[f] = domain.Milli(w); !ok || m.Weights[f] < MinWeight || m.Weights[f] > MaxWeight {
			return nil, fmt.Errorf("anomaly model: the weight of %s is no number from %d to %d", f, MinWeight, MaxWeight)
		}
	}
	if string(m.AppendDocument(nil)) != string(document) {
		return nil, fmt.Errorf("anomaly model: not the document of algorithm %s", Algorithm)
	}
	return m, nil
}
