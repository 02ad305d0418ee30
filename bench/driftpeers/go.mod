module frostgate.io/frostgate/bench/driftpeers

go 1.26.0

require (
	frostgate.io/frostgate v0.0.0
	github.com/go-json-experiment/json v0.0.0-20260820222146-c27c302e5fc3
	github.com/wI2L/jsondiff v0.7.1
	gomodules.xyz/jsonpatch/v2 v2.5.0
)

require (
	github.com/klauspost/compress v1.20.3 // indirect
	github.com/tidwall/gjson v1.20.0 // indirect
	github.com/tidwall/match v1.2.0 // indirect
	github.com/tidwall/pretty v1.2.2 // indirect
	github.com/tidwall/sjson v1.2.5 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
)

replace frostgate.io/frostgate => ../..
