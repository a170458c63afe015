package simulator_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

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
	return &browser{http.Client{Jar: jar, CheckRedirect: noRedirects.CheckRedirect}}
}

var token = regexp.MustCompile(`name="token" value="([^"]*)"`)

// get opens a page and returns its token too.
func (b *browser) get(ctx context.Context, address string) (page, formToken string) {
	GinkgoHelper()
	r, err := http.NewRequestWithContext(ctx, "GET", address, nil)
	Expect(err).NotTo(HaveOccurred())
	got := b.do(r)
	if m := token.FindStringSubmatch(got.body); m != nil {
		formToken = m[1]
	}
	return got.body, formToken
}

// post sends a form, with names and values in turn.
func (b *browser) post(ctx context.Context, address string, form ...string) answer {
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

func (b *browser) do(r *http.Request) answer {
	GinkgoHelper()
	resp, err := b.Do(r)
	Expect(err).NotTo(HaveOccurred())
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	Expect(err).NotTo(HaveOccurred())
	return answer{resp.StatusCode, resp.Header, string(body)}
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
		for what, forged := range map[string]string{"none": "", "made up": "0123", "of another journey": others, "of another browser": strangers} {
			Expect(b.post(ctx, address, "token", forged, "decision", "deny").status).To(Equal(http.StatusForbidden), what)
		}
		Expect(call(ctx, "POST", address, "token="+mine+"&decision=deny", "Content-Type", "application/x-www-form-urlencoded").status).
			To(Equal(http.StatusForbidden), "without the cookie")
		Expect(status(ctx, server, "order-42").member("status")).To(Equal("PENDING"))
		Expect(b.post(ctx, address, "token", mine, "decision", "deny").status).To(Equal(http.StatusSeeOther))
	})

	It("lets nobody else go on where a user has signed in", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		address := start(ctx, server, "order-42")
		b, stranger := newBrowser(), newBrowser()
		_, mine := b.get(ctx, address)
		_, theirs := stranger.get(ctx, address)
		Expect(b.post(ctx, address, "token", mine, "step", "number", "number", person).status).To(Equal(http.StatusSeeOther))
		page, _ := b.get(ctx, address)
		otp := regexp.MustCompile(`id="issued"[^>]*>([0-9]{6})<`).FindStringSubmatch(page)[1]
		Expect(b.post(ctx, address, "token", mine, "step", "otp", "otp", otp).status).To(Equal(http.StatusSeeOther))

		page, _ = stranger.get(ctx, address)
		Expect(page).To(ContainSubstring(`value="number"`))
		stranger.post(ctx, address, "token", theirs, "step", "documents", "decision", "allow", "document", "aadhaar")
		Expect(status(ctx, server, "order-42").member("status")).To(Equal("PENDING"))

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
		Expect(got.status).To(Equal(http.StatusSeeOther))
		Expect(status(ctx, server, "order-42").body).To(ContainSubstring(`"document_consent":["AADHAAR"]`))
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
		Expect(status(ctx, server, "order-42").member("status")).To(Equal("PENDING"))
	})

	It("escapes what the caller and the user write", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		got := call(ctx, "POST", server.URL+"/cashfree/digilocker",
			`{"verification_id":"order-42","document_requested":["PAN"],"redirect_url":"https://shop.example/<script>alert(1)</script>"}`, cashfree...)
		b := newBrowser()
		_, mine := b.get(ctx, got.member("url"))
		answer := b.post(ctx, got.member("url"), "token", mine, "step", "number", "number", `"><script>alert(1)</script>`)
		Expect(answer.status).To(Equal(http.StatusUnprocessableEntity))
		Expect(answer.body).NotTo(ContainSubstring("<script"))
		Expect(answer.body).To(ContainSubstring("&lt;script"))
	})

	It("sends headers that keep it to itself", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		address := start(ctx, server, "order-42")
		header := call(ctx, "GET", address, "").header
		Expect(header.Get("Cache-Control")).To(Equal("no-store"))
		Expect(header.Get("Referrer-Policy")).To(Equal("same-origin"))
		Expect(header.Get("Content-Security-Policy")).To(And(HavePrefix("default-src 'none'"), ContainSubstring("frame-ancestors 'none'")))
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
			Expect(got.status).To(Equal(http.StatusUnprocessableEntity))
			Expect(strings.Contains(got.body, `value="number"`)).To(Equal(i == 2))
		}
	})

	It("tells a link that was used from one that expired and one that never was", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		used, late := start(ctx, server, "order-42"), start(ctx, server, "order-43")
		_, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, used)
		Expect(err).NotTo(HaveOccurred())
		sim.Advance(simulator.LinkLife + second)
		for address, want := range map[string]string{used: "was used", late: "has expired", server.URL + "/consent/cashfree/none": "No such journey"} {
			_, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, address)
			Expect(err).To(MatchError(ContainSubstring(want)))
		}
	})
})
