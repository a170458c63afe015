package kyc_test

import (
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// suite is what testing/synctest asks for.
var suite *testing.T

func TestKYC(t *testing.T) {
	suite = t
	RegisterFailHandler(Fail)
	SetDefaultEventuallyTimeout(time.Minute)
	RunSpecs(t, "kyc")
}
