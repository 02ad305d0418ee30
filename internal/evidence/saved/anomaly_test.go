package saved

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What an answer says of the anomaly score is held against the log.
func TestAnomalyFactsAreProven(t *testing.T) {
	t.Parallel()
	rc := testReceipt(`{"anomaly":"0.500","anomaly_facts":{"digest":"aa","features":[{"learning":true,"name":"user_host","seen":0,"total":3},` +
		`{"name":"user_network","rarity":"0.500","seen":0,"total":99,"weight":"1.000"}],"learning":false,"model":"anomaly-1.1"}}`)
	answer := `{"anomaly_score":0.500,"explain":{"anomaly_score":0.5,"anomaly":{"model":"anomaly-1.1","state_digest":"aa","learning":false,"features":[` +
		`{"name":"user_host","learning":true,"seen":0,"total":3,"rarity":0.000,"weight":0.000},` +
		`{"name":"user_network","learning":false,"seen":0,"total":99,"rarity":0.500,"weight":1.000}]}},"receipt":{` + own + `}}`
	c, rest, err := checked(t, answer, rc, testHeader())
	if err != nil || c == nil || !c.OK {
		t.Errorf("%+v %v", c, err)
	}
	if d := cmp.Diff([]string(nil), rest); d != "" {
		t.Error(d)
	}
	for _, lie := range []string{"aa/bb", `"seen":0,"total":99/"seen":1,"total":99`, "0.500,\"weight/0.400,\"weight", "anomaly-1.1/anomaly-1.2"} {
		was, is, _ := strings.Cut(lie, "/")
		if _, _, err := checked(t, strings.Replace(answer, was, is, 1), rc, testHeader()); err == nil {
			t.Errorf("%s instead of %s was believed", is, was)
		}
	}
}
