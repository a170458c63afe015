//go:build tools

// Package tools pins the generator and the Ginkgo CLI: generate.go of each
// package in gen/ names the same version, which the contract suite checks.
package tools

import (
	_ "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen"
	_ "github.com/onsi/ginkgo/v2/ginkgo"
)
