package main

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestCopy(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "gen/copy")
}
