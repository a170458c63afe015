// Package authpartnerapi is a typed client of DigiLocker itself, as its authorised partners call it: exchange a code
// for tokens, refresh and revoke them, read the user, list and read documents, pull one from its issuer, and the
// operations that need no user.
//
// It is generated from openapi.gen.yaml, which holds what DigiLocker's specifications say, written as OpenAPI by
// hand, and our corrections, and is one folder that can be copied into another module: go generate works there too.
// What only a newer specification says, which was not read, has x-source: P24 there; what none says and those who
// call DigiLocker have seen, x-source: INT.
//
// The pages that the user's browser is sent to, authorize and logout, have no method here. The caller adds the
// header Authorization by WithRequestEditorFn: "Bearer" and the user's access token, or HTTP Basic with the client's
// id and secret. Bodies are forms: the methods end in WithFormdataBody.
//
// An answer arrives in JSON200, a refusal in JSON401 and so on, or in JSONDefault; of another media type, such as a
// page in HTML, these are nil and Body holds the bytes, so check for nil. Files and signed XML are in Body alone.
// Optional members are pointers, numbers keep their digits (json.Number), and what comes in more than one form is
// kept as it came (json.RawMessage): the media types of a document, the end of a consent.
package authpartnerapi

import _ "embed"

// OpenAPI is the effective document that this package was generated from, in YAML.
//
//go:embed openapi.gen.yaml
var OpenAPI []byte

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -config cfg.yaml openapi.gen.yaml

// What is written above then calls the functions of quick.go.
//
//go:generate go run quicken.go
