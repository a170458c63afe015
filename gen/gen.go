// Package gen is the folder of the typed clients, one in a folder for each provider, and holds
// what their folders hold, for who copies one into another module.
//
// Each client is generated from openapi.gen.yaml beside it, the effective document: what the
// provider publishes, with our corrections. A client needs nothing else of this module, and
// nothing but github.com/oapi-codegen/runtime of others. It adds no behaviour: it neither signs
// nor repeats nor hides a value, which the adapters do.
//
//   - An answer arrives in the field of its status, JSON200 or JSON404. For a status or a media
//     type that is not documented all of these are nil and Body has the bytes: check for nil.
//   - Members that may be absent are pointers. Numbers keep their digits (json.Number), members
//     of several JSON types stay as they came (json.RawMessage), and so does a value of an enum
//     that nobody documented.
//   - Credentials are parameters, or are added by WithRequestEditorFn.
//
// The client of a provider in a module of one's own, without this one:
//
//	go run example.com/digilocker/contract/cmd/digilocker@latest vendor -provider acme -dest internal/acmeapi
package gen

import (
	"embed"
	"reflect"
	"strings"
)

// Files are the folders of the clients as they lie here, <provider>api/, and LICENSE, this
// module's, which goes along with each copy.
//
//go:embed *api/*.go *api/*.yaml LICENSE
var Files embed.FS

// here is a type of this package.
type here struct{}

// Module is the path of the module that this package belongs to, whatever a fork calls it.
func Module() string { return strings.TrimSuffix(reflect.TypeFor[here]().PkgPath(), "/gen") }
