package defaults

import (
	"embed"

	"frostgate.io/frostgate/sigma"
)

// detectionFiles has the rules by platform. The tests beside the rules come
// along, since embedding can't leave files out; nothing reads them here.
//
//go:embed detections
var detectionFiles embed.FS

// BuiltinDetections is the name of the document that holds the rules.
const BuiltinDetections = "builtin"

// Detections returns the detection rules of FrostGate's own as one archive, in the
// order of their names: platform/rule.yml, each with the bytes of its file.
func Detections() []byte {
	files, _, err := sigma.ReadFS(detectionFiles, sigma.LoadOptions{})
	if err != nil {
		panic("defaults: built-in detections: " + err.Error())
	}
	var archive []byte
	for _, f := range files {
		archive = sigma.AppendArchive(archive, f.Name[len("detections/"):], f.Data)
	}
	return archive
}
