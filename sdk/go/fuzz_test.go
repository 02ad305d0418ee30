package frostgate

import (
	"net/http"
	"strings"
	"testing"
)

func FuzzReadEvents(f *testing.F) {
	for _, s := range []string{
		"", ": hello\n\n", "id: 4\nevent: decision\ndata: {}\n\n", "id:5\r\ndata:a\r\ndata:b\r\n\r\n", "data\n\n", "id: \x00\n\n", "data: cut",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		rq, err := http.NewRequest(http.MethodGet, "http://h/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		_ = readEvents(strings.NewReader(s), func(id, _, _ string) error {
			if strings.ContainsAny(id, "\x00\r\n") {
				t.Errorf("ID %q can't be a header", id)
			}
			rq.Header.Set("Last-Event-ID", id)
			return nil
		})
	})
}

func FuzzReadProblem(f *testing.F) {
	f.Add(`{"status":429,"code":"rate_limited","retry_after_s":3}`, "7")
	f.Add("<html>", "soon")
	f.Fuzz(func(t *testing.T, body, after string) {
		w := &http.Response{StatusCode: 503, Header: http.Header{"Retry-After": {after}}, Body: readCloser{strings.NewReader(body)}}
		p := readProblem(w)
		if p.Status != 503 || p.Error() == "" {
			t.Errorf("got %+v", p)
		}
	})
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }
