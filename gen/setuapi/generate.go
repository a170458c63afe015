// Package setuapi is a typed client of Setu's DigiLocker API: open a request, read
// its status, list what can be fetched, fetch a document as a file or the e-Aadhaar
// as data, revoke.
//
// It is generated from openapi.gen.yaml, which holds what Setu publishes and our
// corrections, and is one folder that can be copied into another module: go
// generate works there too.
//
// An answer arrives in the field of its status (JSON200, JSON404); a created request
// in JSON200 or JSON201. JSONDefault holds any other answer that is JSON, where the
// operation has one; elsewhere, and for another media type, all of these are nil and
// Body holds the bytes, so check for nil. A 401 can mean that the user has not
// consented yet: the error's code tells. Members that may be absent are pointers; ""
// stands for what Setu does not know. The credentials are three headers in each
// operation's Params.
package setuapi

import _ "embed"

// OpenAPI is the effective document that this package was generated from, in YAML.
//
//go:embed openapi.gen.yaml
var OpenAPI []byte

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -config cfg.yaml openapi.gen.yaml

// What is written above then calls the functions of quick.go.
//
//go:generate go run quicken.go
