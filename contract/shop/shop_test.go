package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/cashfree"
	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/eko"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
)

var _ = Describe("A journey", func() {
	DescribeTable("ends with what the user shared", func(ctx SpecContext, provider, person, want string) {
		page := newWorld(provider).browser().walk(ctx, person)
		Expect(page.Status).To(Equal(http.StatusOK))
		Expect(page.Text).To(Equal("Your documents Your documents " + want))
		Expect(page.Refresh).To(BeFalse())
	},
		Entry("Cashfree", "cashfree", simulator.Complete,
			"Aadhaar Name Fake Complete Born 1990-03-17 Number ending in 0001 verified "+
				"PAN Name FAKE COMPLETE Born 1990-03-17 Number ending in 001A verified "+
				"Driving licence Name Fake Complete Born 1990-03-17 Number ending in 0001 verified"),
		Entry("Eko, which has no file", "eko", simulator.Complete,
			"Aadhaar Name Fake Complete Born 1990-03-17 Number ending in 0001 not verified : the provider hands out no signed file"),
		Entry("Setu", "setu", simulator.Complete,
			"Aadhaar Name Fake Complete Born 1990-03-17 Number ending in 0001 verified"),
		Entry("in another script", "setu", simulator.NonLatin,
			"Aadhaar Name नकली व्यक्ति Born 1988-08-22 Number ending in 0006 verified"),
		Entry("with a year of birth alone", "setu", simulator.YearOnly,
			"Aadhaar Name Fake Yearling Born 1951 Number ending in 0007 verified"),
		Entry("without Aadhaar, at Cashfree", "cashfree", simulator.WithoutAadhaar,
			"Aadhaar not verified : your DigiLocker account does not have it "+
				"PAN Name FAKE UNLINKED Born 1985-04-18 Number ending in 002A verified "+
				"Driving licence Name Fake Unlinked Born 1985-04-18 Number ending in 0002 verified"),
		Entry("without Aadhaar, at Eko", "eko", simulator.WithoutAadhaar, "Aadhaar not verified : your DigiLocker account does not have it"),
		Entry("without Aadhaar, at Setu", "setu", simulator.WithoutAadhaar, "Aadhaar not verified : your DigiLocker account does not have it"),
		Entry("with details that differ", "cashfree", simulator.Mismatch,
			"Aadhaar Name Fake Mismatch Born 1992-07-21 Number ending in 0005 verified "+
				"PAN not verified : its details differ from your other documents "+
				"Driving licence Name Fake Mismatch Born 1992-07-21 Number ending in 0005 verified"),
	)

	It("does not ask for what was not shared", func(ctx SpecContext) {
		b := newWorld("cashfree").browser()
		consentURL := b.begin()
		v := b.visitor(simulator.Complete)
		v.Documents = []kyc.Document{kyc.PAN}
		back := b.decide(v.Allow(ctx, consentURL))
		b.made()
		Expect(b.get(back).Text).To(SatisfyAll(
			ContainSubstring("Aadhaar not verified : not shared with us PAN Name FAKE COMPLETE"),
			HaveSuffix("Driving licence not verified : not shared with us"),
		))
		Expect(b.made()).To(Equal([]string{"digilocker", "PAN"}))
	})

	DescribeTable("may be refused", func(ctx SpecContext, provider string, status int, want string, refresh bool) {
		b := newWorld(provider).browser()
		page := b.get(b.deny(ctx, simulator.Complete, b.begin()))
		Expect(page.Text).To(ContainSubstring(want))
		Expect(page.Status).To(Equal(status))
		Expect(page.Refresh).To(Equal(refresh))
		Expect(b.log.String()).To(BeEmpty())
	},
		Entry("at Cashfree, which says so", "cashfree", http.StatusOK, "We could not verify you The reason: not shared with us.", false),
		Entry("at Setu, where only the unsigned return says so", "setu", http.StatusAccepted, "You seem to have declined", true),
		Entry("at Eko, where nothing says so", "eko", http.StatusAccepted, "One moment", true),
	)

	DescribeTable("runs out of time", func(_ SpecContext, provider, want string) {
		b := newWorld(provider).browser()
		b.begin()
		b.sim.Advance(simulator.LinkLife + time.Second)
		page := b.get(b.origin + "/back")
		Expect(page.Text).To(ContainSubstring(want))
		Expect(page.Status).To(Equal(http.StatusOK))
		Expect(page.Refresh).To(BeFalse())
		Expect(b.log.String()).To(BeEmpty())
	},
		Entry("at Cashfree", "cashfree", "The reason: the time to share has run out."),
		Entry("at Eko", "eko", "The time has run out"),
		Entry("at Setu", "setu", "The time has run out"),
	)

	It("waits for the user", func(ctx SpecContext) {
		b := newWorld("setu").browser()
		consentURL := b.begin()
		page := b.get(b.origin + "/back")
		Expect(page.Status).To(Equal(http.StatusAccepted))
		Expect(page.Text).To(ContainSubstring("One moment"))
		Expect(page.Refresh).To(BeTrue())
		b.allow(ctx, simulator.Complete, consentURL)
		Expect(b.get(b.origin + "/back").Text).To(ContainSubstring("Fake Complete"))
	})

	It("waits for documents that are being checked", func(ctx SpecContext) {
		b := newWorld("cashfree").browser()
		back := b.allow(ctx, simulator.Slow, b.begin())
		page := b.get(back)
		Expect(page.Status).To(Equal(http.StatusAccepted))
		Expect(page.Refresh).To(BeTrue())
		b.sim.Advance(simulator.Validation)
		b.made()
		Expect(b.get(back).Text).To(ContainSubstring("Fake Patience Born 1996-10-24 Number ending in 0008 verified"))
		Expect(b.made()).To(Equal([]string{"AADHAAR", "PAN", "DRIVING_LICENSE"}), "the user has decided, so that nobody asks for it again")
	})

	It("shows the same when the user returns again, and begins nothing", func(ctx SpecContext) {
		b := newWorld("cashfree").browser()
		back := b.allow(ctx, simulator.Complete, b.begin())
		page := b.get(back)
		Expect(page.Text).To(ContainSubstring("Fake Complete"))
		b.made()
		b.sim.Advance(simulator.ConsentLife + time.Hour)
		Expect(b.get(back).Text).To(Equal(page.Text))
		Expect(b.get(b.origin + "/back").Text).To(Equal(page.Text))
		Expect(b.made()).To(BeEmpty())
	})

	It("keeps a refusal too", func(ctx SpecContext) {
		b := newWorld("cashfree").browser()
		back := b.deny(ctx, simulator.Complete, b.begin())
		page := b.get(back)
		b.made()
		Expect(b.get(back).Text).To(Equal(page.Text))
		Expect(b.made()).To(BeEmpty())
	})

	It("is of one browser", func(ctx SpecContext) {
		w := newWorld("cashfree")
		back := w.browser()
		address := back.allow(ctx, simulator.Complete, back.begin())
		page := w.browser().get(address)
		Expect(page.Status).To(Equal(http.StatusNotFound))
		Expect(page.Text).To(ContainSubstring("No verification was begun in this browser"))
		Expect(page.Text).NotTo(ContainSubstring("Fake"))
	})

	DescribeTable("does not mix with another's", func(ctx SpecContext, provider string) {
		w := newWorld(provider)
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
	}, Entry("Cashfree", "cashfree"), Entry("Eko", "eko"), Entry("Setu", "setu"))

	It("knows an address that belongs to another journey", func(ctx SpecContext) {
		w := newWorld("setu")
		mine, other := w.browser(), w.browser()
		consentURL := mine.begin()
		page := mine.get(other.allow(ctx, simulator.YearOnly, other.begin()))
		Expect(page.Status).To(Equal(http.StatusBadRequest))
		Expect(page.Text).To(ContainSubstring("This belongs to another verification"))
		Expect(mine.get(mine.allow(ctx, simulator.Complete, consentURL)).Text).To(ContainSubstring("Fake Complete"))
	})

	It("is not believed by its address", func() {
		b := newWorld("setu").browser()
		b.begin()
		Expect(b.get(b.origin + "/back?success=True&scope=ADHAR").Status).To(Equal(http.StatusAccepted))
	})

	It("survives a forged address", func(ctx SpecContext) {
		b := newWorld("eko").browser()
		back := b.allow(ctx, simulator.Complete, b.begin())
		Expect(b.get(b.origin + "/back?verification_id=999").Text).To(ContainSubstring("The time has run out"))
		Expect(b.get(back).Text).To(ContainSubstring("Fake Complete"))
	})
})

var _ = Describe("The shop", func() {
	It("has a button, and pages that nobody keeps", func() {
		b := newWorld("cashfree").browser()
		page := b.get(b.origin + "/")
		Expect(page.Text).To(HaveSuffix("Verify with DigiLocker"))
		Expect(page.Header).To(SatisfyAll(
			HaveKeyWithValue("Cache-Control", []string{"no-store"}),
			HaveKeyWithValue("Referrer-Policy", []string{"no-referrer"}),
		))
	})

	It("keeps its cookie from scripts, other sites and open connections", func() {
		cookie, err := http.ParseSetCookie(newWorld("cashfree").browser().press().Header.Get("Set-Cookie"))
		Expect(err).NotTo(HaveOccurred())
		Expect(cookie.HttpOnly).To(BeTrue())
		Expect(cookie.Secure).To(BeTrue())
		Expect(cookie.SameSite).To(Equal(http.SameSiteLaxMode))
		Expect(len(cookie.Value)).To(BeNumerically(">=", 26), "130 bits")
	})

	It("begins nothing for another site", func() {
		b := newWorld("cashfree").browser()
		r, err := http.NewRequest(http.MethodPost, b.origin+"/start", nil)
		Expect(err).NotTo(HaveOccurred())
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		Expect(b.send(r).Status).To(Equal(http.StatusForbidden))
		Expect(b.get(b.origin + "/start").Status).To(Equal(http.StatusMethodNotAllowed))
		Expect(b.made()).To(BeEmpty())
	})

	It("forgets old journeys", func(ctx SpecContext) {
		w := newWorld("cashfree")
		old := w.browser()
		back := old.allow(ctx, simulator.Complete, old.begin())
		Expect(old.get(back).Text).To(ContainSubstring("Fake Complete"))
		for _, one := range w.shop.sessions {
			one.begun = one.begun.Add(-sessionLife - time.Second)
		}
		Expect(old.get(back).Status).To(Equal(http.StatusNotFound))
		Expect(w.shop.sessions).To(BeEmpty())
	})

	DescribeTable("asks users to come back while a provider is down", func(ctx SpecContext, provider string) {
		b := newWorld(provider).browser()
		down := func() {
			Expect(b.sim.AddFault(simulator.Fault{Provider: provider, Kind: simulator.GatewayHTML})).To(Succeed())
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
	}, Entry("Cashfree", "cashfree"), Entry("Eko", "eko"), Entry("Setu", "setu"))

	It("does not wait for a provider that does not answer", func() {
		b := newWorld("cashfree").browser()
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
		b := newWorld("cashfree").browser()
		back := b.allow(ctx, simulator.Complete, b.begin())
		b.made()
		b.fail = "PAN"
		Expect(b.get(back).Status).To(Equal(http.StatusServiceUnavailable))
		Expect(b.made()).To(Equal([]string{"digilocker", "AADHAAR", "PAN"}))
		Expect(b.get(back).Text).To(ContainSubstring("Aadhaar Name Fake Complete"))
		Expect(b.made()).To(Equal([]string{"PAN", "DRIVING_LICENSE"}))
	})

	It("passes on how long a provider wants to rest", func() {
		b := newWorld("setu").browser()
		Expect(b.sim.AddFault(simulator.Fault{Kind: simulator.RateLimit, RetryAfter: 7 * time.Second})).To(Succeed())
		page := b.press()
		Expect(page.Status).To(Equal(http.StatusServiceUnavailable))
		Expect(page.Header.Get("Retry-After")).To(Equal("7"))
	})

	It("alerts somebody of what users cannot mend", func() {
		b := newWorld("cashfree", func(w *world, c *Config) {
			var err error
			c.Provider, err = cashfree.New(w.at+"/cashfree", cashfree.Credentials{ClientID: "nobody", ClientSecret: kyc.Hide("wrong")}, cashfree.Options{HTTPClient: w.client})
			Expect(err).NotTo(HaveOccurred())
		}).browser()
		page := b.press()
		Expect(page.Status).To(Equal(http.StatusInternalServerError))
		Expect(page.Text).To(ContainSubstring("This is our fault"))
		Expect(b.log.String()).To(SatisfyAll(ContainSubstring("level=ERROR"), ContainSubstring("credentials refused")))
	})

	It("alerts somebody of a journey without an address", func() {
		b := newWorld("cashfree", func(_ *world, c *Config) { c.Provider = nowhere{c.Provider} }).browser()
		Expect(b.press().Status).To(Equal(http.StatusInternalServerError))
		Expect(b.log.String()).To(ContainSubstring("level=ERROR"))
	})

	It("alerts nobody of a user who leaves", func(ctx SpecContext) {
		b := newWorld("cashfree").browser()
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
	It("saves the question when the user returns", Label("webhook"), func(ctx SpecContext) {
		b := newWorld("cashfree").browser()
		back := b.allow(ctx, simulator.Complete, b.begin())
		b.made()
		Expect(b.get(back).Text).To(ContainSubstring("Fake Complete"))
		Expect(b.made()).To(Equal([]string{"AADHAAR", "PAN", "DRIVING_LICENSE"}))
	})

	It("tells a refusal", Label("webhook"), func(ctx SpecContext) {
		b := newWorld("cashfree").browser()
		back := b.deny(ctx, simulator.Complete, b.begin())
		b.made()
		Expect(b.get(back).Text).To(ContainSubstring("not shared with us"))
		Expect(b.made()).To(BeEmpty())
	})

	It("is of one journey", Label("webhook"), func(ctx SpecContext) {
		w := newWorld("cashfree")
		mine, other := w.browser(), w.browser()
		mine.begin()
		other.allow(ctx, simulator.Complete, other.begin())
		Expect(mine.get(w.origin + "/back").Status).To(Equal(http.StatusAccepted))
	})

	It("may come twice", Label("webhook"), func(ctx SpecContext) {
		b := newWorld("cashfree").browser()
		var header http.Header
		var body []byte
		inner := b.shop.Handler
		b.shop.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/webhook" {
				header = r.Header
				body, _ = io.ReadAll(r.Body)
				r.Body = io.NopCloser(bytes.NewReader(body))
			}
			inner.ServeHTTP(w, r)
		})
		back := b.allow(ctx, simulator.Complete, b.begin())
		Expect(b.hook(bytes.NewReader(body), header).Status).To(Equal(http.StatusNoContent))
		Expect(b.get(back).Text).To(ContainSubstring("Fake Complete"))
		Expect(b.hook(bytes.NewReader(body), header).Status).To(Equal(http.StatusNoContent))
		Expect(b.hook(bytes.NewReader(append(body, ' ')), header).Status).To(Equal(http.StatusForbidden))
	})

	It("is refused if forged", func() {
		b := newWorld("cashfree").browser()
		b.begin()
		var ref kyc.Ref
		for _, one := range b.shop.sessions {
			ref = one.ref
		}
		header := http.Header{"X-Webhook-Timestamp": {"1746427759733"}, "X-Webhook-Signature": {"Zm9yZ2Vk"}}
		body := `{"event_type":"DIGILOCKER_VERIFICATION_SUCCESS","data":{"status":"AUTHENTICATED","verification_id":"` + string(ref) + `"}}`
		Expect(b.hook(strings.NewReader(body), header).Status).To(Equal(http.StatusForbidden))
		Expect(b.get(b.origin + "/back").Status).To(Equal(http.StatusAccepted))
		Expect(b.log.String()).To(ContainSubstring("a webhook was refused"))
	})

	It("is refused if it is too large", func() {
		b := newWorld("cashfree").browser()
		Expect(b.hook(strings.NewReader(strings.Repeat(" ", maxWebhook+1)), nil).Status).To(Equal(http.StatusRequestEntityTooLarge))
	})

	It("is unknown to a shop whose provider has none", func() {
		b := newWorld("setu").browser()
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

// changed is Cashfree with other records, and without a word on the account.
type changed struct {
	*cashfree.Adapter
	change func(*kyc.Record)
}

func (c changed) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	record, err := c.Adapter.Fetch(ctx, ref, doc)
	if err == nil {
		c.change(record)
	}
	return record, err
}

func (c changed) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	consent, err := c.Adapter.Status(ctx, ref)
	if err == nil {
		consent.User = nil
	}
	return consent, err
}

var _ = Describe("A document", func() {
	// changing has a shop that asks for Aadhaar alone and gets another record of it.
	changing := func(change func(*world, *kyc.Record)) *browser {
		return newWorld("cashfree", func(w *world, c *Config) {
			c.Documents = c.Documents[:1]
			c.Provider = changed{c.Provider.(*cashfree.Adapter), func(r *kyc.Record) { change(w, r) }}
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
		config, err := configure(described("cashfree"), sim, server.URL, server.Client(), w.roots)
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

	It("is not verified while no signer is pinned", func(ctx SpecContext) {
		b := newWorld("setu", func(_ *world, c *Config) { c.Verifier = new(eaadhaar.Verifier) }).browser()
		Expect(b.walk(ctx, simulator.Complete).Text).To(ContainSubstring("not verified"))
		Expect(b.log.String()).To(ContainSubstring("a document is not verified"))
	})

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

	It("is not of somebody else than the account", func(ctx SpecContext) {
		b := newWorld("eko", func(_ *world, c *Config) { c.Provider = renamed{c.Provider.(*eko.Adapter)} }).browser()
		Expect(b.walk(ctx, simulator.Complete).Text).To(HaveSuffix("not verified : it is about somebody else than the DigiLocker account"))
	})

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

// renamed is Eko with an account of another name.
type renamed struct{ *eko.Adapter }

func (r renamed) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	consent, err := r.Adapter.Status(ctx, ref)
	if err == nil && consent.User != nil {
		consent.User.Name = kyc.Hide("Fake Somebody")
	}
	return consent, err
}

var _ = Describe("The program", func() {
	serve := func(args ...string) (stdout, stderr *buffer, end func() int) {
		ctx, cancel := context.WithCancel(context.Background())
		stdout, stderr = new(buffer), new(buffer)
		status := make(chan int, 1)
		go func() { status <- run(ctx, args, stdout, stderr) }()
		end = sync.OnceValue(func() int {
			cancel()
			return <-status
		})
		DeferCleanup(func() { end() })
		return stdout, stderr, end
	}

	DescribeTable("runs a whole journey", func(ctx SpecContext, provider, want, logged string) {
		stdout, stderr, end := serve("-addr", "127.0.0.1:0", "-provider", provider)
		links := regexp.MustCompile(`https://[0-9.:]+[0-9]`)
		Eventually(ctx, func() []string { return links.FindAllString(stdout.String(), -1) }).Should(HaveLen(2))
		at := links.FindAllString(stdout.String(), -1)
		client := httptest.NewTLSServer(nil).Client()
		client.Transport.(*http.Transport).TLSClientConfig.InsecureSkipVerify = true // the certificate is of this run
		w := &world{origin: at[0], at: at[1], client: client}
		page := w.browser().walk(ctx, simulator.Complete)
		Expect(page.Text).To(ContainSubstring(want))
		Expect(stderr.String()).To(MatchRegexp(logged))
		client.CloseIdleConnections()
		Expect(end()).To(Equal(0))
		Expect(stdout.String()).To(HaveSuffix("The shop has stopped. Its journeys are forgotten.\n"))
	},
		Entry("with Cashfree", "cashfree", "Number ending in 0001 verified", `^time=\S+ level=INFO msg="a webhook came" event=DIGILOCKER_VERIFICATION_SUCCESS state=granted\n$`),
		Entry("with Eko", "eko", "no signed file", "^$"),
		Entry("with Setu", "setu", "Number ending in 0001 verified", "^$"),
	)

	DescribeTable("says what is wrong", func(status int, want string, args ...string) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // should it run all the same
		defer cancel()
		stderr := new(buffer)
		Expect(run(ctx, args, GinkgoWriter, stderr)).To(Equal(status))
		Expect(stderr.String()).To(ContainSubstring(want))
	},
		Entry("with the provider", 2, `there is no provider "paytm"; there is cashfree, eko, setu`, "-provider", "paytm"),
		Entry("with an argument", 2, `"now" means nothing here`, "now"),
		Entry("with nothing, and says what its flags are", 0, "-provider string", "-h"),
		Entry("with a flag", 2, "flag provided but not defined", "-port", "1"),
		Entry("with an address", 1, "cannot listen on nowhere", "-addr", "nowhere"),
		Entry("with an address that is open to others", 1, "take a loopback address", "-addr", "0.0.0.0:0"),
	)

	It("says that the port is taken", func(ctx SpecContext) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		defer func() { _ = listener.Close() }()
		stderr := new(buffer)
		Expect(run(ctx, []string{"-addr", listener.Addr().String()}, GinkgoWriter, stderr)).To(Equal(1))
		Expect(stderr.String()).To(ContainSubstring("is taken"))
	}, SpecTimeout(2*time.Minute))
})
