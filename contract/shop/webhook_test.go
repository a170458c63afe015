package shop

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/signedfile"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
)

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

	DescribeTable("of no journey is answered, and ends none", Label("webhook"), func(p provider.Provider) {
		b := newWorld(p).browser()
		b.begin()
		Expect(p.Adapter.Foreign).NotTo(BeEmpty())
		for _, body := range p.Adapter.Foreign {
			about := strings.ReplaceAll(body, "order-42", string(b.ref()))
			header := http.Header{}
			p.Account.SignWebhook(header, p.Account.Simulated(), []byte(about))
			Expect(b.hook(strings.NewReader(about), header).Status).To(Equal(http.StatusNoContent))
		}
		Expect(b.get(b.origin+"/back").Status).To(Equal(http.StatusAccepted), "the user can still decide")
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

func (c changed) Unwrap() kyc.Provider { return c.Provider }

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
			c.Provider = changed{c.Provider, func(r *kyc.Record) { change(w, r) }}
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
		file, err := wire.Downloader{Allow: w.shop.Checker.Files.Allow, Roots: w.roots}.Get(ctx, f.Link.Reveal(),
			time.Time{})
		Expect(err).NotTo(HaveOccurred())
		file, err = wire.Unzip(file.Bytes(), signedfile.DefaultMaxBytes)
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
		Entry("with another gender", "its signed file says something else",
			func(_ context.Context, _ *world, r *kyc.Record) {
				r.Person.Gender = kyc.ParseGender("M")
			}),
		Entry("in a damaged archive", "its signed file is damaged", func(_ context.Context, w *world, r *kyc.Record) {
			r.File = serving(w, http.StatusOK, []byte("PK\x03\x04 and nothing more"))
		}),
		Entry("without a file", "the provider hands out no signed file", func(_ context.Context, _ *world, r *kyc.Record) { r.File = nil }),
	)

	DescribeTable("is not verified while no signer is pinned", func(ctx SpecContext, p provider.Provider) {
		b := newWorld(p, func(_ *world, c *Config) { c.Checker.Verifier = new(eaadhaar.Verifier) }).browser()
		Expect(b.walk(ctx, simulator.Complete).Text).To(ContainSubstring("not verified"))
		Expect(b.log.String()).To(ContainSubstring("a document is not verified"))
	}, each(handsOutFiles))

	It("is told to the log by the members that differ", func(ctx SpecContext) {
		b := changing(func(_ *world, r *kyc.Record) { r.Person.Birth = kyc.ParseDate("1990-03-18") })
		Expect(b.walk(ctx, simulator.Complete).Text).To(ContainSubstring("its signed file says something else"))
		Expect(b.log.String()).To(ContainSubstring("signedfile: compare: Person.Birth different"))
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
		Expect(b.log.String()).To(ContainSubstring(
			"provider unavailable: signedfile: download: status not 200 (HTTP 410)"))
		lost = false
		Expect(b.get(back).Text).To(HaveSuffix(" verified"))
	})

	DescribeTable("is not of somebody else than the account", func(ctx SpecContext, p provider.Provider) {
		b := newWorld(p, func(_ *world, c *Config) { c.Provider = renamed{c.Provider} }).browser()
		Expect(b.walk(ctx, simulator.Complete).Text).To(HaveSuffix("not verified : it is about somebody else than the DigiLocker account"))
	}, each())

	DescribeTable("is compared by", func(a, b, birthA, birthB string, want bool) {
		one := &kyc.Person{Name: kyc.Hide(a), Birth: kyc.ParseDate(birthA), Mobile: kyc.Hide("9000000001")}
		other := &kyc.Person{Name: kyc.Hide(b), Birth: kyc.ParseDate(birthB), Mobile: kyc.Hide("9000000002")}
		Expect(alike(one, other)).To(Equal(want))
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

func (r renamed) Unwrap() kyc.Provider { return r.Provider }

// Exchange implements kyc.Exchanger where the provider does.
func (r renamed) Exchange(ctx context.Context, ref kyc.Ref, back *url.URL) (kyc.Return, error) {
	exchanger, ok := kyc.As[kyc.Exchanger](r.Provider)
	if !ok {
		return kyc.Return{}, errors.ErrUnsupported
	}
	said, err := exchanger.Exchange(ctx, ref, back)
	if said.Consent != nil {
		said.Consent.User = &kyc.Person{Name: kyc.Hide("Fake Somebody")}
	}
	return said, err
}

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
