package surepass_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/surepass"
)

var rotating = suite.Rotating[*surepass.Adapter, surepass.Credentials]{
	New: func(url string, ask func(context.Context) (surepass.Credentials, error)) (*surepass.Adapter, error) {
		return surepass.New(url, surepass.Credentials{}, surepass.Options{HTTPClient: suite.Client(), Credentials: ask})
	},
	Operations: map[string]func(SpecContext, *surepass.Adapter) error{},
	With:       func(secret string) surepass.Credentials { return surepass.Credentials{Token: kyc.Hide(secret)} },
	Header:     "Authorization",
}

var _ = Describe("credentials that change", func() {
	for i, op := range operations {
		rotating.Operations[op.id+" "+strconv.Itoa(i)] = op.call
	}

	It("are in no message of a failed test", func() { suite.Unseen(offline(), "test_token") })

	It("are asked for at each call", func(ctx SpecContext) {
		told := []string{"first", "second", "third"}
		s := each(answers{"list-documents": {200, listed}, "download-document": {200, download}, "status": {200, done}})
		var sent []string
		s.Config.Handler = noting(s.Config.Handler, &sent)
		a, err := surepass.New(s.URL+"/base", surepass.Credentials{}, surepass.Options{
			HTTPClient: suite.Client(),
			Credentials: func(got context.Context) (surepass.Credentials, error) {
				Expect(got).To(BeIdenticalTo(ctx))
				next := told[0]
				told = told[1:]
				return surepass.Credentials{Token: kyc.Hide(next)}, nil
			},
		})
		Expect(err).NotTo(HaveOccurred())
		Expect(a.Fetch(ctx, ref, kyc.PAN)).NotTo(BeNil())
		Expect(a.Status(ctx, ref)).NotTo(BeNil())
		Expect(sent).To(Equal([]string{"Bearer first", "Bearer second", "Bearer third"}), "each of a Fetch's two, too")
	})

	DescribeTable("that cannot be had send nothing", func(ctx SpecContext, value string, cause error, member string) {
		rotating.SendsNothing(ctx, surepass.Credentials{Token: kyc.Hide(value)}, cause, member, seed)
	},
		Entry("as the function fails", token, errors.New("vault says "+seed), ""),
		Entry("as the token is missing", "", nil, "Token"),
		Entry("as the token is no header's value", seed+"\n", nil, "Token"),
	)

	It("are not asked for by a context that is over", func(ctx SpecContext) {
		over, cancel := context.WithCancel(ctx)
		cancel()
		asked := func(context.Context) (surepass.Credentials, error) { panic("asked") }
		_, err := rotating.Asking(answering(200, `{}`).Server, asked).Status(over, ref)
		Expect(err).To(BeIdenticalTo(context.Canceled))
	})
})

// noting notes what authorizes each request.
func noting(h http.Handler, sent *[]string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*sent = append(*sent, r.Header.Get("Authorization"))
		h.ServeHTTP(w, r)
	})
}
