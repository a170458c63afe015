// Package quickoapi is a typed client of Quicko's API.
//
// It is generated from openapi.gen.yaml, which holds what Quicko publishes and our
// corrections, and is one folder that can be copied into another module: go
// generate works there too.
//
// An answer arrives in the field of its status (JSON200); for one that is not documented,
// or is of another media type, these are nil and Body holds the bytes, so check for nil. An
// answer that may be of several types is kept as it came: its As methods read it, and are the
// first to tell of a fault inside it.
package quickoapi

import _ "embed"

// OpenAPI is the effective document that this package was generated from, in YAML.
//
//go:embed openapi.gen.yaml
var OpenAPI []byte

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -config cfg.yaml openapi.gen.yaml

// What is written above then calls the functions of quick.go.
//
//go:generate go run quicken.go
