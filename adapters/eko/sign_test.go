package eko_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/eko"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

var _ = Describe("a request's signature", func() {
	// Access keys that Eko has published, two of them with their signatures.
	const (
		sandboxKey = "d2fe1d99-6298-4af2-8cc5-d97dcf46df30"
		olderKey   = "f74c50a1-f705-4634-9cda-30a477df91b7"
	)
	signature := func(ctx SpecContext, key string, at int64, call func(*eko.Adapter) error) (secret, timestamp string) {
		GinkgoHelper()
		s := answering(200, `{}`)
		creds := credentials()
		creds.AccessKey = kyc.Hide(key)
		a, err := eko.New(s.URL, creds, eko.Options{
			HTTPClient: suite.Client(),
			Now: func() time.Time {
				return time.UnixMilli(at).Add(999 * time.Microsecond).In(time.FixedZone("IST", 19800))
			},
		})
		Expect(err).NotTo(HaveOccurred())
		_ = call(a)
		header := s.One().Header
		return header.Get("secret-key"), header.Get("secret-key-timestamp")
	}

	DescribeTable("is the known answer", func(ctx SpecContext, key string, at int64, timestamp, want string) {
		for _, call := range []func(*eko.Adapter) error{
			func(a *eko.Adapter) error { _, err := a.Start(ctx, request()); return err },
			func(a *eko.Adapter) error { _, err := a.Status(ctx, ref); return err },
			func(a *eko.Adapter) error { _, err := a.Fetch(ctx, ref, kyc.Aadhaar); return err },
		} {
			secret, sent := signature(ctx, key, at, call)
			Expect(secret).To(Equal(want))
			Expect(sent).To(Equal(timestamp))
		}
	},
		Entry("to the sandbox's key", sandboxKey, int64(1700000000000), "1700000000000", "qIir8tILHtqxO1Mu3/fC3pVElIa0oIxXMRDUP0463Bc="),
		Entry("to the sandbox's key at another time", sandboxKey, int64(1516705204593), "1516705204593", "FOoQl9IrqxsvErSHbIbHqfzDA/vvcSVdKxoY9uUaHmM="),
		Entry("of the golden vector", accessKey, int64(1700000000000), "1700000000000", "u30ak/iOGwKCaspqCeiYng8fd98QDx7kF3DBBOadQHk="),
		Entry("of the page on authentication", "test-access-key-123", int64(1700000000000), "1700000000000", "88lqTf9ew69XbVbeczjxVL8/B4vibfp1MvTi1mIj2Xo="),
		Entry("of the older document", olderKey, int64(1516705204593), "1516705204593", "MC6dKW278tBef+AuqL/5rW2K3WgOegF0ZHLW/FriZQw="),
	)

	It("is not the one that skips the base64 step", func(ctx SpecContext) {
		secret, _ := signature(ctx, sandboxKey, 1700000000000, func(a *eko.Adapter) error { _, err := a.Status(ctx, ref); return err })
		Expect(secret).NotTo(Equal("ADpYKsHy4BKM7jVMJAdkWUJqdqvf0wZwStJf8yC2Lmg="))
	})
})
