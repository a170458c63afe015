package quicko_test

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"strconv"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract"
	"example.com/digilocker/contract/judge"
)

var millis = regexp.MustCompile(`"timestamp":(\d{10})\d{3}`)

// inSeconds has the timestamp of an answer in seconds.
func inSeconds(r *http.Response) {
	GinkgoHelper()
	body, err := io.ReadAll(r.Body)
	Expect(err).NotTo(HaveOccurred())
	Expect(millis.Match(body)).To(BeTrue())
	body = millis.ReplaceAll(body, []byte(`"timestamp":$1`))
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
}

// live is what a run against the sandbox reports of answers, and what not.
func live() {
	Describe("a live run", Label("simulator"), func() {
		DescribeTable(
			"takes another person's answers for what is known, when somebody consents",
			Serial,
			suite.OfAnotherPerson,
			Entry("the status", "quicko/getSessionStatus/200/succeeded"),
			Entry("a document", "quicko/getDocument/200/200-ok"),
			Entry("a profile of the SDK flow", "quicko/getSDKUserProfile/200/200-ok"),
		)

		DescribeTable("is silent about another person,", suite.SilentAbout,
			Entry("of another gender", "quicko/getSDKUserProfile/200/200-ok",
				map[string]string{"/data/gender": `"male"`}, map[string]string{"/data/gender": `"female"`}),
			Entry("with an e-mail address", "quicko/getSDKUserProfile/200/200-ok",
				map[string]string{"/data/email": `""`}, map[string]string{"/data/email": `"quill@shop.example"`}),
		)

		DescribeTable("names what has changed:", suite.Reported,
			Entry(
				"code at /code",
				"quicko/getSDKDocument/521/521-data-not-found",
				judge.Difference{
					Pointer: "/code",
					Kind:    judge.Code,
					Verdict: judge.Service,
				},
				contract.Body(`"code":521`, `"code":404`),
			),
			Entry("a time in seconds at /timestamp", "quicko/verifyUserAccount/200/user-exists-validated-with-mobile",
				judge.Difference{Pointer: "/timestamp", Kind: judge.Type, Verdict: judge.Service}, inSeconds),
			Entry("header at (header Retry-After)", "quicko/getSDKDocument/521/521-data-not-found",
				judge.Difference{Pointer: "(header Retry-After)", Kind: judge.Header, Verdict: judge.Recording},
				func(r *http.Response) { r.Header.Set("Retry-After", "7") }),
		)
	})
}
