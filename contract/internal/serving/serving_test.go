package serving

import (
	"bytes"
	"io"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestServing(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "contract/internal/serving")
}

var _ = Describe("An address", func() {
	DescribeTable("is host and port:", func(addr string) { Expect(Address(addr, "127.0.0.1:80")).To(Succeed()) },
		Entry(nil, "127.0.0.1:0"), Entry(nil, "localhost:65535"), Entry(nil, "[::1]:8443"), Entry(nil, ":80"),
	)
	DescribeTable("is nothing else:", func(addr string) {
		Expect(Address(addr, "127.0.0.1:80")).To(
			MatchError("-addr " + addr + " is no host and port, such as 127.0.0.1:80"))
	},
		Entry(nil, "8443"), Entry(nil, "localhost"), Entry(nil, "127.0.0.1:"), Entry(nil, "127.0.0.1:65536"),
		Entry(nil, "127.0.0.1:-1"), Entry(nil, ":8791x"), Entry(nil, "::1:80"), Entry(nil, "http://127.0.0.1:80"),
	)
})

var _ = Describe("What is said", func() {
	It("is an error where it cannot be written", func() {
		var out bytes.Buffer
		Expect(Say(&out, "at %d\n", 1)).To(Succeed())
		Expect(out.String()).To(Equal("at 1\n"))
		reader, closed := io.Pipe()
		Expect(reader.Close()).To(Succeed())
		Expect(Say(closed, "at")).To(MatchError("not all of the output was written: io: read/write on closed pipe"))
	})
})
