//go:build e2e

// Package e2e walks the simulator's pages in a real browser, as their users do:
// with a pointer, with the keyboard alone, on a phone, in two tabs, without scripts.
// The journeys are started and asked about through the adapters.
//
// E2E_SCREENSHOTS names a folder for pictures of every page; without it none are
// taken.
package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
)

func TestE2E(t *testing.T) {
	RegisterFailHandler(Fail)
	SetDefaultEventuallyTimeout(patience)
	RunSpecs(t, "e2e")
}

// patience is how long one spec may take. Most take less than a second, but a machine may be busy.
const (
	patience = 2 * time.Minute
	limit    = SpecTimeout(patience)
)

// browser is the one Chromium, in which every visitor has cookies of their own.
var browser context.Context

var _ = BeforeSuite(func() {
	path, err := exec.LookPath("chromium")
	Expect(err).NotTo(HaveOccurred(), "these specs drive Chromium, which is not installed: apt-get install chromium")
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.Flag("no-sandbox", true), // which root cannot have; only our own pages are visited
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("ignore-certificate-errors", true),
		chromedp.Flag("host-resolver-rules", "MAP *.test 127.0.0.1"),
		chromedp.WSURLReadTimeout(patience),
	)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	DeferCleanup(stop)
	var quit context.CancelFunc
	browser, quit = chromedp.NewContext(allocator)
	DeferCleanup(quit)
	Expect(chromedp.Do(browser)).To(Succeed(), "Chromium at %s does not start", path)
})

// world is what one spec has to itself: a simulator, and a shop that users are sent
// back to.
type world struct {
	sim    *simulator.Simulator
	server *httptest.Server
	shop   *httptest.Server
	home   string // where the shop sends its users on to; "" for a page of its own

	mu     sync.Mutex
	visits []*url.URL // to the shop
}

func newWorld() *world {
	GinkgoHelper()
	w := &world{}
	var err error
	w.sim, err = simulator.New(simulator.Options{}, providers.Simulated()...)
	Expect(err).NotTo(HaveOccurred())
	w.server = httptest.NewTLSServer(w.sim)
	w.shop = httptest.NewTLSServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/favicon.ico":
		case r.URL.Path == "/back" && w.home != "":
			w.note(r.URL)
			http.Redirect(out, r, w.home, http.StatusSeeOther)
		default:
			w.note(r.URL)
			out.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(out, `<!doctype html><html lang="en"><title>Shop</title><h1>Welcome back</h1>`)
		}
	}))
	DeferCleanup(func() {
		w.sim.Close()
		w.server.Close()
		w.shop.Close()
	})
	return w
}

func (w *world) note(u *url.URL) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.visits = append(w.visits, u)
}

// returned is the one visit to the shop so far.
func (w *world) returned() *url.URL {
	GinkgoHelper()
	w.mu.Lock()
	defer w.mu.Unlock()
	Expect(w.visits).To(HaveLen(1), "users who came back to the shop")
	return w.visits[0]
}

// nobodyReturned says that the shop has no visit so far.
func (w *world) nobodyReturned() {
	GinkgoHelper()
	w.mu.Lock()
	defer w.mu.Unlock()
	Expect(w.visits).To(BeEmpty(), "users who came back to the shop")
}

// everything is what an account of the simulator can have.
var everything = []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}

// usable are the providers whose journeys can be walked: those with an adapter that reads
// Aadhaar, and a behaviour at the simulator.
var usable = slices.DeleteFunc(slices.Clone(providers.All), func(p provider.Provider) bool {
	return p.Adapter == nil || !slices.Contains(p.Adapter.Documents, kyc.Aadhaar) || p.Simulator == nil
})

// quality reports whether the description of a provider says something.
type quality func(provider.Provider) bool

func those(qualities ...quality) []provider.Provider {
	return slices.DeleteFunc(slices.Clone(usable), func(p provider.Provider) bool {
		return slices.ContainsFunc(qualities, func(has quality) bool { return !has(p) })
	})
}

// first is the first usable provider with those qualities. A spec is skipped if there is none.
func first(qualities ...quality) provider.Provider {
	GinkgoHelper()
	all := those(qualities...)
	if len(all) == 0 {
		Skip("no provider is described like that")
	}
	return all[0]
}

// each is an entry for each usable provider with those qualities.
func each(qualities ...quality) []TableEntry {
	var all []TableEntry
	for _, p := range those(qualities...) {
		all = append(all, Entry("from "+p.Named(), limit, p))
	}
	return all
}

// choosesFlow says that the provider can tell beforehand which flow a user needs.
func choosesFlow(p provider.Provider) bool {
	return slices.Contains(p.Adapter.Can, kyc.CanCheckAccount)
}

// readsAll says that the adapter reads every document that an account can have.
func readsAll(p provider.Provider) bool { return slices.Equal(p.Adapter.Documents, everything) }

// tellsRefusals says that Status knows when a user has refused.
func tellsRefusals(p provider.Provider) bool {
	return p.Adapter.Outcomes[provider.Denied].State == kyc.Denied
}

// tellsExpiry says that Status knows when a link has expired.
func tellsExpiry(p provider.Provider) bool {
	return p.Adapter.Outcomes[provider.Expired].State == kyc.Expired
}

// statusLists says that the state of a granted journey says what the user shares.
func statusLists(p provider.Provider) bool {
	GinkgoHelper()
	return lists(p, func(e example.Entry) bool { return e.ID == p.Adapter.Status })
}

// returnLists says that the address to which users return says what they share.
func returnLists(p provider.Provider) bool {
	GinkgoHelper()
	return lists(p, func(e example.Entry) bool { return e.Direction == example.Redirect })
}

// lists says whether one of those examples says what the user shares.
func lists(p provider.Provider, of func(example.Entry) bool) bool {
	GinkgoHelper()
	document, err := p.Parse()
	Expect(err).NotTo(HaveOccurred())
	cases, err := p.Cases()
	Expect(err).NotTo(HaveOccurred())
	return slices.ContainsFunc(document.Entries, func(e example.Entry) bool {
		c, err := cases.Of(e.ID)
		granted := c.Says["Granted"]
		return err == nil && of(e) && granted != "" && granted != "absent"
	})
}

// account is an adapter, as a user of the module has it.
func (w *world) account(p provider.Provider) kyc.Provider {
	GinkgoHelper()
	a, err := p.Adapter.New(w.server.URL+"/"+p.Name, p.Account.Simulated(), w.server.Client())
	Expect(err).NotTo(HaveOccurred())
	return a
}

// journey is one that was started.
type journey struct {
	*world
	kyc.Provider
	ref  kyc.Ref
	link string
}

// start begins a journey for documents, by default for Aadhaar. Without a flow it is the provider's, and where the
// adapter takes no journey without one, that of signing in.
func (w *world) start(ctx context.Context, p provider.Provider, flow kyc.Flow, documents ...kyc.Document) *journey {
	GinkgoHelper()
	if len(documents) == 0 {
		documents = []kyc.Document{kyc.Aadhaar}
	}
	j := &journey{world: w, Provider: w.account(p)}
	request := kyc.StartRequest{Documents: documents, ReturnTo: w.shop.URL + "/back?cart=7", Flow: flow}
	if checker, ok := kyc.As[kyc.StartChecker](j.Provider); ok && flow == "" && checker.CheckStart(request) != nil {
		request.Flow = kyc.SignIn
	}
	consent, err := j.Start(ctx, request)
	Expect(err).NotTo(HaveOccurred())
	j.ref, j.link = consent.Ref, consent.URL.Reveal()
	return j
}

// complete is what comes of the address to which the user returned. The journey goes on with its Ref.
func (j *journey) complete(ctx context.Context, back *url.URL) kyc.Return {
	GinkgoHelper()
	said, err := kyc.Complete(ctx, j.Provider, j.ref, back)
	Expect(err).NotTo(HaveOccurred())
	j.ref = said.Ref
	return said
}

// state is how far the provider says the user is.
func (j *journey) state(ctx context.Context) kyc.State {
	GinkgoHelper()
	consent, err := j.Status(ctx, j.ref)
	Expect(err).NotTo(HaveOccurred())
	return consent.State
}

// tab is a tab of the browser.
type tab struct {
	ctx context.Context
	mu  sync.Mutex
	// complaints are what the browser's console says, but for the documents that
	// are meant to have a status of 400 or more.
	complaints []string
}

// visitor opens a tab with cookies of its own.
func visitor(options ...chromedp.ContextOption) *tab {
	GinkgoHelper()
	return newTab(browser, append(options, chromedp.WithNewBrowserContext())...)
}

// another opens a tab of the same user.
func (t *tab) another() *tab {
	GinkgoHelper()
	return newTab(t.ctx)
}

func newTab(parent context.Context, options ...chromedp.ContextOption) *tab {
	GinkgoHelper()
	ctx, shut := chromedp.NewContext(parent, options...)
	DeferCleanup(shut)
	t := &tab{}
	Expect(chromedp.Do(ctx)).To(Succeed())
	var late context.CancelFunc
	t.ctx, late = context.WithTimeout(ctx, patience)
	DeferCleanup(late)
	Expect(chromedp.Listen(ctx, t.hear)).To(Succeed())
	DeferCleanup(func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		Expect(t.complaints).To(BeEmpty(), "the browser's console")
	})
	return t
}

func (t *tab) hear(event any) {
	var text string
	switch e := event.(type) {
	case *log.EventEntryAdded:
		refused := e.Entry.Source == log.EntrySourceNetwork &&
			(strings.Contains(e.Entry.URL, "/consent/") || strings.HasSuffix(e.Entry.URL, "/")) // a form of the first page
		if refused || e.Entry.Level != log.EntryLevelError && e.Entry.Level != log.EntryLevelWarning {
			return
		}
		text = string(e.Entry.Source) + ": " + e.Entry.Text + " " + e.Entry.URL
	case *runtime.EventExceptionThrown:
		text = e.ExceptionDetails.Text
	case *runtime.EventConsoleAPICalled:
		text = "console." + string(e.Type)
	default:
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.complaints = append(t.complaints, text)
}

// do runs what leads to no other page.
func (t *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	GinkgoHelper()
	Expect(chromedp.Do(t.ctx, actions...)).To(Succeed())
}

// lead runs what leads to another page, and returns the HTTP status of that.
func (t *tab) lead(actions ...chromedp.Action[chromedp.Void]) int {
	GinkgoHelper()
	answer, err := chromedp.RunResponse(t.ctx, actions...)
	Expect(err).NotTo(HaveOccurred())
	return int(answer.Status)
}

// open goes to an address.
func (t *tab) open(address string) int {
	GinkgoHelper()
	return t.lead(chromedp.Navigate(address))
}

// reload is what the key F5 does.
func (t *tab) reload() int {
	GinkgoHelper()
	return t.lead(chromedp.Reload())
}

// back presses the browser's back button. What comes may be a page that the browser
// kept as it was, which no load event tells of.
func (t *tab) back() {
	GinkgoHelper()
	history, err := chromedp.Run(t.ctx, chromedp.NavigationEntries())
	Expect(err).NotTo(HaveOccurred())
	before := history.Entries[history.CurrentIndex-1]
	tell(t, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: before.ID})
	Eventually(func() (string, error) {
		return chromedp.Run(t.ctx, chromedp.Evaluate[string](`document.readyState + " " + location.href`))
	}).Should(Equal("complete " + before.URL))
}

// press clicks on the button with that text.
func (t *tab) press(text string) int {
	GinkgoHelper()
	return t.lead(chromedp.Click(fmt.Sprintf(`//button[normalize-space()=%q]`, text)))
}

// pick clicks on the person with that key.
func (t *tab) pick(key string) int {
	GinkgoHelper()
	return t.lead(chromedp.Click(fmt.Sprintf(`//button[@value=%q]`, mobile(key))))
}

// mobile is the number of the person with that key.
func mobile(key string) string {
	GinkgoHelper()
	number := simulator.NewVisitor(key).Number
	Expect(number).NotTo(BeEmpty(), "there is no %s", key)
	return number
}

// fill types into the field with that id.
func (t *tab) fill(id, text string) {
	GinkgoHelper()
	t.do(chromedp.Clear(chromedp.CSS("#"+id)), chromedp.SendKeys(chromedp.CSS("#"+id), text))
}

// heading is the page's first.
func (t *tab) heading() string {
	GinkgoHelper()
	return t.text("h1")
}

func (t *tab) text(selector string) string {
	GinkgoHelper()
	text := ask[string](t, fmt.Sprintf(`document.querySelector(%q)?.innerText ?? "there is no such element"`, selector))
	return strings.Join(strings.Fields(text), " ")
}

// ticked are the documents that the user is about to share.
func (t *tab) ticked() []kyc.Document {
	GinkgoHelper()
	return ask[[]kyc.Document](t, `Array.from(document.querySelectorAll("[name=document]:checked"), (e) => e.value)`)
}

// ask evaluates a script.
func ask[T any](t *tab, script string) T {
	GinkgoHelper()
	value, err := chromedp.Run(t.ctx, chromedp.Evaluate[T](script))
	Expect(err).NotTo(HaveOccurred())
	return value
}

// tell sends a command of the browser's protocol.
func tell[P, R any](t *tab, command cdp.Command[P, R], params P) R {
	GinkgoHelper()
	result, err := chromedp.Call(t.ctx, command, params)
	Expect(err).NotTo(HaveOccurred())
	return result
}

// signIn goes from the first step to the documents.
func (t *tab) signIn(key string) {
	GinkgoHelper()
	Expect(t.pick(key)).To(Equal(http.StatusOK))
	t.fill("otp", t.text("#issued"))
	Expect(t.press("Sign in")).To(Equal(http.StatusOK))
	Expect(t.heading()).To(Equal("Choose what to share"))
}
