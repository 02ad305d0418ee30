package governance

import (
	"fmt"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/sigma"
)

func TestDetectionsOfARulesetAreBoundedTogether(t *testing.T) {
	t.Parallel()
	half := detect.Archive{Name: "half", Content: make([]byte, maxRulesetBytes/2)}
	if err := boundedArchives([]detect.Archive{half, half}); err != nil {
		t.Error(err)
	}
	wantCode(t, boundedArchives([]detect.Archive{half, half, {Name: "more", Content: []byte("x")}}), fault.TooLarge)
	if err := boundedRules(nil); err != nil {
		t.Error(err)
	}
}

// Archives share one bound of memory: many that each stay below it don't pass.
func TestArchivesShareOneBoundOfMemory(t *testing.T) {
	t.Parallel()
	pack := func(name string, id int) detect.Archive {
		var files []byte
		for i := range 12 {
			var values strings.Builder
			for k := range 20_000 {
				fmt.Fprintf(&values, "          - %d%d%d\n", id, i, k)
			}
			files = sigma.AppendArchive(files, fmt.Sprintf("%d.yml", i), []byte(fmt.Sprintf("title: T\nid: 00000000-0000-4000-8000-00000000%d%03d\nlogsource: {product: acme}\ndetection:\n  s:\n    cmd|contains:\n%s  condition: s\n", id, i, values.String())))
		}
		return detect.Archive{Name: name, Content: files}
	}
	opt := sigma.LoadOptions{}.Shared()
	for i := range 12 {
		a := pack("p", i)
		sigma.ParseArchive(a.Name, a.Content, opt)
		if opt.Full() {
			return
		}
	}
	t.Error("never full")
}
