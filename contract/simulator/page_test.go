package simulator_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/simulator"
)

var quiet = slog.New(slog.DiscardHandler)

// browser is a user agent with cookies that follows no redirects.
type browser struct {
	http.Client
}

func newBrowser() *browser {
	jar, err := cookiejar.New(nil)
	Expect(err).NotTo(HaveOccurred())
	return &browser{http.Client{Jar: jar, CheckRedirect: calls.NoRedirects.CheckRedirect}}
}

var token = regexp.MustCompile(`name="token" value="([^"]*)"`)

// get opens a page and returns its token too.
func (b *browser) get(ctx context.Context, address string) (page, formToken string) {
	GinkgoHelper()
	r, err := http.NewRequestWithContext(ctx, "GET", address, nil)
	Expect(err).NotTo(HaveOccurred())
	got := b.do(r)
	if m := token.FindStringSubmatch(got.Body); m != nil {
		formToken = m[1]
	}
	return got.Body, formToken
}

// post sends a form, with names and values in turn.
func (b *browser) post(ctx context.Context, address string, form ...string) calls.Answer {
	GinkgoHelper()
	values := url.Values{}
	for i := 0; i < len(form); i += 2 {
		values.Add(form[i], form[i+1])
	}
	r, err := http.NewRequestWithContext(ctx, "POST", address, strings.NewReader(values.Encode()))
	Expect(err).NotTo(HaveOccurred())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

func (b *browser) do(r *http.Request) calls.Answer {
	GinkgoHelper()
	return calls.Do(&b.Client, r)
}

var _ = Describe("The consent page", func() {
	const person = "1000000001"

	It("takes forms only from itself, for that journey and that browser", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		address, other := start(ctx, server, "order-42"), start(ctx, server, "order-43")
		b := newBrowser()
		_, mine := b.get(ctx, address)
		_, others := b.get(ctx, other)
		stranger := newBrowser()
		_, strangers := stranger.get(ctx, address)
		for what, forged := range map[string]string{
			"none": "", "made up": "0123", "of another journey": others, "of another browser": strangers,
		} {
			Expect(b.post(ctx, address, "token", forged, "decision", "deny").Status).To(Equal(http.StatusForbidden), what)
		}
		const form = "application/x-www-form-urlencoded"
		Expect(calls.Send(ctx, "POST", address, "token="+mine+"&decision=deny", "Content-Type", form).Status).
			To(Equal(http.StatusForbidden), "without the cookie")
		Expect(status(ctx, server, "order-42").Member("state")).To(Equal("WAITING"))
		Expect(b.post(ctx, address, "token", mine, "decision", "deny").Status).To(Equal(http.StatusSeeOther))
	})

	It("lets nobody else go on where a user has signed in", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		address := start(ctx, server, "order-42")
		b, stranger := newBrowser(), newBrowser()
		_, mine := b.get(ctx, address)
		_, theirs := stranger.get(ctx, address)
		Expect(b.post(ctx, address, "token", mine, "step", "number", "number", person).Status).To(Equal(http.StatusSeeOther))
		page, _ := b.get(ctx, address)
		otp := regexp.MustCompile(`id="issued"[^>]*>([0-9]{6})<`).FindStringSubmatch(page)[1]
		Expect(b.post(ctx, address, "token", mine, "step", "otp", "otp", otp).Status).To(Equal(http.StatusSeeOther))

		page, _ = stranger.get(ctx, address)
		Expect(page).To(ContainSubstring(`value="number"`))
		stranger.post(ctx, address, "token", theirs, "step", "documents", "decision", "allow", "document", "aadhaar")
		Expect(status(ctx, server, "order-42").Member("state")).To(Equal("WAITING"))

		page, _ = b.get(ctx, address)
		Expect(page).To(ContainSubstring(`value="documents"`))
	})

	It("shares no document that was not asked for or is not in the account", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		address := start(ctx, server, "order-42") // for Aadhaar and PAN
		b := newBrowser()
		_, mine := b.get(ctx, address)
		b.post(ctx, address, "token", mine, "step", "number", "number", "1000000003") // has no PAN
		page, _ := b.get(ctx, address)
		otp := regexp.MustCompile(`id="issued"[^>]*>([0-9]{6})<`).FindStringSubmatch(page)[1]
		b.post(ctx, address, "token", mine, "step", "otp", "otp", otp)
		got := b.post(ctx, address, "token", mine, "step", "documents", "decision", "allow",
			"document", "aadhaar", "document", "pan", "document", "driving_licence", "document", "passport")
		Expect(got.Status).To(Equal(http.StatusSeeOther))
		Expect(status(ctx, server, "order-42").Body).To(ContainSubstring(`"shared":["id-card"]`))
	})

	It("takes nothing for a consent but Allow", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		address := start(ctx, server, "order-42")
		b := newBrowser()
		_, mine := b.get(ctx, address)
		b.post(ctx, address, "token", mine, "step", "number", "number", person)
		page, _ := b.get(ctx, address)
		otp := regexp.MustCompile(`id="issued"[^>]*>([0-9]{6})<`).FindStringSubmatch(page)[1]
		b.post(ctx, address, "token", mine, "step", "otp", "otp", otp)
		b.post(ctx, address, "token", mine, "step", "documents", "decision", "cancel", "document", "pan")
		Expect(status(ctx, server, "order-42").Member("state")).To(Equal("WAITING"))
	})

	It("escapes what the caller and the user write", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		got := calls.Send(ctx, "POST", server.URL+"/acme/journeys",
			`{"id":"order-42","documents":["tax-card"],"return_to":"https://shop.example/<script>alert(1)</script>"}`, key...)
		b := newBrowser()
		_, mine := b.get(ctx, got.Member("url"))
		answer := b.post(ctx, got.Member("url"), "token", mine, "step", "number", "number", `"><script>alert(1)</script>`)
		Expect(answer.Status).To(Equal(http.StatusUnprocessableEntity))
		Expect(answer.Body).NotTo(ContainSubstring("<script"))
		Expect(answer.Body).To(ContainSubstring("&lt;script"))
	})

	It("sends headers that keep it to itself", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		address := start(ctx, server, "order-42")
		header := calls.Send(ctx, "GET", address, "").Header
		Expect(header.Get("Cache-Control")).To(Equal("no-store"))
		Expect(header.Get("Referrer-Policy")).To(Equal("same-origin"))
		Expect(header.Get("Content-Security-Policy")).
			To(And(HavePrefix("default-src 'none'"), ContainSubstring("frame-ancestors 'none'")))
		Expect(header.Get("Set-Cookie")).To(And(ContainSubstring("HttpOnly"), ContainSubstring("SameSite=Lax")))
	})

	It("takes three wrong OTPs, then asks who is there again", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		address := start(ctx, server, "order-42")
		b := newBrowser()
		_, mine := b.get(ctx, address)
		b.post(ctx, address, "token", mine, "step", "number", "number", person)
		for i := range 3 {
			got := b.post(ctx, address, "token", mine, "step", "otp", "otp", "wrong")
			Expect(got.Status).To(Equal(http.StatusUnprocessableEntity))
			Expect(strings.Contains(got.Body, `value="number"`)).To(Equal(i == 2))
		}
	})

	It("tells a link that was used from one that expired and one that never was", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		used, late := start(ctx, server, "order-42"), start(ctx, server, "order-43")
		_, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, used)
		Expect(err).NotTo(HaveOccurred())
		sim.Advance(simulator.LinkLife + time.Second)
		for address, want := range map[string]string{
			used: "was used", late: "has expired", server.URL + "/consent/acme/none": "No such journey",
		} {
			_, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, address)
			Expect(err).To(MatchError(ContainSubstring(want)))
		}
	})
})
