package receipt

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gowebpki/jcs"
)

func goodRootEntries(t testing.TB) []RootEntry {
	_, vkey := testKey(t, testKeyName, 7)
	return []RootEntry{
		{Artifact: RootGenesis, Key: vkey, Time: 5},
		{Artifact: RootEpoch, Index: 12, Root: EmptyRoot(), Slots: 10_000, Time: MaxInt},
		{Artifact: RootEpoch, Index: 12, Slots: 1},
		{Artifact: RootKey, Action: KeyIssue, Index: 13, Key: vkey, Time: 7},
		{Artifact: RootKey, Action: KeyRevoke, Index: MaxInt, Key: vkey, Reason: "stolen, it's <said>", Time: 7},
	}
}

func TestRootEntryRoundTrip(t *testing.T) {
	t.Parallel()
	for _, want := range goodRootEntries(t) {
		text := want.AppendJCS(nil)
		got, err := ParseRootEntry(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if diff := cmp.Diff(&want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
		if canonical, err := jcs.Transform(text); err != nil || string(canonical) != string(text) {
			t.Errorf("%s is canonically %s, %v", text, canonical, err)
		}
	}
	const epoch = `{"artifact":"epoch","index":12,"root":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","slots":10000,"time":9007199254740991,"v":1}`
	if got := string(goodRootEntries(t)[1].AppendJCS(nil)); got != epoch {
		t.Errorf("epoch is %s", got)
	}
}

func TestRootEntryIsStrict(t *testing.T) {
	t.Parallel()
	all := goodRootEntries(t)
	genesis, epoch, key := string(all[0].AppendJCS(nil)), string(all[1].AppendJCS(nil)), string(all[4].AppendJCS(nil))
	for name, c := range map[string][3]string{
		"unknown artifact":    {epoch, `"epoch"`, `"era"`},
		"genesis elsewhere":   {genesis, `"index":0`, `"index":1`},
		"epoch at 0":          {epoch, `"index":12`, `"index":0`},
		"large index":         {key, `9007199254740991`, `9007199254740992`},
		"negative time":       {epoch, `"time":9`, `"time":-9`},
		"no slots":            {epoch, `"slots":10000`, `"slots":0`},
		"epoch with key":      {epoch, `"root"`, `"key":"x","root"`},
		"genesis with root":   {genesis, `"time"`, `"root":"` + EmptyRoot().String() + `","time"`},
		"genesis with action": {genesis, `{`, `{"action":"issue",`},
		"key with slots":      {key, `"time"`, `"slots":1,"time"`},
		"unknown action":      {key, `"revoke"`, `"lend"`},
		"no key":              {key, `"key":"frost`, `"Key":"frost`},
		"broken key":          {key, `+eb3461a8+`, `+eb3461a9+`},
		"key in upper case":   {key, `+eb3461a8+`, `+EB3461A8+`},
		"quote in reason":     {key, `stolen`, `\"stolen`},
		"control in reason":   {key, `stolen`, `\u0001stolen`},
		"long reason":         {key, `stolen`, strings.Repeat("s", 201)},
		"upper-case root":     {epoch, `e3b0`, `E3B0`},
		"other version":       {epoch, `"v":1`, `"v":2`},
		"white space":         {epoch, `,"v"`, `, "v"`},
		"unknown member":      {epoch, `,"v"`, `,"u":1,"v"`},
		"out of order":        {epoch, `"artifact":"epoch","index":12`, `"index":12,"artifact":"epoch"`},
		"trailing":            {epoch, `"v":1}`, `"v":1}x`},
		"null":                {epoch, epoch, `null`},
	} {
		bad := strings.Replace(c[0], c[1], c[2], 1)
		if bad == c[0] {
			t.Fatalf("%s: nothing to replace", name)
		}
		if e, err := ParseRootEntry([]byte(bad)); err == nil {
			t.Errorf("%s: accepted as %+v", name, e)
		}
	}
	if _, err := ParseRootEntry(make([]byte, MaxEntrySize+1)); err == nil {
		t.Error("a huge entry is accepted")
	}
}
