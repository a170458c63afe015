package simulator_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/simulator"
)

const formType = "application/x-www-form-urlencoded"

// The journeys of this Acme begin at its own page, in the browser.
func paged(change func(*simulator.Behaviour)) simulator.Provider {
	behaviour := acmeBehaviour
	behaviour.Pages = map[string]func(*simulator.Exchange) simulator.Turn{"GET /enter/{shop}": enters}
	behaviour.Begin = func(base string, _ time.Time) string {
		return base + "/enter/shop-1?back=https%3A%2F%2Fshop.example%2Fback"
	}
	behaviour.Back = func(_ *simulator.Service, j *simulator.Journey) string {
		return "ticket=" + j.Kept.(string)
	}
	if change != nil {
		change(&behaviour)
	}
	return simulator.Provider{Name: "acme", Title: "Acme", Document: acmeDocument, Behaviour: &behaviour}
}

func enters(x *simulator.Exchange) simulator.Turn {
	back := x.Query.Get("back")
	switch {
	case x.Request.PathValue("shop") != "shop-1":
		return simulator.Turn{
			Status: http.StatusNotFound, Title: "No such shop", Text: "Acme knows no <b>shop</b> of that name.",
		}
	case x.Query.Get("what") != "":
		return simulator.Turn{To: simulator.AddQuery(back, "error=what")}
	}
	j := x.Open(simulator.Opening{
		ID: "order-1", Redirect: back, Documents: []kyc.Document{kyc.PAN}, Life: time.Minute,
		Until: x.Now.Add(24 * time.Hour), Keep: "t-1",
	})
	return simulator.Turn{To: j.ConsentURL()}
}

var _ = Describe("A page of the provider's own", func() {
	const begin = "/acme/enter/shop-1?back=https%3A%2F%2Fshop.example%2Fback%3Fcart%3D7"

	It("begins a journey in the browser, whose user comes back with what the behaviour kept", func(ctx SpecContext) {
		_, server := calls.Serving(simulator.Options{}, paged(nil))
		back, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, server.URL+begin)
		Expect(err).NotTo(HaveOccurred())
		Expect(back.String()).To(Equal("https://shop.example/back?cart=7&ticket=t-1"))
		Expect(status(ctx, server, "order-1").Body).To(ContainSubstring(`"shared":["tax-card"]`))
	})

	It("sends the user on without a word of where from, and is kept by nobody", func(ctx SpecContext) {
		_, server := calls.Serving(simulator.Options{}, paged(nil))
		got := calls.Send(ctx, "GET", server.URL+begin, "")
		Expect(got.Status).To(Equal(http.StatusSeeOther))
		Expect(got.Header.Get("Location")).To(HavePrefix(server.URL + "/consent/acme/"))
		Expect(got.Header.Get("Referrer-Policy")).To(Equal("no-referrer"))
		Expect(got.Header.Get("Cache-Control")).To(Equal("no-store"))
		Expect(got.Body).To(BeEmpty())
	})

	It("sends the user straight back, of which the visitor says where to", func(ctx SpecContext) {
		_, server := calls.Serving(simulator.Options{}, paged(nil))
		back, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, server.URL+begin+"&what=x")
		Expect(err).NotTo(HaveOccurred())
		Expect(back.String()).To(Equal("https://shop.example/back?cart=7&error=what"))
		Expect(status(ctx, server, "order-1").Status).To(Equal(http.StatusNotFound))
	})

	It("says what is wrong where there is nobody to go back to", func(ctx SpecContext) {
		_, server := calls.Serving(simulator.Options{}, paged(nil))
		got := calls.Send(ctx, "GET", server.URL+"/acme/enter/other?back=https://shop.example", "")
		Expect(got.Status).To(Equal(http.StatusNotFound))
		Expect(got.Header).NotTo(HaveKey("Location"))
		Expect(got.Body).To(And(ContainSubstring("<h1>No such shop</h1>"), ContainSubstring("&lt;b&gt;shop")))
		_, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, server.URL+"/acme/enter/other")
		Expect(err).To(MatchError(ContainSubstring("No such shop")))
	})

	It("is left by a visitor whom it leads round and round", func(ctx SpecContext) {
		_, server := calls.Serving(simulator.Options{}, paged(func(b *simulator.Behaviour) {
			b.Pages = map[string]func(*simulator.Exchange) simulator.Turn{
				"GET /round": func(x *simulator.Exchange) simulator.Turn {
					return simulator.Turn{To: "http://" + x.Request.Host + "/acme/round"}
				},
			}
		}))
		back, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, server.URL+"/acme/round")
		Expect(err).NotTo(HaveOccurred())
		Expect(back.Path).To(Equal("/acme/round"))
	})

	It("answers in the place of an operation of its method and path, and reads a form", func(ctx SpecContext) {
		var form url.Values
		_, server := calls.Serving(simulator.Options{}, paged(func(b *simulator.Behaviour) {
			b.Pages = map[string]func(*simulator.Exchange) simulator.Turn{
				"POST /journeys": func(x *simulator.Exchange) simulator.Turn {
					form = x.Form()
					return simulator.Turn{Title: "Thank you"}
				},
			}
		}))
		got := calls.Send(ctx, "POST", server.URL+"/acme/journeys", "a=1&b=%20&a=2", "Content-Type", formType)
		Expect(got.Status).To(Equal(http.StatusOK))
		Expect(got.Body).To(ContainSubstring("<h1>Thank you</h1>"))
		Expect(form).To(Equal(url.Values{"a": {"1", "2"}, "b": {" "}}))
		got = calls.Send(ctx, "POST", server.URL+"/acme/journeys", strings.Repeat("a", 1<<20+1))
		Expect(got.Status).To(Equal(http.StatusRequestEntityTooLarge))
	})

	It("is linked on the first page, and stands among the requests", func(ctx SpecContext) {
		_, server := calls.Serving(simulator.Options{}, paged(nil))
		calls.Send(ctx, "GET", server.URL+begin, "")
		page := calls.Send(ctx, "GET", server.URL+"/", "").Body
		Expect(page).To(ContainSubstring(
			`<a href="` + server.URL + `/acme/enter/shop-1?back=https%3A%2F%2Fshop.example%2Fback">`))
		Expect(page).To(ContainSubstring("<code>GET /enter/{shop}</code>"))
		_, server = serving(simulator.Options{})
		Expect(calls.Send(ctx, "GET", server.URL+"/", "").Body).NotTo(ContainSubstring("Begin a journey"))
	})

	DescribeTable("that cannot be one is refused:", func(name, want string) {
		_, err := simulator.New(simulator.Options{}, paged(func(b *simulator.Behaviour) {
			b.Pages = map[string]func(*simulator.Exchange) simulator.Turn{name: enters}
		}))
		Expect(err).To(MatchError(ContainSubstring(want)))
	},
		Entry("without a method", "/enter", `has "/enter"; a page is called by its method and its path`),
		Entry("of a method that no link and no form has", "PUT /enter", `Behaviour.Pages has "PUT /enter"`),
		Entry("at a path that cannot be told from another", "GET /journeys/{other}", "cannot be served"),
	)
})

var _ = Describe("A journey that asks for more", func() {
	type finder = func() *simulator.Journey
	// asking opens a journey like that at acme, and finds it.
	asking := func(o simulator.Opening) (
		sim *simulator.Simulator, consent string, find finder, x *simulator.Exchange,
	) {
		GinkgoHelper()
		ctx := GinkgoT().Context()
		own := acme()
		behaviour := acmeBehaviour
		behaviour.Operations = map[string]func(*simulator.Exchange) simulator.Reply{
			"openJourney": func(now *simulator.Exchange) simulator.Reply {
				x = now
				consent = x.Open(o).ConsentURL()
				return simulator.Reply{Status: http.StatusNoContent}
			},
			"getJourney": func(now *simulator.Exchange) simulator.Reply {
				x = now
				return simulator.Reply{Status: http.StatusNoContent}
			},
		}
		own.Behaviour = &behaviour
		sim, server := calls.Serving(simulator.Options{}, own)
		got := calls.Send(ctx, "POST", server.URL+"/acme/journeys", "{}", key...)
		Expect(got.Status).To(Equal(http.StatusNoContent))
		return sim, consent, func() *simulator.Journey {
			GinkgoHelper()
			got := calls.Send(ctx, "GET", server.URL+"/acme/journeys/x", "", key...)
			Expect(got.Status).To(Equal(http.StatusNoContent))
			return x.Find(o.ID)
		}, x
	}

	It("has the end of the consent that it asks for, and an hour otherwise", func(ctx SpecContext) {
		until := time.Now().Add(50 * time.Hour)
		for _, o := range []simulator.Opening{
			{ID: "a", Life: time.Minute, Until: until}, {ID: "a", Life: time.Minute},
		} {
			sim, consent, find, _ := asking(o)
			Expect(find().Until).To(BeZero())
			_, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, consent)
			Expect(err).NotTo(HaveOccurred())
			j := find()
			want, life := o.Until, time.Until(o.Until)
			if o.Until.IsZero() {
				want, life = j.At.Add(simulator.ConsentLife), simulator.ConsentLife
			}
			Expect(j.Until).To(Equal(want))
			sim.Advance(life - time.Minute)
			Expect(find().State).To(Equal(simulator.Granted))
			sim.Advance(time.Minute + time.Second)
			Expect(find().State).To(Equal(simulator.ConsentExpired))
		}
	})

	It("says who signed up on the way", func(ctx SpecContext) {
		for who, fresh := range map[string]bool{simulator.WithoutAccount: true, simulator.Complete: false} {
			_, consent, find, _ := asking(simulator.Opening{ID: "a", Life: time.Minute})
			_, err := simulator.NewVisitor(who).Allow(ctx, consent)
			Expect(err).NotTo(HaveOccurred())
			Expect(find().SignedUp).To(Equal(fresh), who)
		}
	})

	It("keeps what the behaviour keeps of it, one change after the other", func() {
		_, _, find, x := asking(simulator.Opening{ID: "a", Life: time.Minute, Keep: 1})
		before := find()
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() { x.Keep(before, func(kept any) any { return kept.(int) + 1 }) })
		}
		all.Wait()
		Expect(find().Kept).To(Equal(21))
		Expect(before.Kept).To(Equal(1), "as it was then")
	})

	It("hands out files without a link, and signs texts by the key that signs those", func(ctx SpecContext) {
		sim, consent, find, _ := asking(
			simulator.Opening{ID: "a", Life: time.Minute, Documents: []kyc.Document{kyc.PAN}})
		_, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, consent)
		Expect(err).NotTo(HaveOccurred())
		j := find()
		var x *simulator.Exchange
		_, _, _, x = asking(simulator.Opening{ID: "other", Life: time.Minute})
		data, err := x.File(j, kyc.PAN, "xml")
		Expect(err).NotTo(HaveOccurred())
		Expect(string(data)).To(And(ContainSubstring("Fake Complete"), ContainSubstring("<SignatureValue>")))
		data, err = x.File(j, kyc.PAN, "pdf")
		Expect(err).NotTo(HaveOccurred())
		Expect(string(data)).To(HavePrefix("%PDF-"))
		for _, none := range []struct {
			doc    kyc.Document
			format string
		}{{kyc.DrivingLicence, "xml"}, {kyc.PAN, "jpeg"}} {
			data, err = x.File(j, none.doc, none.format)
			Expect(err).NotTo(HaveOccurred())
			Expect(data).To(BeNil(), none.format)
		}
		Expect(sim.Certificate()).NotTo(BeEmpty())
	})

	It("has texts signed by the key of the simulator's certificate", func() {
		sim, _, _, x := asking(simulator.Opening{ID: "a", Life: time.Minute})
		signature, err := x.Sign([]byte("a text"))
		Expect(err).NotTo(HaveOccurred())
		certificate, err := sim.Certificate()
		Expect(err).NotTo(HaveOccurred())
		block, _ := pem.Decode(certificate)
		parsed, err := x509.ParseCertificate(block.Bytes)
		Expect(err).NotTo(HaveOccurred())
		sum := sha256.Sum256([]byte("a text"))
		Expect(rsa.VerifyPKCS1v15(parsed.PublicKey.(*rsa.PublicKey), crypto.SHA256, sum[:], signature)).To(Succeed())
	})
})

var _ = Describe("A request", func() {
	const multipart = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n"

	DescribeTable("is a form where it says so:", func(ctx SpecContext, mediaType, body string, want url.Values) {
		var got url.Values
		_, server := calls.Serving(simulator.Options{}, reading(func(x *simulator.Exchange) { got = x.Form() }, 0))
		calls.Send(ctx, "POST", server.URL+"/acme/journeys", body, with("Content-Type", mediaType)...)
		Expect(got).To(Equal(want))
	},
		Entry("as an address has it", formType+"; charset=utf-8", "a=1&a=2", url.Values{"a": {"1", "2"}}),
		Entry("in parts", "multipart/form-data; boundary=x", multipart, url.Values{"a": {"1"}}),
		Entry("in parts that end within one", "multipart/form-data; boundary=x", multipart[:50], nil),
		Entry("that cannot be read", formType, "a=%zz", nil),
		Entry("that is JSON", "application/json", `{"a":1}`, nil),
		Entry("that is nothing", "", "a=1", nil),
	)

	It("may be as large as the behaviour says", func(ctx SpecContext) {
		for size, want := range map[int64]int{0: http.StatusRequestEntityTooLarge, 3 << 20: http.StatusNoContent} {
			read := 0
			see := func(x *simulator.Exchange) { read = len(x.Raw) }
			_, server := calls.Serving(simulator.Options{}, reading(see, size))
			got := calls.Send(ctx, "POST", server.URL+"/acme/journeys", strings.Repeat("x", 2<<20), key...)
			Expect(got.Status).To(Equal(want))
			if want == http.StatusNoContent {
				Expect(read).To(Equal(2 << 20))
			}
			got = calls.Send(ctx, "POST", server.URL+"/acme/journeys", strings.Repeat("x", 3<<20+1), key...)
			Expect(got.Status).To(Equal(http.StatusRequestEntityTooLarge))
			Expect(got.Body).To(ContainSubstring(map[int64]string{0: "up to 1 MiB", 3 << 20: "up to 3 MiB"}[size]))
		}
	})

	It("has a size for operations alone", func() {
		behaviour := acmeBehaviour
		behaviour.Sizes = map[string]int64{"pay": 1}
		_, err := simulator.New(simulator.Options{}, plain(behaviour))
		Expect(err).To(MatchError(ContainSubstring(`Behaviour.Sizes has "pay", which the document lacks`)))
	})
})

// reading is acme whose requests to open a journey are shown to see, up to that size; 0: the default.
func reading(see func(*simulator.Exchange), size int64) simulator.Provider {
	behaviour := acmeBehaviour
	behaviour.Operations = map[string]func(*simulator.Exchange) simulator.Reply{
		"openJourney": func(x *simulator.Exchange) simulator.Reply {
			see(x)
			return simulator.Reply{Status: http.StatusNoContent}
		},
	}
	if size > 0 {
		behaviour.Sizes = map[string]int64{"openJourney": size}
	}
	return simulator.Provider{Name: "acme", Document: acmeDocument, Behaviour: &behaviour}
}
