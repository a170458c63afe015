// Package cashfreeapi is a typed client of Cashfree's DigiLocker API (Secure ID,
// VRS v2): create a consent URL, read the status and the documents, check for an
// account.
//
// It is generated from openapi.gen.yaml, which holds what Cashfree publishes and
// our corrections, and is one folder that can be copied into another module: go
// generate works there too.
//
// An answer arrives in the field of its status (JSON200, JSON404); for a status
// or a media type that is not documented all of these are nil and Body holds the
// bytes, so check for nil. Optional members are pointers, numbers keep their
// digits (json.Number), and members of several JSON types are json.RawMessage.
// A Document is kept as it came: its As methods read it, and are the first to tell
// of a fault inside it.
// Credentials are added with WithRequestEditorFn.
package cashfreeapi

import _ "embed"

// OpenAPI is the effective document that this package was generated from, in YAML.
//
//go:embed openapi.gen.yaml
var OpenAPI []byte

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -config cfg.yaml openapi.gen.yaml

// What is written above then calls the functions of quick.go.
//
//go:generate go run quicken.go
