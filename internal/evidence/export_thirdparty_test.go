package evidence

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"frostgate.io/frostgate/internal/evidence/evidencetest"
	"frostgate.io/frostgate/receipt"

	"github.com/transparency-dev/tessera/client"
	"golang.org/x/mod/sumdb/note"
)

func webFetcher(t *testing.T, dir string) *client.HTTPFetcher {
	t.Helper()
	srv := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(srv.Close)
	u, err := url.Parse(srv.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	f, err := client.NewHTTPFetcher(u, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestOthersReadAnExportedLog(t *testing.T) {
	t.Parallel()
	f := newFixture(t, openStore(t))
	dir := t.TempDir()
	for _, size := range []int{1, 255, 256, 257, 300, 600} {
		f.grow(t, size)
		mustExport(t, &live{f: f}, dir, f.pins(t))
		evidencetest.ReadAsOthers(t, f.custody.VerifierKey(), f.Origin("log-a"), uint64(size), client.FileFetcher{Root: dir})
		evidencetest.ReadAsOthers(t, f.custody.VerifierKey(), f.Origin("log-a"), uint64(size), webFetcher(t, dir))
	}
}

// A log with a third level of tiles.
func TestOthersReadALargeLog(t *testing.T) {
	t.Parallel()
	const size = 65536 + 1
	dir := t.TempDir()
	vkey, origin := signedFolder(t, dir, size)
	evidencetest.ReadAsOthers(t, vkey, origin, size, client.FileFetcher{Root: dir})
	trust, err := receipt.NewTrust(vkey)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := FsckFolder(t.Context(), dir, trust); err != nil || !r.Valid() {
		t.Errorf("ours: %+v %v", r, err)
	}
}

// Whatever makes tessera's fsck fail makes ours fail, and names the place.
func TestOthersAndOursRefuseADamagedLog(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"tile/entries/000", "tile/entries/002.p/88", "tile/0/001", "tile/1/000.p/2", "tile/0/002.p/88", CheckpointFile} {
		t.Run(filepath.Base(filepath.Dir(file))+filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			vkey, origin := signedFolder(t, dir, 600)
			raw, err := os.ReadFile(filepath.Join(dir, file))
			if err != nil {
				t.Fatal(err)
			}
			raw[len(raw)/2] ^= 1
			if err := os.WriteFile(filepath.Join(dir, file), raw, 0o600); err != nil {
				t.Fatal(err)
			}
			v, err := note.NewVerifier(vkey)
			if err != nil {
				t.Fatal(err)
			}
			if err := evidencetest.TesseraFsck(t, origin, v, client.FileFetcher{Root: dir}); err == nil {
				t.Error("tessera says that it is whole")
			}
			trust, err := receipt.NewTrust(vkey)
			if err != nil {
				t.Fatal(err)
			}
			if r, err := FsckFolder(t.Context(), dir, trust); err == nil && (r.Valid() || fmt.Sprint(r.Problems[0]) == "") {
				t.Errorf("ours says that it is whole: %+v", r)
			}
		})
	}
}
