package importing

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestImporting(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "specs/importing")
}
