package setu_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestSetu(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "adapters/setu")
}
