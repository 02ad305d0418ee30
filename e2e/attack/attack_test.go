package attack

import "testing"

// TestHostileAdministrator plays all attacks against both databases.
func TestHostileAdministrator(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			f := build(t, engine)
			t.Run("nothing", f.soundStore)
			t.Run("payloads", func(t *testing.T) { f.run(t, payloadAttacks(f)) })
			t.Run("columns", f.columnsEdited)
			t.Run("rows", func(t *testing.T) { f.run(t, rowAttacks(f)) })
			t.Run("words", func(t *testing.T) { f.run(t, wordAttacks(f)) })
			t.Run("exports hold", f.exportsHold)
			t.Run("forged with the live key", f.liveKey)
			t.Run("forged with a stolen old key", f.stolenKey)
			t.Run("witnesses' word taken away", f.healed)
			t.Run("cut under a running server", f.nextAppend)
			t.Run("foreign keys", f.foreignKeys)
			t.Run("bundles", f.bundlesTamper)
			t.Run("slow witness", f.slowWitness)
			t.Run("over HTTP", f.overHTTP)
			t.Run("history", func(t *testing.T) { f.run(t, historyAttacks(f)) })
		})
	}
}

// soundStore shows that the defences are silent where nothing was done: else
// they would be no use.
func (f *fixture) soundStore(t *testing.T) {
	if found := f.examine(t, f.today.clone(t)); len(found) > 0 {
		t.Errorf("the defences cry wolf: %q", found)
	}
}
