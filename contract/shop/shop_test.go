package shop

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/simulator"
)

var _ = Describe("A journey", func() {
	// said is what the shop says of each person's documents, up to its verdict. What is not here is not in the account.
	const lacks = "your DigiLocker account does not have it"
	said := map[string]map[kyc.Document]string{
		simulator.Complete: {
			kyc.Aadhaar:        "Name Fake Complete Born 17 March 1990 Number ending in 0001",
			kyc.PAN:            "Name FAKE COMPLETE Born 17 March 1990 Number ending in 001A",
			kyc.DrivingLicence: "Name Fake Complete Born 17 March 1990 Number ending in 0001",
		},
		simulator.NonLatin: { // in another script
			kyc.Aadhaar:        "Name नकली व्यक्ति Born 22 August 1988 Number ending in 0006",
			kyc.PAN:            "Name नकली व्यक्ति Born 22 August 1988 Number ending in 006A",
			kyc.DrivingLicence: "Name नकली व्यक्ति Born 22 August 1988 Number ending in 0006",
		},
		simulator.YearOnly: { // with a year of birth alone
			kyc.Aadhaar: "Name Fake Yearling Born 1951 Number ending in 0007",
			kyc.PAN:     "Name FAKE YEARLING Born 1951 Number ending in 007A",
		},
		simulator.WithoutAadhaar: {
			kyc.PAN:            "Name FAKE UNLINKED Born 18 April 1985 Number ending in 002A",
			kyc.DrivingLicence: "Name Fake Unlinked Born 18 April 1985 Number ending in 0002",
		},
		simulator.Mismatch: { // whose PAN has another name
			kyc.Aadhaar:        "Name Fake Mismatch Born 21 July 1992 Number ending in 0005",
			kyc.DrivingLicence: "Name Fake Mismatch Born 21 July 1992 Number ending in 0005",
		},
	}
	for _, person := range slices.Sorted(maps.Keys(said)) {
		DescribeTable("ends with what the user shared who is "+person, func(ctx SpecContext, p provider.Provider) {
			b := newWorld(p).browser()
			page := b.walk(ctx, person)
			inFile := simulator.FindPerson(simulator.NewVisitor(person).Number).PANCard().Name
			want := []string{"Your documents Your documents"}
			for _, doc := range p.Adapter.Documents {
				found, has := said[person][doc]
				if doc == kyc.PAN && b.readsFiles() { // where the name is not in capitals alone
					found = strings.ReplaceAll(found, strings.ToUpper(inFile), inFile)
				}
				switch {
				// the account says who its user is, and this is somebody else's
				case person == simulator.Mismatch && doc == kyc.PAN && can(kyc.CanExchange)(p):
					want = append(want, names[doc], "Name Fake Another Born 21 July 1992 Number ending in 005A "+
						"not verified : it is about somebody else than the DigiLocker account")
				// nobody has compared the names
				case person == simulator.Mismatch && doc == kyc.PAN && !tellsMismatches(p):
					want = append(want, names[doc],
						"Name Fake Another Born 21 July 1992 Number ending in 005A verified")
				case person == simulator.Mismatch && doc == kyc.PAN:
					want = append(want, names[doc], "not verified : its details differ from your other documents")
				case !has && !can(kyc.CanExchange)(p) &&
					(doc != kyc.Aadhaar || p.Adapter.Outcomes[provider.Without].Kind == kyc.ErrDenied):
					// The consent page did not offer it, and the provider has no word of its own for a missing Aadhaar.
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
		Expect(page.Text).To(ContainSubstring("The reason: the time to share has run out."), "also where the provider has forgotten the journey")
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
		back := b.allow(ctx, simulator.Complete, consentURL)
		Expect(b.get(back).Text).To(ContainSubstring("Fake Complete"))
	}, each())

	DescribeTable("waits for documents that are being checked", func(ctx SpecContext, p provider.Provider) {
		b := newWorld(p).browser()
		back := b.allow(ctx, simulator.Slow, b.begin())
		page := b.get(back)
		if page.Status == http.StatusOK {
			Expect(page.Text).To(ContainSubstring("Fake Patience Born 24 October 1996 Number ending in 0008"))
			return // as the provider has no word for it
		}
		Expect(page.Status).To(Equal(http.StatusAccepted))
		Expect(page.Refresh).To(BeTrue())
		b.sim.Advance(simulator.Validation)
		b.made()
		Expect(b.get(back).Text).To(ContainSubstring("Fake Patience Born 24 October 1996 Number ending in 0008 verified"))
		want := fetches(p)
		if !checksWhatIsGranted(p) { // so that it was the consent that waited
			want = slices.Insert(want, 0, "Status")
		}
		Expect(b.made()).To(Equal(want), "nobody asks again for what the user decided, once the provider has said so")
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
		if can(kyc.CanExchange)(p) { // where the state has to be the journey's
			Expect(mine.get(forged).Status).To(Equal(http.StatusBadRequest))
			return
		}
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
		want := "This belongs to another verification"
		if p.Journey.Answers != nil { // no part of the address names the journey
			want = "Fake Complete"
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
		if callsAtStart(p) {
			down()
			page := b.press()
			Expect(page.Status).To(Equal(http.StatusServiceUnavailable))
			Expect(page.Header.Get("Retry-After")).To(Equal("60"))
			Expect(page.Header).NotTo(HaveKey("Set-Cookie"))
			b.sim.ClearFaults()
		}
		back := b.allow(ctx, simulator.Complete, b.begin())
		down()
		page := b.get(back)
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
	}, each(callsAtStart))

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
	}, each(callsAtStart, func(p provider.Provider) bool { return len(p.Account.Simulated()) > 0 }))

	It("alerts somebody of a journey without an address", func() {
		b := newWorld(first(), func(_ *world, c *Config) { c.Provider = nowhere{c.Provider} }).browser()
		Expect(b.press().Status).To(Equal(http.StatusInternalServerError))
		Expect(b.log.String()).To(ContainSubstring("level=ERROR"))
	})

	It("says that a way back is used up, and alerts somebody of an id that is", func(ctx SpecContext) {
		b := newWorld(first(), func(_ *world, c *Config) { c.Provider = used{Provider: c.Provider} }).browser()
		page := b.get(b.allow(ctx, simulator.Complete, b.begin()))
		Expect(page.Status).To(Equal(http.StatusConflict))
		Expect(page.Text).To(ContainSubstring("This way back is used up"))
		Expect(b.log.String()).To(BeEmpty())
		b = newWorld(first(), func(_ *world, c *Config) { c.Provider = used{c.Provider, true} }).browser()
		Expect(b.press().Text).To(ContainSubstring("This is our fault"))
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

// used is a provider at which a code, and perhaps the id of a journey, was used before.
type used struct {
	kyc.Provider
	id bool
}

func (u used) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	if u.id {
		return nil, kyc.ErrDuplicate
	}
	return u.Provider.Start(ctx, req)
}

func (used) Exchange(context.Context, kyc.Ref, *url.URL) (kyc.Return, error) {
	return kyc.Return{}, kyc.ErrDuplicate
}

// nowhere is a provider that gives no address.
type nowhere struct{ kyc.Provider }

func (n nowhere) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	consent, err := n.Provider.Start(ctx, req)
	if err == nil {
		consent.URL = kyc.Private{}
	}
	return consent, err
}
