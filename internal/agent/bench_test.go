package agent

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/clock"
)

type swallow struct{}

func (swallow) SendBatch(context.Context, [][]byte) ([]Problem, error) { return nil, nil }

// Reading, parsing and saving the place, 20,000 lines in batches of 500.
func BenchmarkTail(b *testing.B) {
	dir := b.TempDir()
	path := filepath.Join(dir, "auth.log")
	const lines = 20_000
	var text strings.Builder
	for i := range lines {
		text.WriteString(logLine(i))
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		a, err := New(Config{Paths: []string{path}, Dir: b.TempDir()}, swallow{}, clock.NewFake(start), slog.New(slog.DiscardHandler))
		if err != nil {
			b.Fatal(err)
		}
		for a.Stats().Sent < lines {
			if _, err := a.Step(context.Background()); err != nil {
				b.Fatal(err)
			}
		}
		_ = a.Close()
	}
	b.ReportMetric(float64(lines)*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}
