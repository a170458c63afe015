// Package surepassapi is a typed client of Surepass's DigiLocker API: open a journey, follow its status, list what
// the user shares, download the e-Aadhaar or another document.
//
// It is generated from openapi.gen.yaml, which holds what Surepass's pages say, written as OpenAPI by hand, and our
// corrections, and is one folder that can be copied into another module: go generate works there too. What Surepass
// does not publish, and those who call it have seen, has x-source: 3p there; the whole answer of downloadDocument
// and the URL of a journey are such.
//
// The caller adds the header Authorization, "Bearer" and the account's token, by WithRequestEditorFn.
//
// An answer arrives in JSON200, a refusal in JSON401, JSON404 or JSONDefault; of another media type, such as a page
// in HTML, these are nil and Body holds the bytes, so check for nil. Optional members are pointers, numbers keep
// their digits (json.Number): expiry_seconds is 600.0 in the samples.
package surepassapi

import _ "embed"

// OpenAPI is the effective document that this package was generated from, in YAML.
//
//go:embed openapi.gen.yaml
var OpenAPI []byte

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -config cfg.yaml openapi.gen.yaml

// What is written above then calls the functions of quick.go.
//
//go:generate go run quicken.go
