package differences_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestDifferences(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "contract/differences")
}
