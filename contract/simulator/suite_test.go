package simulator_test

import (
	"net/http"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"
)

func TestSimulator(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "simulator")
}

// No spec leaves a goroutine behind, and so neither does a simulator.
var _ = BeforeEach(func() {
	before := gleak.Goroutines()
	DeferCleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		Eventually(gleak.Goroutines, "5s").ShouldNot(gleak.HaveLeaked(before))
	})
})
