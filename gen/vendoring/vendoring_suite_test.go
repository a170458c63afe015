package vendoring

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestVendoring(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "gen/vendoring")
}
