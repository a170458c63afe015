package quick

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestQuick(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "gen/quick")
}
