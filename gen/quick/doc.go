// Package quick is what the generated clients are given to do less work a call than the
// generator writes: each has a copy of quick.go, so that its folder stays one that needs
// nothing else, and of quicken.go, the program that puts its functions in their places.
package quick

import (
	_ "embed"
	"strings"
)

var (
	//go:embed quick.go
	functions string
	//go:embed quicken.go
	program string
)

// Files are what lies in the folder of the package of that name, by the names of the files.
func Files(name string) map[string]string {
	return map[string]string{
		"quick.go":   strings.Replace(functions, "package quick", "package "+name, 1),
		"quicken.go": program,
	}
}
