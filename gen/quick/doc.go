// Package quick is what the generated clients are given to do less work a call than the
// generator writes: each has a copy of quick.go, so that its folder stays one that needs
// nothing else, and the directives that put its functions in their places.
package quick

import (
	_ "embed"
	"strings"
)

// File is what the copies are called.
const File = "quick.go"

//go:embed quick.go
var source string

// Source is File as it lies in the package of that name.
func Source(name string) string { return strings.Replace(source, "package quick", "package "+name, 1) }
