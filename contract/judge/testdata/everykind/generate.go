// Package everykind is the client that the generator makes of an invented document with each kind
// of request and answer that vendors write. The judge of a client is tested with it.
package everykind

import _ "embed"

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -config cfg.yaml openapi.yaml

// What is written above then calls the functions of quick.go.
//
//go:generate go run quicken.go

// OpenAPI is the document.
//
//go:embed openapi.yaml
var OpenAPI []byte
