package shop

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/simulator"
)

var _ = Describe("A document that was fetched", func() {
	DescribeTable("is not fetched again while its file is not there", func(ctx SpecContext, p provider.Provider) {
		b := newWorld(p).browser()
		back := b.allow(ctx, simulator.Complete, b.begin())
		b.refuseFiles(http.StatusServiceUnavailable)
		for range 2 {
			page := b.get(back)
			Expect(page.Status).To(Equal(http.StatusServiceUnavailable))
			Expect(page.Text).To(ContainSubstring("Nothing is lost"))
		}
		b.refuseFiles(0)
		Expect(b.get(back).Text).To(And(ContainSubstring("Fake Complete"), Not(ContainSubstring("not verified"))))
		Expect(b.fetched()).To(Equal(p.Adapter.Documents), "each is billed, and some are handed out once")
	}, each(handsOutFiles, handsOutLinks))

	DescribeTable("is fetched again for a fresh link, if it can be", func(ctx SpecContext, p provider.Provider) {
		b := newWorld(p).browser()
		first := p.Adapter.Documents[0]
		back := b.allow(ctx, simulator.Complete, b.begin())
		b.refuseFiles(http.StatusGone)
		b.get(back)
		b.refuseFiles(0)
		page := b.get(back)
		calls := slices.DeleteFunc(b.fetched(), func(doc kyc.Document) bool { return doc != first })
		if slices.Contains(single(p), first) {
			Expect(page.Text).To(And(HaveSuffix("Verify with DigiLocker"),
				ContainSubstring("not verified : its signed file cannot be downloaded any more")))
			Expect(calls).To(HaveLen(1))
		} else {
			Expect(page.Text).NotTo(ContainSubstring("not verified"))
			Expect(calls).To(HaveLen(2))
		}
	}, each(handsOutFiles, handsOutLinks))

	DescribeTable("is there after its user left while it came, if it is handed out once",
		func(ctx SpecContext, p provider.Provider) {
			b := newWorld(p).browser()
			back := b.allow(ctx, simulator.Complete, b.begin())
			for _, doc := range single(p) {
				gone, leave := context.WithCancel(ctx)
				b.leave = func(name string) {
					if name == "Fetch "+string(doc) {
						leave()
					}
				}
				r := httptest.NewRequestWithContext(gone, http.MethodGet, back, nil)
				for _, cookie := range b.cookies() {
					r.AddCookie(cookie)
				}
				b.shop.ServeHTTP(httptest.NewRecorder(), r)
				Expect(gone.Err()).To(HaveOccurred())
			}
			Expect(b.get(back).Text).To(And(ContainSubstring("Fake Complete"), Not(ContainSubstring("not verified"))))
			Expect(b.fetched()).To(Equal(p.Adapter.Documents))
			Expect(b.log.String()).To(BeEmpty())
		}, each(handsOutOnce))

	DescribeTable("is there in both of two tabs, if it is handed out once", func(ctx SpecContext, p provider.Provider) {
		b := newWorld(p).browser()
		back := b.allow(ctx, simulator.Complete, b.begin())
		var tabs sync.WaitGroup
		for range 2 {
			tabs.Go(func() {
				defer GinkgoRecover()
				page := b.get(back)
				Expect(page.Text).To(And(ContainSubstring("Fake Complete"), Not(ContainSubstring("not verified"))))
			})
		}
		tabs.Wait()
		Expect(b.fetched()).To(Equal(p.Adapter.Documents))
	}, each(handsOutOnce))

	DescribeTable("is lost with its answer, if it is handed out once, and the others are there",
		func(ctx SpecContext, p provider.Provider) {
			b := newWorld(p).browser()
			back := b.allow(ctx, simulator.Complete, b.begin())
			b.fail = "Fetch " + string(single(p)[0])
			page := b.get(back)
			Expect(page.Status).To(Equal(http.StatusOK))
			Expect(page.Text).To(And(ContainSubstring("not verified : it was lost on its way to us"),
				HaveSuffix("Verify with DigiLocker")), "a new journey brings it")
			Expect(page.Text).NotTo(ContainSubstring("Nothing is lost"))
			Expect(b.get(back).Text).To(Equal(page.Text))
			Expect(b.fetched()).To(Equal(p.Adapter.Documents))
			Expect(b.log.String()).To(ContainSubstring("a document is lost"))
		}, each(handsOutOnce))
})
