// Package ekoapi is a typed client of Eko's DigiLocker API (Eko Platform
// Services, v3): create a consent URL, read the status and the documents, with
// the document call of the older generation beside the newest.
//
// It is generated from openapi.gen.yaml, which holds what Eko publishes and our
// corrections, and is one folder that can be copied into another module: go
// generate works there too.
//
// The caller signs each request. SecretKeyTimestamp is the time in milliseconds
// since 1970, as text; SecretKey is base64 of HMAC-SHA256 over that text, keyed
// with the base64 text of the access key. Both go into the params of a call, or
// are set by WithRequestEditorFn, which runs later and wins. Nothing here signs,
// and the body is not covered by the signature.
//
// An answer arrives in JSON200, refusals too: Status is 0 for success alone. For
// another HTTP status or media type JSON200 is nil and Body holds the bytes, so
// check for nil. Optional members are pointers, numbers keep their digits
// (json.Number), and document_consent, which has several forms, is
// json.RawMessage.
package ekoapi

import _ "embed"

// OpenAPI is the effective document that this package was generated from, in YAML.
//
//go:embed openapi.gen.yaml
var OpenAPI []byte

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -config cfg.yaml openapi.gen.yaml

// What is written above then calls the functions of quick.go.
//
//go:generate go run quicken.go
