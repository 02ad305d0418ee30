package receipt

import (
	"errors"
	"io"
)

// VerifyBundle checks a bundle offline while reading it once. The report is
// never nil. The error is a *FormatError when the bytes are no bundle, else it
// names the first check that failed and where.
func VerifyBundle(r io.Reader, trust Trust) (*BundleReport, error) {
	return &BundleReport{Pinned: trust.Pinned()}, errors.New("bundle: not yet verified")
}
