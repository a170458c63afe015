package authpartner_test

import (
	"encoding/base64"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/format"

	"example.com/digilocker/adapters/authpartner"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

var _ = Describe("A Ref", func() {
	It("is of the URL alphabet, no longer than a cookie takes, and shows nothing that is in it", func(ctx SpecContext) {
		a := serving(well()).adapter()
		ref, query := begun(ctx, a)
		for _, r := range []kyc.Ref{ref, exchanged(ctx, a)} {
			Expect(string(r)).To(MatchRegexp(`^[A-Za-z0-9_-]+$`))
			Expect(len(r)).To(BeNumerically("<=", authpartner.MaxRef))
			text, err := base64.RawURLEncoding.DecodeString(string(r))
			Expect(err).NotTo(HaveOccurred())
			for _, within := range append([]string{query.Get("state"), back, "PANCR", "pan"}, secrets...) {
				Expect(strings.Contains(string(text), within)).To(BeFalse())
			}
		}
		Expect(authpartner.MaxRef).To(BeNumerically("<", 4096-100), "with a cookie's name and attributes")
	})

	It("is refused with any of its characters changed, cut or added", func(ctx SpecContext) {
		a := serving(well()).adapter()
		ref := string(exchanged(ctx, a))
		refused := func(changed string) {
			GinkgoHelper()
			_, err := a.Status(ctx, kyc.Ref(changed))
			Expect(err).To(MatchError(kyc.ErrInvalid))
			Expect(detail(err).Member).To(Equal("Ref"))
			Expect(a.SameJourney(kyc.Ref(ref), kyc.Ref(changed))).To(BeFalse())
		}
		for i := range ref {
			other := "A"
			if ref[i] == 'A' {
				other = "B"
			}
			refused(ref[:i] + other + ref[i+1:])
		}
		for _, changed := range []string{
			"", ref[:len(ref)-1], ref[1:], ref + "A", ref + "=", ref + "\n", "\n" + ref, " " + ref,
			ref[:20] + "\r\n" + ref[20:],
			strings.Repeat("A", authpartner.MaxRef+1), strings.Repeat("A", 8), strings.Repeat("A", 60),
			base64.StdEncoding.EncodeToString([]byte(ref)),
		} {
			refused(changed)
		}
		Expect(a.SameJourney(kyc.Ref(ref), kyc.Ref(ref))).To(BeTrue())
	})

	It("has one spelling", func(ctx SpecContext) {
		a := offline()
		spellings := 0
		ref, _ := begun(ctx, a)
		for _, last := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-" {
			if _, err := a.Status(ctx, ref[:len(ref)-1]+kyc.Ref(last)); err == nil {
				spellings++
			}
		}
		Expect(spellings).To(Equal(1))
	})

	DescribeTable("is refused by", func(ctx SpecContext, base, id string, keys ...authpartner.Key) {
		s := serving(well())
		ref := exchanged(ctx, s.adapter())
		if base == "" {
			base = s.URL + "/base"
		}
		other, err := authpartner.New(base, authpartner.Credentials{
			ClientID: kyc.Hide(id), ClientSecret: kyc.Hide(secret),
		}, authpartner.Options{Keys: keys})
		Expect(err).NotTo(HaveOccurred())
		for _, op := range operations {
			err := op.call(ctx, other, ref)
			Expect(err).To(MatchError(kyc.ErrInvalid), op.id)
			Expect(detail(err).Member).To(Equal("Ref"))
		}
		_, err = other.Exchange(ctx, ref, returning("code", code, "state", ""))
		Expect(err).To(MatchError(kyc.ErrInvalid))
		_, err = other.ParseReturn(ref, returning())
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(s.received).To(HaveLen(1))
	},
		Entry("another client", "", "OTHER", key(1)),
		Entry("another server", "https://digilocker.example", clientID, key(1)),
		Entry("another key", "", clientID, key(2)),
		Entry("other keys", "", clientID, key(2), key(3)),
	)

	It("is of the same server with a slash at its end", func(ctx SpecContext) {
		ref, _ := begun(ctx, offline())
		Expect(at(authpartner.Production+"/").Status(ctx, ref)).NotTo(BeNil())
	})

	It("is of one server at two addresses, if the options say that it is one", func(ctx SpecContext) {
		one := func(o *authpartner.Options) { o.BoundTo = "digilocker" }
		ref, _ := begun(ctx, offline(one))
		Expect(at("https://proxy.example", one).Status(ctx, ref)).NotTo(BeNil())
		_, err := offline().Status(ctx, ref)
		Expect(err).To(MatchError(kyc.ErrInvalid))
	})

	It("goes on while keys rotate, and is sealed by the newest", func(ctx SpecContext) {
		with := func(keys ...authpartner.Key) *authpartner.Adapter {
			return offline(func(o *authpartner.Options) { o.Keys = keys })
		}
		older, _ := begun(ctx, with(key(1)))
		both := with(key(2), key(1))
		Expect(both.Status(ctx, older)).NotTo(BeNil())
		newer, _ := begun(ctx, both)
		Expect(with(key(2)).Status(ctx, newer)).NotTo(BeNil())
		_, err := with(key(1)).Status(ctx, newer)
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(newer[:8]).NotTo(Equal(older[:8]), "the key's id stands in front")
		again, _ := begun(ctx, both)
		Expect(again[:8]).To(Equal(newer[:8]))
	})

	It("of one journey is not that of another", func(ctx SpecContext) {
		a := serving(well()).adapter()
		one, query := begun(ctx, a)
		other, _ := begun(ctx, a)
		Expect(a.SameJourney(one, other)).To(BeFalse())
		_, err := a.Exchange(ctx, other, returning("code", code, "state", query.Get("state")))
		Expect(err).To(MatchError(kyc.ErrInvalid), "the return of one user in the session of another")
		Expect(detail(err).Member).To(Equal("state"))
	})

	It("has what is needed from then on, and no more", func(ctx SpecContext) {
		s := serving(well())
		a := s.adapter()
		open := func(ref kyc.Ref) string {
			return authpartner.Opened([]authpartner.Key{key(1)}, clientID, s.URL+"/base", ref)
		}
		ref, query := begun(ctx, a)
		said, err := a.Exchange(ctx, ref, returning("code", code, "state", query.Get("state")))
		Expect(err).NotTo(HaveOccurred())
		verifier := s.forms(tokenPath)[0].Get("code_verifier")
		Expect(open(ref)).To(And(ContainSubstring(verifier), ContainSubstring(back)))
		after := open(said.Ref)
		Expect(after).To(And(ContainSubstring(access), ContainSubstring(refresh), ContainSubstring(query.Get("state"))))
		for _, gone := range []string{verifier, back, code, number, seed, "in.gov.pan", secret} {
			Expect(after).NotTo(ContainSubstring(gone))
		}
	})

	It("that is longer than any is refused", func(ctx SpecContext) {
		long := authpartner.Sealed([]authpartner.Key{key(1)}, clientID, authpartner.Production,
			[]byte(`{"s":"a","r":"`+strings.Repeat("a", authpartner.MaxRef)+`"}`))
		_, err := offline().Status(ctx, long)
		Expect(err).To(MatchError(kyc.ErrInvalid))
	})

	It("that was sealed by the key and holds no journey is refused", func(ctx SpecContext) {
		ref := authpartner.Sealed([]authpartner.Key{key(1)}, clientID, authpartner.Production, []byte("{"))
		_, err := offline().Status(ctx, ref)
		Expect(err).To(MatchError(kyc.ErrInvalid))
		empty := authpartner.Sealed([]authpartner.Key{key(1)}, clientID, authpartner.Production, []byte("{}"))
		_, err = offline().Exchange(ctx, empty, returning("code", code, "state", ""))
		Expect(err).To(MatchError(kyc.ErrInvalid), "a journey without a state has no return")
		Expect(offline().SameJourney(empty, empty)).To(BeFalse())
	})
})

var _ = Describe("A Key", func() {
	const text = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="

	It("is read from base64", func() {
		k, err := authpartner.ParseKey(" " + text + "\n")
		Expect(err).NotTo(HaveOccurred())
		Expect(k.Bytes()).To(HaveLen(authpartner.KeySize))
		Expect(k.Bytes()[:3]).To(Equal([]byte{1, 2, 3}))
	})

	DescribeTable("is not", func(text string) {
		_, err := authpartner.ParseKey(text)
		Expect(err).To(HaveOccurred())
		if text != "" {
			Expect(err.Error()).NotTo(ContainSubstring(text))
		}
	},
		Entry("nothing", ""), Entry("another alphabet", strings.Repeat("-", 44)),
		Entry("shorter", "AQIDBAUGBwgJCgsMDQ4PEA=="), Entry("a text", "hunter2 hunter2 hunter2"),
		Entry("of one byte", strings.Repeat("A", 43)+"="),
	)

	It("is copied, and shown by nothing", func() {
		secret := []byte("0123456789abcdefghijklmnopqrstuv")
		k := authpartner.NewKey(secret)
		opts := authpartner.Options{Keys: []authpartner.Key{k}}
		suite.Silent(k, string(secret))
		suite.Silent(opts, string(secret))
		suite.Silent(&opts, string(secret))
		Expect(format.Object(opts, 1)).NotTo(ContainSubstring("0123456789abcdef"))

		clear(secret)
		Expect(k.Bytes()[0]).To(BeEquivalentTo('0'))
	})
})
