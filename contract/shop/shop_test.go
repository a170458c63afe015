package shop

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
)

var _ = Describe("A journey", func() {
	// said is what the shop says of each person's documents, up to its verdict. What is not here is not in the account.
	const lacks = "your DigiLocker account does not have it"
	said := map[string]map[kyc.Document]string{
		simulator.Complete: {
			kyc.Aadhaar:        "Name Fake Complete Born 1990-03-17 Number ending in 0001",
			kyc.PAN:            "Name FAKE COMPLETE Born 1990-03-17 Number ending in 001A",
			kyc.DrivingLicence: "Name Fake Complete Born 1990-03-17 Number ending in 0001",
		},
		simulator.NonLatin: { // in another script
			kyc.Aadhaar:        "Name नकली व्यक्ति Born 1988-08-22 Number ending in 0006",
			kyc.PAN:            "Name नकली व्यक्ति Born 1988-08-22 Number ending in 006A",
			kyc.DrivingLicence: "Name नकली व्यक्ति Born 1988-08-22 Number ending in 0006",
		},
		simulator.YearOnly: { // with a year of birth alone
			kyc.Aadhaar: "Name Fake Yearling Born 1951 Number ending in 0007",
			kyc.PAN:     "Name FAKE YEARLING Born 1951 Number ending in 007A",
		},
		simulator.WithoutAadhaar: {
			kyc.PAN:            "Name FAKE UNLINKED Born 1985-04-18 Number ending in 002A",
			kyc.DrivingLicence: "Name Fake Unlinked Born 1985-04-18 Number ending in 0002",
		},
		simulator.Mismatch: { // whose PAN has another name
			kyc.Aadhaar:        "Name Fake Mismatch Born 1992-07-21 Number ending in 0005",
			kyc.DrivingLicence: "Name Fake Mismatch Born 1992-07-21 Number ending in 0005",
		},
	}
	for _, person := range slices.Sorted(maps.Keys(said)) {
		DescribeTable("ends with what the user shared who is "+person, func(ctx SpecContext, p provider.Provider) {
			page := newWorld(p).browser().walk(ctx, person)
			want := []string{"Your documents Your documents"}
			for _, doc := range p.Adapter.Documents {
				found, has := said[person][doc]
				switch {
				case person == simulator.Mismatch && doc == kyc.PAN:
					want = append(want, names[doc], "not verified : its details differ from your other documents")
				case !has && doc != kyc.Aadhaar: // the consent page did not offer it
					want = append(want, names[doc], "not verified : not shared with us")
				case !has:
					want = append(want, names[doc], "not verified :", lacks)
				case handsOutFiles(p):
					want = append(want, names[doc], found, "verified")
				default:
					want = append(want, names[doc], found, "not verified : the provider hands out no signed file")
				}
			}
			Expect(page.Text).To(Equal(strings.Join(want, " ")))
			Expect(page.Status).To(Equal(http.StatusOK))
			Expect(page.Refresh).To(BeFalse())
		}, each())
	}

	It("does not ask for what was not shared", func(ctx SpecContext) {
		b := newWorld(first(readsAll)).browser()
		consentURL := b.begin()
		v := b.visitor(simulator.Complete)
		v.Documents = []kyc.Document{kyc.PAN}
		back := b.decide(v.Allow(ctx, consentURL))
		b.made()
		Expect(b.get(back).Text).To(SatisfyAll(
			ContainSubstring("Aadhaar not verified : not shared with us PAN Name FAKE COMPLETE"),
			HaveSuffix("Driving licence not verified : not shared with us"),
		))
		Expect(b.made()).To(Equal([]string{"Status", "Fetch pan"}))
	})

	DescribeTable("may be refused", func(ctx SpecContext, p provider.Provider) {
		b := newWorld(p).browser()
		page := b.get(b.deny(ctx, simulator.Complete, b.begin()))
		switch told := p.Adapter.Outcomes[provider.Denied]; {
		case told.State == kyc.Denied:
			Expect(page.Text).To(ContainSubstring("We could not verify you The reason: not shared with us."))
			Expect(page.Status).To(Equal(http.StatusOK))
			Expect(page.Refresh).To(BeFalse())
		case told.Return == kyc.Denied: // only the address says so, which nobody has signed
			Expect(page.Text).To(ContainSubstring("You seem to have declined"))
			Expect(page.Status).To(Equal(http.StatusAccepted))
			Expect(page.Refresh).To(BeTrue())
		default: // nothing says so
			Expect(page.Text).To(ContainSubstring("One moment"))
			Expect(page.Status).To(Equal(http.StatusAccepted))
			Expect(page.Refresh).To(BeTrue())
		}
		Expect(b.log.String()).To(BeEmpty())
	}, each())

	DescribeTable("runs out of time", func(_ SpecContext, p provider.Provider) {
		b := newWorld(p).browser()
		b.begin()
		b.sim.Advance(simulator.LinkLife + time.Second)
		page := b.get(b.origin + "/back")
		want := "The reason: the time to share has run out."
		if p.Adapter.Outcomes[provider.Expired].State == "" { // the provider has forgotten the journey
			want = "The time has run out"
		}
		Expect(page.Text).To(ContainSubstring(want))
		Expect(page.Status).To(Equal(http.StatusOK))
		Expect(page.Refresh).To(BeFalse())
		Expect(b.log.String()).To(BeEmpty())
	}, each())

	DescribeTable("waits for the user", func(ctx SpecContext, p provider.Provider) {
		b := newWorld(p).browser()
		consentURL := b.begin()
		page := b.get(b.origin + "/back")
		Expect(page.Status).To(Equal(http.StatusAccepted))
		Expect(page.Text).To(ContainSubstring("One moment"))
		Expect(page.Refresh).To(BeTrue())
		b.allow(ctx, simulator.Complete, consentURL)
		Expect(b.get(b.origin + "/back").Text).To(ContainSubstring("Fake Complete"))
	}, each())

	DescribeTable("waits for documents that are being checked", func(ctx SpecContext, p provider.Provider) {
		b := newWorld(p).browser()
		back := b.allow(ctx, simulator.Slow, b.begin())
		page := b.get(back)
		if page.Status == http.StatusOK {
			Expect(page.Text).To(ContainSubstring("Fake Patience Born 1996-10-24 Number ending in 0008"))
			return // as the provider has no word for it
		}
		Expect(page.Status).To(Equal(http.StatusAccepted))
		Expect(page.Refresh).To(BeTrue())
		b.sim.Advance(simulator.Validation)
		b.made()
		Expect(b.get(back).Text).To(ContainSubstring("Fake Patience Born 1996-10-24 Number ending in 0008 verified"))
		Expect(b.made()).To(Equal(fetches(p)), "the user has decided, so that nobody asks for it again")
	}, each())

	DescribeTable("shows the same when the user returns again, and begins nothing", func(ctx SpecContext, p provider.Provider) {
		b := newWorld(p).browser()
		back := b.allow(ctx, simulator.Complete, b.begin())
		page := b.get(back)
		Expect(page.Text).To(ContainSubstring("Fake Complete"))
		b.made()
		b.sim.Advance(simulator.ConsentLife + time.Hour)
		Expect(b.get(back).Text).To(Equal(page.Text))
		Expect(b.get(b.origin + "/back").Text).To(Equal(page.Text))
		Expect(b.made()).To(BeEmpty())
	}, each())

	DescribeTable("keeps a refusal too", func(ctx SpecContext, p provider.Provider) {
		b := newWorld(p).browser()
		back := b.deny(ctx, simulator.Complete, b.begin())
		page := b.get(back)
		b.made()
		Expect(b.get(back).Text).To(Equal(page.Text))
		Expect(b.made()).To(BeEmpty())
	}, each(tellsRefusals))

	It("is of one browser", func(ctx SpecContext) {
		w := newWorld(first())
		back := w.browser()
		address := back.allow(ctx, simulator.Complete, back.begin())
		page := w.browser().get(address)
		Expect(page.Status).To(Equal(http.StatusNotFound))
		Expect(page.Text).To(ContainSubstring("No verification was begun in this browser"))
		Expect(page.Text).NotTo(ContainSubstring("Fake"))
	})

	DescribeTable("does not mix with another's", func(ctx SpecContext, p provider.Provider) {
		w := newWorld(p)
		whose := map[string]string{simulator.Complete: "Fake Complete", simulator.YearOnly: "Fake Yearling"}
		var all sync.WaitGroup
		for person, name := range whose {
			for range 3 {
				all.Go(func() {
					defer GinkgoRecover()
					page := w.browser().walk(ctx, person)
					Expect(page.Text).To(ContainSubstring("Aadhaar Name " + name + " Born"))
					delete := strings.NewReplacer(name, "", strings.ToUpper(name), "")
					Expect(delete.Replace(page.Text)).NotTo(MatchRegexp(`(?i)fake`))
				})
			}
		}
		all.Wait()
	}, each())

	DescribeTable("knows an address that belongs to another journey", func(ctx SpecContext, p provider.Provider) {
		w := newWorld(p)
		mine, other := w.browser(), w.browser()
		consentURL := mine.begin()
		address := other.allow(ctx, simulator.YearOnly, other.begin())
		page := mine.get(address)
		if _, err := mine.parse(address); err != nil {
			Expect(page.Status).To(Equal(http.StatusBadRequest))
			Expect(page.Text).To(ContainSubstring("This belongs to another verification"))
		} else { // it cannot be told whose address it is, and this user's journey is still waiting
			Expect(page.Status).To(Equal(http.StatusAccepted))
			Expect(page.Text).To(ContainSubstring("One moment"))
		}
		Expect(mine.get(mine.allow(ctx, simulator.Complete, consentURL)).Text).To(ContainSubstring("Fake Complete"))
	}, each(can(kyc.CanParseReturn)))

	DescribeTable("is not believed by its address", func(ctx SpecContext, p provider.Provider) {
		w := newWorld(p)
		mine, other := w.browser(), w.browser()
		mine.begin()
		address := other.allow(ctx, simulator.Complete, other.begin())
		forged := strings.ReplaceAll(address, string(other.ref()), string(mine.ref()))
		Expect(mine.get(forged).Status).To(Equal(http.StatusAccepted))
	}, each(can(kyc.CanParseReturn)))

	DescribeTable("survives a forged address", func(ctx SpecContext, p provider.Provider) {
		b := newWorld(p).browser()
		back := b.allow(ctx, simulator.Complete, b.begin())
		forged, err := url.Parse(back)
		Expect(err).NotTo(HaveOccurred())
		query := forged.Query()
		for name := range query {
			query.Set(name, "999")
		}
		forged.RawQuery = query.Encode()
		want := "The time has run out"
		if _, err := b.parse(forged.String()); err != nil {
			want = "This belongs to another verification"
		}
		Expect(b.get(forged.String()).Text).To(ContainSubstring(want))
		Expect(b.get(back).Text).To(ContainSubstring("Fake Complete"))
	}, each(can(kyc.CanParseReturn)))
})

var _ = Describe("The shop", func() {
	It("has a button, and pages that nobody keeps", func() {
		b := newWorld(first()).browser()
		page := b.get(b.origin + "/")
		Expect(page.Text).To(HaveSuffix("Verify with DigiLocker"))
		Expect(page.Header).To(SatisfyAll(
			HaveKeyWithValue("Cache-Control", []string{"no-store"}),
			HaveKeyWithValue("Referrer-Policy", []string{"no-referrer"}),
		))
	})

	It("keeps its cookie from scripts, other sites and open connections", func() {
		cookie, err := http.ParseSetCookie(newWorld(first()).browser().press().Header.Get("Set-Cookie"))
		Expect(err).NotTo(HaveOccurred())
		Expect(cookie.HttpOnly).To(BeTrue())
		Expect(cookie.Secure).To(BeTrue())
		Expect(cookie.SameSite).To(Equal(http.SameSiteLaxMode))
		Expect(len(cookie.Value)).To(BeNumerically(">=", 26), "130 bits")
	})

	It("begins nothing for another site", func() {
		b := newWorld(first()).browser()
		r, err := http.NewRequest(http.MethodPost, b.origin+"/start", nil)
		Expect(err).NotTo(HaveOccurred())
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		Expect(b.send(r).Status).To(Equal(http.StatusForbidden))
		Expect(b.get(b.origin + "/start").Status).To(Equal(http.StatusMethodNotAllowed))
		Expect(b.made()).To(BeEmpty())
	})

	It("forgets old journeys", func(ctx SpecContext) {
		w := newWorld(first())
		old := w.browser()
		back := old.allow(ctx, simulator.Complete, old.begin())
		Expect(old.get(back).Text).To(ContainSubstring("Fake Complete"))
		for _, one := range w.shop.sessions {
			one.begun = one.begun.Add(-sessionLife - time.Second)
		}
		Expect(old.get(back).Status).To(Equal(http.StatusNotFound))
		Expect(w.shop.sessions).To(BeEmpty())
	})

	DescribeTable("asks users to come back while a provider is down", func(ctx SpecContext, p provider.Provider) {
		b := newWorld(p).browser()
		down := func() {
			Expect(b.sim.AddFault(simulator.Fault{Provider: p.Name, Kind: simulator.GatewayHTML})).To(Succeed())
		}
		down()
		page := b.press()
		Expect(page.Status).To(Equal(http.StatusServiceUnavailable))
		Expect(page.Header.Get("Retry-After")).To(Equal("60"))
		Expect(page.Header).NotTo(HaveKey("Set-Cookie"))
		b.sim.ClearFaults()
		back := b.allow(ctx, simulator.Complete, b.begin())
		down()
		page = b.get(back)
		Expect(page.Status).To(Equal(http.StatusServiceUnavailable))
		Expect(page.Text).To(ContainSubstring("Come back later"))
		b.sim.ClearFaults()
		Expect(b.get(back).Text).To(ContainSubstring("Fake Complete"))
		Expect(b.log.String()).To(ContainSubstring("provider unavailable"))
	}, each())

	It("does not wait for a provider that does not answer", func() {
		b := newWorld(first()).browser()
		b.begin()
		b.made()
		const limit = time.Second
		b.shop.Limits.Timeout = limit
		Expect(b.sim.AddFault(simulator.Fault{Kind: simulator.Timeout})).To(Succeed())
		Expect(b.press().Status).To(Equal(http.StatusServiceUnavailable))
		Expect(b.get(b.origin + "/back").Status).To(Equal(http.StatusServiceUnavailable))
		Expect(b.left).To(And(HaveLen(2), HaveEach(BeNumerically("<=", limit))))
	})

	It("does not pay twice for a document", func(ctx SpecContext) {
		b := newWorld(first(readsAll)).browser()
		back := b.allow(ctx, simulator.Complete, b.begin())
		b.made()
		b.fail = "Fetch pan"
		Expect(b.get(back).Status).To(Equal(http.StatusServiceUnavailable))
		Expect(b.made()).To(Equal([]string{"Status", "Fetch aadhaar", "Fetch pan"}))
		Expect(b.get(back).Text).To(ContainSubstring("Aadhaar Name Fake Complete"))
		Expect(b.made()).To(Equal([]string{"Fetch pan", "Fetch driving_licence"}))
	})

	DescribeTable("passes on how long a provider wants to rest", func(p provider.Provider) {
		b := newWorld(p).browser()
		Expect(b.sim.AddFault(simulator.Fault{Kind: simulator.RateLimit, RetryAfter: 7 * time.Second})).To(Succeed())
		page := b.press()
		Expect(page.Status).To(Equal(http.StatusServiceUnavailable))
		Expect(page.Header.Get("Retry-After")).To(Equal("7"))
	}, each())

	DescribeTable("alerts somebody of what users cannot mend", func(p provider.Provider) {
		b := newWorld(p, func(w *world, c *Config) {
			account := p.Account.Simulated()
			for name, value := range account {
				account[name] = "wrong" + value
			}
			var err error
			c.Provider, err = p.Adapter.New(w.at+"/"+p.Name, account, w.client)
			Expect(err).NotTo(HaveOccurred())
		}).browser()
		page := b.press()
		Expect(page.Status).To(Equal(http.StatusInternalServerError))
		Expect(page.Text).To(ContainSubstring("This is our fault"))
		Expect(b.log.String()).To(SatisfyAll(ContainSubstring("level=ERROR"), ContainSubstring("credentials refused")))
	}, each(func(p provider.Provider) bool { return len(p.Account.Simulated()) > 0 }))

	It("alerts somebody of a journey without an address", func() {
		b := newWorld(first(), func(_ *world, c *Config) { c.Provider = nowhere{c.Provider} }).browser()
		Expect(b.press().Status).To(Equal(http.StatusInternalServerError))
		Expect(b.log.String()).To(ContainSubstring("level=ERROR"))
	})

	It("alerts nobody of a user who leaves", func(ctx SpecContext) {
		b := newWorld(first()).browser()
		gone, cancel := context.WithCancel(ctx)
		cancel()
		b.shop.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(gone, http.MethodPost, "/start", nil))
		Expect(b.log.String()).To(BeEmpty())
	})
})

// nowhere is a provider that gives no address.
type nowhere struct{ kyc.Provider }

func (n nowhere) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	consent, err := n.Provider.Start(ctx, req)
	if err == nil {
		consent.URL = kyc.Private{}
	}
	return consent, err
}

var _ = Describe("A webhook", func() {
	type webhook struct {
		header http.Header
		body   []byte
	}
	// heard is filled with the last webhook that the shop gets from now on.
	heard := func(s *Shop) (last *webhook) {
		last = new(webhook)
		inner := s.Handler
		s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/webhook" {
				last.header = r.Header
				last.body, _ = io.ReadAll(r.Body)
				r.Body = io.NopCloser(bytes.NewReader(last.body))
			}
			inner.ServeHTTP(w, r)
		})
		return last
	}

	DescribeTable("saves the question when the user returns", Label("webhook"), func(ctx SpecContext, p provider.Provider) {
		b := newWorld(p).browser()
		back := b.allow(ctx, simulator.Complete, b.begin())
		b.made()
		Expect(b.get(back).Text).To(ContainSubstring("Fake Complete"))
		Expect(b.made()).To(Equal(fetches(p)))
	}, each(can(kyc.CanParseWebhook)))

	DescribeTable("tells a refusal", Label("webhook"), func(ctx SpecContext, p provider.Provider) {
		b := newWorld(p).browser()
		back := b.deny(ctx, simulator.Complete, b.begin())
		b.made()
		Expect(b.get(back).Text).To(ContainSubstring("not shared with us"))
		Expect(b.made()).To(BeEmpty())
	}, each(can(kyc.CanParseWebhook), tellsRefusals))

	DescribeTable("is of one journey", Label("webhook"), func(ctx SpecContext, p provider.Provider) {
		w := newWorld(p)
		mine, other := w.browser(), w.browser()
		mine.begin()
		other.allow(ctx, simulator.Complete, other.begin())
		Expect(mine.get(w.origin + "/back").Status).To(Equal(http.StatusAccepted))
	}, each(can(kyc.CanParseWebhook)))

	DescribeTable("may come twice", Label("webhook"), func(ctx SpecContext, p provider.Provider) {
		b := newWorld(p).browser()
		genuine := heard(b.shop)
		back := b.allow(ctx, simulator.Complete, b.begin())
		header, body := genuine.header, genuine.body
		Expect(b.hook(bytes.NewReader(body), header).Status).To(Equal(http.StatusNoContent))
		Expect(b.get(back).Text).To(ContainSubstring("Fake Complete"))
		Expect(b.hook(bytes.NewReader(body), header).Status).To(Equal(http.StatusNoContent))
		Expect(b.hook(bytes.NewReader(append(body, ' ')), header).Status).To(Equal(http.StatusForbidden))
	}, each(can(kyc.CanParseWebhook)))

	DescribeTable("is refused if forged", Label("webhook"), func(ctx SpecContext, p provider.Provider) {
		w := newWorld(p)
		mine, other := w.browser(), w.browser()
		mine.begin()
		genuine := heard(w.shop)
		other.allow(ctx, simulator.Complete, other.begin())
		header := genuine.header.Clone()
		about := bytes.ReplaceAll(genuine.body, []byte(other.ref()), []byte(mine.ref()))
		Expect(about).NotTo(Equal(genuine.body))

		Expect(mine.hook(bytes.NewReader(about), header).Status).To(Equal(http.StatusForbidden), "with another's signature")
		account := p.Account.Simulated()
		for name, value := range account {
			account[name] = "wrong" + value
		}
		p.Account.SignWebhook(header, account, about)
		Expect(mine.hook(bytes.NewReader(about), header).Status).To(Equal(http.StatusForbidden), "signed by somebody who does not know the secret")
		Expect(mine.get(w.origin + "/back").Status).To(Equal(http.StatusAccepted))
		Expect(w.log.String()).To(ContainSubstring("a webhook was refused"))
		p.Account.SignWebhook(header, p.Account.Simulated(), about)
		Expect(mine.hook(bytes.NewReader(about), header).Status).To(Equal(http.StatusNoContent), "signed by who knows it")
	}, each(can(kyc.CanParseWebhook)))

	It("is refused if it is too large", func() {
		b := newWorld(first(can(kyc.CanParseWebhook))).browser()
		Expect(b.hook(strings.NewReader(strings.Repeat(" ", maxWebhook+1)), nil).Status).To(Equal(http.StatusRequestEntityTooLarge))
	})

	It("is unknown to a shop whose provider has none", func() {
		b := newWorld(first(cannot(kyc.CanParseWebhook))).browser()
		Expect(b.hook(strings.NewReader("{}"), nil).Status).To(Equal(http.StatusNotFound))
	})
})

// hook sends a webhook.
func (b *browser) hook(body io.Reader, header http.Header) answer {
	GinkgoHelper()
	r, err := http.NewRequest(http.MethodPost, b.origin+"/webhook", body)
	Expect(err).NotTo(HaveOccurred())
	for name, values := range header {
		r.Header[name] = values
	}
	return b.send(r)
}

// changed is a provider with other records, and without a word on the account.
type changed struct {
	kyc.Provider
	change func(*kyc.Record)
}

func (c changed) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	record, err := c.Provider.Fetch(ctx, ref, doc)
	if err == nil {
		c.change(record)
	}
	return record, err
}

func (c changed) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	consent, err := c.Provider.Status(ctx, ref)
	if err == nil {
		consent.User = nil
	}
	return consent, err
}

var _ = Describe("A document", func() {
	// changing has a shop that asks for Aadhaar alone and gets another record of it.
	changing := func(change func(*world, *kyc.Record)) *browser {
		return newWorld(first(readsAll, handsOutFiles), func(w *world, c *Config) {
			c.Documents = []kyc.Document{kyc.Aadhaar}
			c.Provider = like(c.Provider, changed{c.Provider, func(r *kyc.Record) { change(w, r) }})
		}).browser()
	}
	serving := func(w *world, status int, content []byte) *kyc.File {
		server := httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			rw.WriteHeader(status)
			_, _ = rw.Write(content)
		}))
		DeferCleanup(server.Close)
		return &kyc.File{Link: kyc.Hide(server.URL)}
	}
	content := func(ctx context.Context, w *world, f *kyc.File) []byte {
		file, err := wire.Downloader{Allow: w.shop.Files.Allow, Roots: w.roots}.Get(ctx, f.Link.Reveal(), time.Time{})
		Expect(err).NotTo(HaveOccurred())
		file, err = wire.Unzip(file.Bytes(), maxFile)
		Expect(err).NotTo(HaveOccurred())
		return file.Bytes()
	}
	// fileOf is a genuine file of somebody's, by a journey beside the shop.
	fileOf := func(ctx context.Context, w *world, sim *simulator.Simulator, person string, doc kyc.Document) *kyc.File {
		server := httptest.NewTLSServer(sim)
		DeferCleanup(server.Close)
		config, err := configure(first(readsAll, handsOutFiles), sim, server.URL, server.Client(), w.roots)
		Expect(err).NotTo(HaveOccurred())
		consent, err := config.Provider.Start(ctx, kyc.StartRequest{Documents: []kyc.Document{doc}, ReturnTo: w.origin + "/back"})
		Expect(err).NotTo(HaveOccurred())
		v := simulator.NewVisitor(person)
		v.Client = server.Client()
		_, err = v.Allow(ctx, consent.URL.Reveal())
		Expect(err).NotTo(HaveOccurred())
		record, err := config.Provider.Fetch(ctx, consent.Ref, doc)
		Expect(err).NotTo(HaveOccurred())
		return record.File
	}
	otherSimulator := func() *simulator.Simulator {
		sim, err := simulator.New(simulator.Options{}, providers.Simulated()...)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(sim.Close)
		return sim
	}

	DescribeTable("is not verified", func(ctx SpecContext, want string, change func(context.Context, *world, *kyc.Record)) {
		b := changing(func(w *world, r *kyc.Record) { change(ctx, w, r) })
		page := b.walk(ctx, simulator.Complete)
		Expect(page.Status).To(Equal(http.StatusOK))
		Expect(page.Text).To(HaveSuffix(" not verified : " + want))
	},
		Entry("signed by somebody else", string(eaadhaar.ErrUntrusted), func(ctx context.Context, w *world, r *kyc.Record) {
			r.File = fileOf(ctx, w, otherSimulator(), simulator.Complete, kyc.Aadhaar)
		}),
		Entry("changed after signing", string(eaadhaar.ErrSignature), func(ctx context.Context, w *world, r *kyc.Record) {
			genuine := content(ctx, w, r.File)
			forged := bytes.Replace(genuine, []byte(`gender="F"`), []byte(`gender="M"`), 1)
			Expect(forged).NotTo(Equal(genuine))
			r.File = serving(w, http.StatusOK, forged)
		}),
		Entry("of another person", "its signed file says something else", func(ctx context.Context, w *world, r *kyc.Record) {
			r.File = fileOf(ctx, w, w.sim, simulator.YearOnly, kyc.Aadhaar)
		}),
		Entry("of another kind", "its signed file says something else", func(ctx context.Context, w *world, r *kyc.Record) {
			r.File, r.Number = fileOf(ctx, w, w.sim, simulator.Complete, kyc.DrivingLicence), kyc.MaskNumber("XX0019900000001")
		}),
		Entry("with another number", "its signed file says something else", func(_ context.Context, _ *world, r *kyc.Record) {
			r.Number = kyc.MaskAadhaar("xxxxxxxx0009")
		}),
		Entry("with another birth", "its signed file says something else", func(_ context.Context, _ *world, r *kyc.Record) {
			r.Person.Birth = kyc.ParseDate("1990-03-18")
		}),
		Entry("in a damaged archive", "its signed file is damaged", func(_ context.Context, w *world, r *kyc.Record) {
			r.File = serving(w, http.StatusOK, []byte("PK\x03\x04 and nothing more"))
		}),
		Entry("without a file", "the provider hands out no signed file", func(_ context.Context, _ *world, r *kyc.Record) { r.File = nil }),
	)

	DescribeTable("is not verified while no signer is pinned", func(ctx SpecContext, p provider.Provider) {
		b := newWorld(p, func(_ *world, c *Config) { c.Verifier = new(eaadhaar.Verifier) }).browser()
		Expect(b.walk(ctx, simulator.Complete).Text).To(ContainSubstring("not verified"))
		Expect(b.log.String()).To(ContainSubstring("a document is not verified"))
	}, each(handsOutFiles))

	It("is had later if its file is not there", func(ctx SpecContext) {
		lost := true
		b := changing(func(w *world, r *kyc.Record) {
			if lost {
				r.File = serving(w, http.StatusGone, nil)
			}
		})
		back := b.allow(ctx, simulator.Complete, b.begin())
		page := b.get(back)
		Expect(page.Status).To(Equal(http.StatusServiceUnavailable))
		Expect(b.log.String()).To(ContainSubstring("signed file: provider unavailable: wire: status not 200 (HTTP 410)"))
		lost = false
		Expect(b.get(back).Text).To(HaveSuffix(" verified"))
	})

	DescribeTable("is not of somebody else than the account", func(ctx SpecContext, p provider.Provider) {
		b := newWorld(p, func(_ *world, c *Config) { c.Provider = like(c.Provider, renamed{c.Provider}) }).browser()
		Expect(b.walk(ctx, simulator.Complete).Text).To(HaveSuffix("not verified : it is about somebody else than the DigiLocker account"))
	}, each())

	DescribeTable("is compared by", func(a, b, birthA, birthB string, want bool) {
		Expect(alike(a, b, kyc.ParseDate(birthA), kyc.ParseDate(birthB))).To(Equal(want))
	},
		Entry("nothing but what both say", "Fake", "", "", "01-01-1990", true),
		Entry("the name without case and spaces", "Fake  Person", "FAKE PERSON", "", "", true),
		Entry("the name", "Fake Person", "Fake Another", "", "", false),
		Entry("the year, if that is all", "Fake", "Fake", "1990", "02-01-1990", true),
		Entry("the year", "Fake", "Fake", "1990", "02-01-1991", false),
		Entry("the month", "Fake", "Fake", "02-01-1990", "02-03-1990", false),
		Entry("the day", "Fake", "Fake", "02-01-1990", "03-01-1990", false),
	)
})

// renamed is a provider that says that the account is somebody else's.
type renamed struct{ kyc.Provider }

func (r renamed) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	consent, err := r.Provider.Status(ctx, ref)
	if err != nil {
		return nil, err
	}
	var user kyc.Person
	if consent.User != nil {
		user = *consent.User
	}
	user.Name = kyc.Hide("Fake Somebody")
	consent.User = &user
	return consent, nil
}

var _ = Describe("The program", func() {
	serve := func(all []provider.Provider, args ...string) (stdout, stderr *buffer, end func() int) {
		ctx, cancel := context.WithCancel(context.Background())
		stdout, stderr = new(buffer), new(buffer)
		status := make(chan int, 1)
		go func() { status <- run(ctx, all, args, stdout, stderr) }()
		end = sync.OnceValue(func() int {
			cancel()
			return <-status
		})
		DeferCleanup(func() { end() })
		return stdout, stderr, end
	}
	// walked is what a whole journey through a shop among all providers leads to.
	walked := func(ctx context.Context, all []provider.Provider, args ...string) (page answer, logged string) {
		GinkgoHelper()
		stdout, stderr, end := serve(all, append([]string{"-addr", "127.0.0.1:0"}, args...)...)
		links := regexp.MustCompile(`https://[0-9.:]+[0-9]`)
		Eventually(ctx, func() []string { return links.FindAllString(stdout.String(), -1) }).Should(HaveLen(2), stderr.String())
		at := links.FindAllString(stdout.String(), -1)
		client := httptest.NewTLSServer(nil).Client()
		client.Transport.(*http.Transport).TLSClientConfig.InsecureSkipVerify = true // the certificate is of this run
		w := &world{origin: at[0], at: at[1], client: client}
		page = w.browser().walk(ctx, simulator.Complete)
		client.CloseIdleConnections()
		Expect(end()).To(Equal(0))
		Expect(stdout.String()).To(HaveSuffix("The shop has stopped. Its journeys are forgotten.\n"))
		return page, stderr.String()
	}

	DescribeTable("runs a whole journey", func(ctx SpecContext, p provider.Provider) {
		page, logged := walked(ctx, providers.All, "-provider", p.Name)
		want, log := "Number ending in 0001 verified", "^$"
		if !handsOutFiles(p) {
			want = "no signed file"
		}
		if can(kyc.CanParseWebhook)(p) {
			log = `^time=\S+ level=INFO msg="a webhook came" event=\S+ state=granted\n$`
		}
		Expect(page.Text).To(ContainSubstring(want))
		Expect(logged).To(MatchRegexp(log))
	}, each())

	It("takes the first provider that it can, and leaves those of which there is only a part", func(ctx SpecContext) {
		page, _ := walked(ctx, append([]provider.Provider{acme}, providers.All...))
		Expect(page.Text).To(ContainSubstring("Fake Complete"))
	})

	DescribeTable("refuses a provider of which there is only a part", func(ctx SpecContext, want string, all []provider.Provider, args ...string) {
		stderr := new(buffer)
		Expect(run(ctx, all, args, GinkgoWriter, stderr)).To(Equal(2))
		Expect(stderr.String()).To(ContainSubstring(want))
	},
		Entry("where there is no other", "so that there is nobody to ask", []provider.Provider{acme}),
		Entry("where there is none at all", "so that there is nobody to ask", []provider.Provider{}),
		Entry("that is chosen", "shop: acme lacks an adapter that reads documents, or a behaviour at the simulator; choose one of "+
			strings.Join(provider.Names(usable), ", "), append([]provider.Provider{acme}, providers.All...), "-provider", "acme"),
	)

	It("says what its flags are where there is no provider", func(ctx SpecContext) {
		stderr := new(buffer)
		Expect(run(ctx, nil, []string{"-h"}, GinkgoWriter, stderr)).To(Equal(0))
		Expect(stderr.String()).To(ContainSubstring("-provider name"))
	})

	It("needs no account of a provider that asks for none", func() {
		p := acme
		p.Simulator = new(simulator.Behaviour)
		p.Adapter = &provider.Adapter{Documents: []kyc.Document{kyc.Aadhaar}, New: func(_ string, account provider.Values, _ *http.Client) (kyc.Provider, error) {
			Expect(account).To(BeEmpty())
			return nowhere{}, nil
		}}
		Expect(supported([]provider.Provider{p})).To(HaveLen(1))
		sim, err := simulator.New(simulator.Options{}, provider.Simulated(p)...)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(sim.Close)
		config, err := configure(p, sim, "https://127.0.0.1:1", http.DefaultClient, nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(config.Provider).To(Equal(nowhere{}))
	})

	DescribeTable("says what is wrong", func(status int, want string, args ...string) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // should it run all the same
		defer cancel()
		stderr := new(buffer)
		Expect(Run(ctx, args, nil, GinkgoWriter, stderr)).To(Equal(status))
		Expect(stderr.String()).To(ContainSubstring(want))
	},
		Entry("with the provider", 2, `there is no provider "nobody"; there is `+strings.Join(provider.Names(usable), ", "), "-provider", "nobody"),
		Entry("with an argument", 2, `"now" means nothing here`, "now"),
		Entry("with nothing, and says what its flags are", 0, "-provider name", "-h"),
		Entry("with a flag", 2, "flag provided but not defined", "-port", "1"),
		Entry("with an address", 1, "cannot listen on nowhere", "-addr", "nowhere"),
		Entry("with an address that is open to others", 1, "take a loopback address", "-addr", "0.0.0.0:0"),
	)

	It("says that the port is taken", func(ctx SpecContext) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		defer func() { _ = listener.Close() }()
		stderr := new(buffer)
		Expect(Run(ctx, []string{"-addr", listener.Addr().String()}, nil, GinkgoWriter, stderr)).To(Equal(1))
		Expect(stderr.String()).To(ContainSubstring("is taken"))
	}, SpecTimeout(2*time.Minute))
})
