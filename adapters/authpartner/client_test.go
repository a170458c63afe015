package authpartner_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/authpartner"
	"example.com/digilocker/adapters/internal/suite"
)

var _ = It("a cookie of one user's call goes with no other's, whatever jar the client has", func(ctx SpecContext) {
	s := serving(well())
	for path, answer := range s.all {
		header := answer.header.Clone()
		if header == nil {
			header = http.Header{}
		}
		header.Set("Set-Cookie", "session="+seed+"; Path=/")
		s.with(path, reply{answer.status, answer.body, header})
	}
	jar, err := cookiejar.New(nil)
	Expect(err).NotTo(HaveOccurred())
	home, err := url.Parse(s.URL)
	Expect(err).NotTo(HaveOccurred())
	jar.SetCookies(home, []*http.Cookie{{Name: "callers", Value: "own"}})
	client := suite.Client()
	client.Jar = jar
	a := s.adapter(func(o *authpartner.Options) { o.HTTPClient = client })
	for _, op := range operations {
		Expect(op.call(ctx, a, exchanged(ctx, a))).To(Succeed(), op.id)
	}
	for _, r := range s.received {
		Expect(r.Header).NotTo(HaveKey("Cookie"), r.Path)
	}
	Expect(client.Jar).To(BeIdenticalTo(jar), "the caller's client is as it was")
	Expect(jar.Cookies(home)).To(HaveLen(1))
})
