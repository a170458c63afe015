package gonames_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestGonames(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "specs/gonames")
}
