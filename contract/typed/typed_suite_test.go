package typed_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestTyped(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "contract/typed")
}
