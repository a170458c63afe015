package saying_test

import (
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/internal/saying"
)

func TestSaying(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "saying")
}

var _ = DescribeTable("A duration as people say it", func(d time.Duration, text string) {
	Expect(saying.Duration(d)).To(Equal(text))
},
	Entry("none", time.Duration(0), "a moment"), Entry("less than a second", 999*time.Millisecond, "a moment"),
	Entry("a second", time.Second, "a second"), Entry("seconds", 22500*time.Millisecond, "22 seconds"),
	Entry("a minute", 61*time.Second, "a minute"), Entry("minutes", 10*time.Minute, "10 minutes"),
	Entry("an hour", time.Hour, "an hour"), Entry("an hour and more", time.Hour+90*time.Second, "an hour and 1 minute"),
	Entry("hours", 2*time.Hour+15*time.Minute, "2 hours and 15 minutes"), Entry("days", 48*time.Hour, "2 days"),
	Entry("days and hours", 50*time.Hour, "2 days and 2 hours"),
)
