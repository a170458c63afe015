//go:build e2e

package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/network"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/simulator"
)

// exchanges says that the user of the provider brings a code back, which a call exchanges.
func exchanges(p provider.Provider) bool { return slices.Contains(p.Adapter.Can, kyc.CanExchange) }

// checkout is a web application without a store: each browser has the Ref of its journey in a cookie.
type checkout struct {
	*httptest.Server

	mu       sync.Mutex
	provider kyc.Provider
	back     []*url.URL // the addresses to which users returned
	errs     []error    // what came of each, of Complete or Fetch
	refs     []kyc.Ref  // that were stored, in their order
	before   func()     // what happens before a return is read
}

const refCookie = "__Host-ref"

func newCheckout(p kyc.Provider) *checkout {
	c := &checkout{provider: p, before: func() {}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /start", c.start)
	mux.HandleFunc("GET /back", c.returned)
	c.Server = httptest.NewTLSServer(mux)
	DeferCleanup(c.Close)
	return c
}

// keep stores a Ref in the browser.
func (c *checkout) keep(w http.ResponseWriter, ref kyc.Ref) {
	c.refs = append(c.refs, ref)
	http.SetCookie(w, &http.Cookie{Name: refCookie, Value: string(ref), Path: "/", Secure: true, HttpOnly: true,
		SameSite: http.SameSiteLaxMode})
}

func (c *checkout) start(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	consent, err := c.provider.Start(r.Context(), kyc.StartRequest{
		Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: c.URL + "/back"})
	if err != nil {
		c.says(w, "Not started", err)
		return
	}
	c.keep(w, consent.Ref)
	http.Redirect(w, r, consent.URL.Reveal(), http.StatusSeeOther)
}

func (c *checkout) returned(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.back = append(c.back, r.URL)
	ref := kyc.Ref("")
	if cookie, err := r.Cookie(refCookie); err == nil {
		ref = kyc.Ref(cookie.Value)
	}
	c.before()
	said, err := kyc.Complete(r.Context(), c.provider, ref, r.URL)
	switch {
	case errors.Is(err, kyc.ErrInvalid):
		c.says(w, "Not your verification", err)
		return
	case errors.Is(err, kyc.ErrDuplicate):
		c.says(w, "This way back is used up, or came too late", err)
		return
	case err != nil:
		c.says(w, "Something is wrong", err)
		return
	case said.State == kyc.Denied:
		c.says(w, "You declined", nil)
		return
	case said.Consent != nil:
		c.keep(w, said.Ref)
	}
	if _, err = c.provider.Fetch(r.Context(), said.Ref, kyc.Aadhaar); err != nil {
		c.says(w, "No document", err)
		return
	}
	c.says(w, "Verified", nil)
}

// says writes a page, and notes what the application got.
func (c *checkout) says(w http.ResponseWriter, heading string, err error) {
	c.errs = append(c.errs, err)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Shop</title><h1>%s</h1>`,
		heading)
}

// got is what the application got of the last return.
func (c *checkout) got() error {
	GinkgoHelper()
	c.mu.Lock()
	defer c.mu.Unlock()
	Expect(c.errs).NotTo(BeEmpty(), "returns that were read")
	return c.errs[len(c.errs)-1]
}

// with changes the application between two visits.
func (c *checkout) with(change func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change()
}

// last is the address of the last return.
func (c *checkout) last() url.URL {
	GinkgoHelper()
	c.mu.Lock()
	defer c.mu.Unlock()
	Expect(c.back).NotTo(BeEmpty(), "users who returned")
	last := *c.back[len(c.back)-1]
	return last
}

// ref is the one that the browser has.
func (t *tab) ref(c *checkout) string {
	GinkgoHelper()
	found := tell(t, network.GetCookies, network.GetCookiesParams{URLs: []string{c.URL}})
	for _, cookie := range found.Cookies {
		if cookie.Name == refCookie {
			return cookie.Value
		}
	}
	return ""
}

// carry has the browser carry another Ref.
func (t *tab) carry(c *checkout, ref string) {
	GinkgoHelper()
	tell(t, network.SetCookie, network.SetCookieParams{Name: refCookie, Value: ref, URL: c.URL, Path: "/",
		Secure: new(true), HTTPOnly: new(true), SameSite: network.CookieSameSiteLax})
	Expect(t.ref(c)).To(Equal(ref))
}

// changed is a text with another character in its middle.
func changed(text string) string {
	i := len(text) / 2
	other := "a"
	if text[i] == 'a' {
		other = "b"
	}
	return text[:i] + other + text[i+1:]
}

// refused is an error of that kind that names the member.
func refused(kind kyc.Err, member string) OmegaMatcher {
	return And(MatchError(kind), WithTransform(func(err error) string {
		e := (*kyc.Error)(nil)
		errors.As(err, &e)
		return e.Member
	}, Equal(member)))
}

var _ = Describe("a journey whose code is exchanged, with its Ref in a cookie", func() {
	var w *world

	BeforeEach(func() { w = newWorld() })

	// begin has a user begin a journey, and go as far as the documents.
	begin := func(c *checkout) *tab {
		GinkgoHelper()
		t := visitor()
		Expect(t.open(c.URL + "/start")).To(Equal(http.StatusOK))
		t.signIn(simulator.Complete)
		return t
	}
	const verified, foreign = "Verified", "Not your verification"
	const used = "This way back is used up, or came too late"

	DescribeTable("ends with the document, also where the page is loaded again", func(ctx SpecContext,
		p provider.Provider) {
		c := newCheckout(w.account(p))
		t := begin(c)
		started := t.ref(c)
		Expect(t.press("Allow")).To(Equal(http.StatusOK))
		Expect(t.heading()).To(Equal(verified))
		exchanged := t.ref(c)
		Expect(exchanged).NotTo(Equal(started))
		Expect(len(refCookie)+len(exchanged)).To(BeNumerically("<", 4096), "what browsers keep of a cookie")
		t.reload()
		Expect(t.heading()).To(Equal(verified))
		Expect(c.got()).NotTo(HaveOccurred())
		Expect(t.ref(c)).To(Equal(exchanged))
		Expect(c.refs).To(HaveLen(2), "no second exchange")
	}, each(exchanges))

	DescribeTable("tells a denial, and lets the user start again", func(ctx SpecContext, p provider.Provider) {
		c := newCheckout(w.account(p))
		t := begin(c)
		started := t.ref(c)
		Expect(t.press("Deny")).To(Equal(http.StatusOK))
		Expect(t.heading()).To(Equal("You declined"))
		Expect(c.got()).NotTo(HaveOccurred())
		Expect(t.ref(c)).To(Equal(started))
		t.open(c.URL + "/start")
		t.signIn(simulator.Complete)
		t.press("Allow")
		Expect(t.heading()).To(Equal(verified))
	}, each(exchanges))

	DescribeTable("refuses a code that has run out", func(ctx SpecContext, p provider.Provider) {
		c := newCheckout(w.account(p))
		t := begin(c)
		c.with(func() { c.before = func() { w.sim.Advance(time.Hour) } })
		t.press("Allow")
		Expect(t.heading()).To(Equal(used))
		Expect(c.got()).To(MatchError(kyc.ErrDuplicate))
		Expect(c.refs).To(HaveLen(1))
	}, each(exchanges))

	DescribeTable("refuses a return that is replayed with the Ref of its start", func(ctx SpecContext,
		p provider.Provider) {
		c := newCheckout(w.account(p))
		t := begin(c)
		started := t.ref(c)
		t.press("Allow")
		exchanged := t.ref(c)
		t.carry(c, started)
		t.reload()
		Expect(t.heading()).To(Equal(used))
		Expect(c.got()).To(MatchError(kyc.ErrDuplicate))
		t.carry(c, exchanged)
		t.reload()
		Expect(t.heading()).To(Equal(verified), "who has the Ref that came of it still has the document")
	}, each(exchanges))

	DescribeTable("refuses an address with another state, and takes the right one after it", func(ctx SpecContext,
		p provider.Provider) {
		c := newCheckout(w.account(p))
		t := begin(c)
		provider := c.provider
		c.with(func() { c.provider = unasked{provider} }) // the code is not to be used up yet
		t.press("Allow")
		right := c.last()
		c.with(func() { c.provider = provider })
		for name := range right.Query() {
			wrong := right
			query := wrong.Query()
			query.Set(name, changed(query.Get(name)))
			if name == "code" {
				continue // of another code the provider says that it is no good
			}
			wrong.RawQuery = query.Encode()
			t.open(c.URL + wrong.RequestURI())
			Expect(t.heading()).To(Equal(foreign))
			Expect(c.got()).To(refused(kyc.ErrInvalid, "state"))
		}
		t.open(c.URL + right.RequestURI())
		Expect(t.heading()).To(Equal(verified))
	}, each(exchanges))

	DescribeTable("refuses a Ref that was changed, and one that is missing", func(ctx SpecContext,
		p provider.Provider) {
		c := newCheckout(w.account(p))
		t := begin(c)
		started := t.ref(c)
		t.carry(c, changed(started))
		t.press("Allow")
		Expect(t.heading()).To(Equal(foreign))
		Expect(c.got()).To(refused(kyc.ErrInvalid, "Ref"))
		tell(t, network.DeleteCookies, network.DeleteCookiesParams{Name: refCookie, URL: c.URL})
		t.reload()
		Expect(c.got()).To(refused(kyc.ErrInvalid, "Ref"))
		t.carry(c, started)
		t.reload()
		Expect(t.heading()).To(Equal(verified))
		t.carry(c, changed(t.ref(c)))
		t.reload()
		Expect(c.got()).To(refused(kyc.ErrInvalid, "Ref"))
	}, each(exchanges))

	DescribeTable("refuses the Ref and the return of another user", func(ctx SpecContext, p provider.Provider) {
		c := newCheckout(w.account(p))
		one, other := begin(c), begin(c)
		ones, others := one.ref(c), other.ref(c)
		one.carry(c, others)
		one.press("Allow") // with the other's Ref
		Expect(one.heading()).To(Equal(foreign))
		Expect(c.got()).To(refused(kyc.ErrInvalid, "state"))
		address := c.last()
		other.open(c.URL + address.RequestURI()) // a link that the first has sent to the other
		Expect(other.heading()).To(Equal(foreign))
		Expect(c.got()).To(refused(kyc.ErrInvalid, "state"))
		Expect(other.ref(c)).To(Equal(others))
		one.carry(c, ones)
		one.reload()
		Expect(one.heading()).To(Equal(verified))
	}, each(exchanges))

	DescribeTable("goes on where the keys were rotated in between", func(ctx SpecContext, p provider.Provider) {
		if p.Adapter.Rotated == nil {
			Skip("the adapter has no keys")
		}
		rotated, err := p.Adapter.Rotated(w.server.URL+"/"+p.Name, p.Account.Simulated(), w.server.Client())
		Expect(err).NotTo(HaveOccurred())
		old := w.account(p)
		c := newCheckout(old)
		t := begin(c)
		c.with(func() { c.provider = rotated })
		t.press("Allow")
		Expect(t.heading()).To(Equal(verified))
		_, err = old.Status(ctx, kyc.Ref(t.ref(c)))
		Expect(err).To(refused(kyc.ErrInvalid, "Ref"), "who has not got the new key yet")
		c.with(func() { c.provider = old })
		t = begin(c)
		t.press("Allow")
		c.with(func() { c.provider = rotated })
		t.reload()
		Expect(t.heading()).To(Equal(verified))
	}, each(exchanges))

	DescribeTable("shows no secret of it in what the application can log", func(ctx SpecContext, p provider.Provider) {
		c := newCheckout(w.account(p))
		t := begin(c)
		c.with(func() { c.before = func() { w.sim.Advance(time.Hour) } })
		t.press("Allow")
		address := c.last()
		for _, secret := range []string{address.Query().Get("code"), address.Query().Get("state"), t.ref(c)} {
			Expect(secret).NotTo(BeEmpty())
			Expect(strings.Contains(fmt.Sprintf("%+v %#v %q", c.got(), c.got(), c.got()), secret)).To(BeFalse())
		}
	}, each(exchanges))
})

// unasked is a provider whose exchanges are not made.
type unasked struct{ kyc.Provider }

func (unasked) Exchange(_ context.Context, ref kyc.Ref, _ *url.URL) (kyc.Return, error) {
	return kyc.Return{Ref: ref, State: kyc.Denied}, nil
}
