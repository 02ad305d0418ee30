package evtx

import "fmt"

// RecordError is one damaged place of a file: a record that can't be read, a
// chunk whose checksum differs. Reading goes on behind it.
type RecordError struct {
	Offset int64  // in the file
	ID     uint64 // EventRecordID, 0 when it is not known
	Reason string
}

// Error names the place and the reason.
func (e *RecordError) Error() string {
	if e.ID != 0 {
		return fmt.Sprintf("byte %d, record %d: %s", e.Offset, e.ID, e.Reason)
	}
	return fmt.Sprintf("byte %d: %s", e.Offset, e.Reason)
}

// flaw is why BinXML can't be read. Flaws are constants so that a damaged record
// costs no more than a sound one.
type flaw string

// Error is the reason.
func (f flaw) Error() string { return string(f) }

const (
	errShort    flaw = "BinXML ends too early"
	errToken    flaw = "unknown BinXML token"
	errName     flaw = "bad name"
	errTemplate flaw = "bad template"
	errDeep     flaw = "elements are nested too deep"
	errBudget   flaw = "the chunk asks for more work than a sound one can"
	errLong     flaw = "record is longer than 1 MiB as JSON"
	errType     flaw = "unknown type of a value"
)
