// Package umbraapi is a typed client of Umbra's API, an invented one.
package umbraapi

import _ "embed"

// OpenAPI is the effective document that this package was generated from, in YAML.
//
//go:embed openapi.gen.yaml
var OpenAPI []byte

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -config cfg.yaml openapi.gen.yaml

// What is written above then calls the functions of quick.go.
//
//go:generate go run quicken.go
