package surepass_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/eaadhaar/eaadhaartest"
	"example.com/digilocker/adapters/failover"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/repeat"
	"example.com/digilocker/adapters/signedfile"
	"example.com/digilocker/adapters/surepass"
	"example.com/digilocker/adapters/wire"
)

// downloads is Surepass at which the user is done, with a download that answers as h says, and counts.
type downloads struct {
	*httptest.Server
	n atomic.Int32
}

func downloading(h http.HandlerFunc) *downloads {
	s := new(downloads)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path != api+"download-aadhaar/"+id {
			fmt.Fprint(w, done)
			return
		}
		s.n.Add(1)
		h(w, r)
	}))
	DeferCleanup(s.Close)
	return s
}

// cut ends the connection after what has been written, the status at least.
func cut(w http.ResponseWriter) {
	_ = http.NewResponseController(w).Flush()
	hangUp(w)
}

// hangUp ends the connection.
func hangUp(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.(*net.TCPConn).SetLinger(0)
		_ = conn.Close()
	}
}

func saying(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

// standing are the ways to fetch Aadhaar, by who stands around the adapter and might repeat it.
func standing(ctx context.Context) map[string]func(kyc.Provider) error {
	repeating := func(p kyc.Provider) kyc.Provider {
		GinkgoHelper()
		p, err := repeat.New(p, repeat.Budget{First: time.Nanosecond})
		Expect(err).NotTo(HaveOccurred())
		return p
	}
	return map[string]func(kyc.Provider) error{
		"nobody": func(p kyc.Provider) error { _, err := p.Fetch(ctx, ref, kyc.Aadhaar); return err },
		"repeat": func(p kyc.Provider) error { _, err := repeating(p).Fetch(ctx, ref, kyc.Aadhaar); return err },
		"failover around repeat": func(p kyc.Provider) error {
			p = repeating(p)
			members := []failover.Member{{Name: "main", Provider: p}, {Name: "spare", Provider: p}}
			p, err := failover.New(members, failover.Options{})
			Expect(err).NotTo(HaveOccurred())
			_, err = p.Fetch(ctx, "main:"+ref, kyc.Aadhaar)
			return err
		},
		"WaitFetch around repeat": func(p kyc.Provider) error {
			waiting := kyc.Waiting{Budget: kyc.Budget{First: time.Nanosecond}}
			saw, err := kyc.WaitFetch(ctx, repeating(p), ref, kyc.Aadhaar, waiting)
			Expect(saw.Fetch).To(Equal(1))
			return err
		},
	}
}

var _ = Describe("the one download of Aadhaar", Label("SP-D22"), func() {
	It("is what the provider says to hand out once", func() {
		once, ok := kyc.As[kyc.OnceFetcher](offline())
		Expect(ok).To(BeTrue())
		Expect(once.FetchesOnce()).To(Equal([]kyc.Document{kyc.Aadhaar}))
	})

	DescribeTable("is made once, whoever stands around, and says whether it is used up:",
		func(ctx SpecContext, h http.HandlerFunc, kind kyc.Err, spent bool) {
			for name, around := range standing(ctx) {
				s := downloading(h)
				err := around(calling(s.URL))
				Expect(s.n.Load()).To(BeEquivalentTo(1), name)
				if kind == "" {
					Expect(err).NotTo(HaveOccurred(), name)
					continue
				}
				Expect(err).To(MatchError(kind), name)
				Expect(detail(err).Spent).To(Equal(spent), name)
				suite.Silent(err, seed)
			}
		},
		Entry("a success", saying(200, aadhaar), kyc.Err(""), false),
		Entry("used before", saying(422, refusal(422, "already_downloaded")), kyc.ErrExpired, true),
		Entry("no answer", func(w http.ResponseWriter, _ *http.Request) { hangUp(w) }, kyc.ErrUnavailable, true),
		Entry("no more than a status", func(w http.ResponseWriter, _ *http.Request) { cut(w) }, kyc.ErrUnavailable,
			true),
		Entry("half an answer", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, aadhaar[:40])
			cut(w)
		}, kyc.ErrUnavailable, true),
		Entry("a gateway's page", saying(502, page), kyc.ErrUnavailable, true),
		Entry("a gateway that is too slow", saying(504, ``), kyc.ErrUnavailable, true),
		Entry("an outage that Surepass tells itself", saying(500, refusal(500, seed)), kyc.ErrUnavailable, true),
		Entry("a server that waited for too long", saying(408, ``), kyc.ErrUnavailable, true),
		Entry("what nobody can read", saying(200, `{"data":{"aadhaar_xml_data":"`+seed+`"}}`), kyc.ErrUnexpected, true),
		Entry("a page for a success", saying(200, page), kyc.ErrUnexpected, true),
		Entry("a redirect", saying(302, page), kyc.ErrUnexpected, false),
		Entry("a proxy that was not waited for", saying(499, ``), kyc.ErrUnexpected, true),
		Entry("what has gone", saying(410, `{}`), kyc.ErrUnexpected, true),
		Entry("what contradicts", saying(409, `{}`), kyc.ErrUnexpected, true),
		Entry("a 422 of another code", saying(422, refusal(422, "nobody_knows")), kyc.ErrUnexpected, true),
		Entry("a 422 without a code", saying(422, `{}`), kyc.ErrUnexpected, true),
		Entry("a 400", saying(400, `{}`), kyc.ErrUnexpected, false),
		Entry("a success that says that it is none", saying(200, `{"success":false,"data":null}`), kyc.ErrUnexpected,
			true),
		Entry("a refusal of the token", saying(401, `{}`), kyc.ErrCredentials, false),
		Entry("a journey that is not there", saying(404, refusal(404, "client_not_found")), kyc.ErrNotFound, false),
	)

	It("is made once on a kept connection that is closed under it", func(ctx SpecContext) {
		s := downloading(func(w http.ResponseWriter, _ *http.Request) { hangUp(w) })
		a := calling(s.URL, func(o *surepass.Options) { o.HTTPClient = &http.Client{Transport: new(http.Transport)} })
		_, err := a.Status(ctx, ref) // by which there is a connection
		Expect(err).NotTo(HaveOccurred())
		_, err = a.Fetch(ctx, ref, kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrUnavailable))
		Expect(detail(err).Spent).To(BeTrue())
		Expect(s.n.Load()).To(BeEquivalentTo(1))
	})

	It("is made again where it was turned away for being too often", func(ctx SpecContext) {
		n := 0
		s := downloading(func(w http.ResponseWriter, r *http.Request) {
			if n++; n == 1 {
				saying(429, `{}`)(w, r)
				return
			}
			saying(200, aadhaar)(w, r)
		})
		p, err := repeat.New(calling(s.URL), repeat.Budget{First: time.Nanosecond})
		Expect(err).NotTo(HaveOccurred())
		Expect(p.Fetch(ctx, ref, kyc.Aadhaar)).NotTo(BeNil())
		Expect(s.n.Load()).To(BeEquivalentTo(2))
	})

	It("may be made again where it was not sent", func(ctx SpecContext) {
		_, err := calling("http://127.0.0.1:1").Fetch(ctx, ref, kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrUnavailable))
		Expect(detail(err).Spent).To(BeFalse())
	})

	It("is used up where the caller's function cannot verify what came", func(ctx SpecContext) {
		s := downloading(saying(200, aadhaar))
		_, err := calling(s.URL, func(o *surepass.Options) {
			o.Verify = func(context.Context, *kyc.Record) error { return kyc.ErrUnavailable }
		}).Fetch(ctx, ref, kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrUnavailable))
		Expect(detail(err).Spent).To(BeTrue())
		Expect(detail(err).Raw()).To(MatchJSON(aadhaar), "what came is there")
	})

	// The download of the signed file fails then, which is another call than the one download.
	DescribeTable("is used up, and its record is there, where the signed file behind it",
		func(ctx SpecContext, link string, kind kyc.Err, cause wire.Err) {
			signer, err := eaadhaartest.NewSigner()
			Expect(err).NotTo(HaveOccurred())
			verifier, err := eaadhaar.NewVerifier([]eaadhaar.Anchor{{Name: "test", Certificate: signer.Certificate}},
				eaadhaar.Options{Profile: eaadhaar.LegacySHA1})
			Expect(err).NotTo(HaveOccurred())
			checker := &signedfile.Checker{
				Verifier: verifier, Files: wire.Downloader{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}},
			}
			body := answer(aadhaar, map[string]any{"data.xml_url": link})
			for name, around := range standing(ctx) {
				s := downloading(saying(200, body))
				err := around(calling(s.URL, func(o *surepass.Options) { o.Verify = checker.Verify }))
				Expect(err).To(And(MatchError(kind), MatchError(cause)), name)
				Expect(kyc.Spent(err)).To(BeTrue(), name)
				Expect(kyc.Outage(err)).To(Equal(kind == kyc.ErrUnavailable), name)
				Expect(s.n.Load()).To(BeEquivalentTo(1), name)
				Expect(detail(err).Raw()).To(MatchJSON(body), name)
				held := (*signedfile.Error)(nil)
				Expect(errors.As(err, &held)).To(BeTrue(), name)
				Expect(held.Record().Person.Name.Reveal()).To(Equal("John Doe"), name)
				suite.Silent(err, "John", "nowhere")
			}
		},
		Entry("is at a host that is not there", "https://nowhere.invalid/a.xml", kyc.ErrUnavailable, wire.ErrDNS),
		Entry("is where nobody listens", "http://127.0.0.1:1/a.xml", kyc.ErrUnavailable, wire.ErrConnect),
		Entry("has a link that has ended",
			"https://nowhere.invalid/a.xml?X-Amz-Date=20200101T000000Z&X-Amz-Expires=600", kyc.ErrUnverified,
			wire.ErrExpired),
		Entry("has a link that is not followed", "https://user:x@nowhere.invalid/a.xml", kyc.ErrUnverified,
			wire.ErrLink),
	)

	DescribeTable("is not lost where ctx ends behind the answer:",
		func(ctx SpecContext, wait func(context.Context, kyc.Provider) error) {
			s := downloading(saying(200, aadhaar))
			over, cancel := context.WithCancel(ctx)
			err := wait(over, calling(s.URL, func(o *surepass.Options) {
				o.Verify = func(under context.Context, _ *kyc.Record) error {
					cancel()
					return under.Err()
				}
			}))
			Expect(err).To(And(MatchError(kyc.ErrUnverified), MatchError(context.Canceled)))
			e := detail(err)
			Expect(e.Spent).To(BeTrue())
			Expect(e.Raw()).To(MatchJSON(aadhaar), "what came is there")
			Expect(s.n.Load()).To(BeEquivalentTo(1))
			suite.Silent(err, "John")
		},
		Entry("to who asks", func(ctx context.Context, p kyc.Provider) error {
			_, err := p.Fetch(ctx, ref, kyc.Aadhaar)
			return err
		}),
		Entry("to who waits", func(ctx context.Context, p kyc.Provider) error {
			_, err := kyc.WaitFetch(ctx, p, ref, kyc.Aadhaar, kyc.Waiting{})
			return err
		}),
	)

	It("is waited for no longer than ctx lasts, whose end is as it is", func(ctx SpecContext) {
		over, cancel := context.WithCancel(ctx)
		release := make(chan struct{})
		s := downloading(func(http.ResponseWriter, *http.Request) { cancel(); <-release })
		_, err := calling(s.URL).Fetch(over, ref, kyc.Aadhaar)
		close(release)
		Expect(err).To(BeIdenticalTo(context.Canceled))
	})
})
