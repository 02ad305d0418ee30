package main

type inventoryCmd struct {
	Run inventoryRunCmd `cmd:"" help:"Observe a folder, a file or a stream: read it here, record it in the server, show what changed."`

	List      inventoryListCmd      `cmd:"" help:"List what was last observed."`
	Show      inventoryShowCmd      `cmd:"" help:"Show an object: its content and when it changed."`
	Coverage  inventoryCoverageCmd  `cmd:"" help:"How completely each type was read."`
	Runs      inventoryRunsCmd      `cmd:"" help:"Observations."`
	Sources   inventorySourcesCmd   `cmd:"" help:"Where observations come from."`
	Types     inventoryTypesCmd     `cmd:"" help:"Types of objects that are known by name."`
	Snapshots inventorySnapshotsCmd `cmd:"" help:"Immutable copies of observations."`
	Export    inventoryExportCmd    `cmd:"" help:"Write a snapshot to a file, bit for bit."`
	Import    inventoryImportCmd    `cmd:"" help:"Store a snapshot from a file."`
	Graph     inventoryGraphCmd     `cmd:"" help:"What refers to what: neighbours, blast radius, what is assigned to nobody, what leads nowhere."`
}
