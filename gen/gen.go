// Package gen holds the effective documents of all providers, for programs that
// read them where the source tree is not at hand. The clients made from them are
// in its folders and do not need it.
package gen

import "embed"

// Documents are the effective documents, as <provider>api/openapi.gen.yaml.
//
//go:embed *api/openapi.gen.yaml
var Documents embed.FS
